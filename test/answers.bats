#!/usr/bin/env bats
# An answer names no register: whatever comes twice or late, no line ever has
# the words of another read.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    accelerate 20
}

# play OPTION... -- FAULT...: bt-poll and a station that answers after a quarter
# of a second and plays the faults. Leaves log and err.
play() {
    local options=() faults=(--fault "always late 250")
    while [ "$1" != -- ]; do options+=("$1") && shift; done
    shift
    for fault; do faults+=(--fault "$fault"); done
    rm -f s
    sim_start s "$PWD/image" "${faults[@]}"
    timeout 100 $ACCELERATED bt-poll "${options[@]}" "unix:$PWD/s" >log 2>err
    sim_stop s
}

# twice MS: an answer comes again so much later.
twice() {
    numbered >image
    play -n 3 -i 5 -r 10+20 -r 40+20 -r 70+20 -r 100+20 -- \
        "request 2 again $1" "request 9 again $1"
    wrong_words <log | tee wrong
    [ ! -s wrong ]
    [ "$(grep -c ' 0103.* 0103' log)" -ge 10 ]
}

@test "an answer that comes twice" {
    at_once twice < <(printf '%s\n' 20 45 60 100 200 300 450 700 1000 2000)
}

@test "of reads of the same length one is first and one is last" {
    numbered >image
    play -n 2 -i 10 -r 70+5 -r 10+20 -r 100+6 -r 40+20 --
    run awk '!/ end$/ { print substr($4, 5, 8) }' log
    assert_output "000a0014
00460005
00640006
00280014
000a0014
00460005
00640006
00280014"
}

# kept MS: every fourth answer comes so late, to the connection of that time.
kept() {
    numbered >image
    play -n 4 -i 20 -s 9 -r 10+1 -r 40+1 -r 70+1 -r 100+1 -- "every 4 kept $1"
    wrong_words <log | tee wrong
    [ ! -s wrong ]
    [ "$(grep -c ' 0103.* 0103' log)" -ge 8 ]
}

@test "late answers, also on the next connection" {
    at_once kept < <(printf '%s\n' 5100 6000 8000 11000 16000 25000)
}

@test "a read that has no answer costs the others of its length half a minute, once" {
    numbered >image
    play -n 2 -i 100 -r 10+1 -r 40+1 -r 70+1 -- "read 10 silence"
    wrong_words <log | tee wrong
    [ ! -s wrong ]
    [ "$(grep -c ' 0103.* 0103' log)" -eq 4 ]
    [ "$(grep -c '!timeout' log)" -eq 2 ]
    [ "$(counter s 'read 10+1')" -eq 6 ]
    [ "$(counter s 'read 40+1')" -eq 4 ]
    [ "$(counter s 'read 70+1')" -eq 2 ]
}

@test "an answer of more than half a minute ago is no value of now" {
    { printf '%s\n' "name X1111111111111" "10 100 1 1 1 1" "changing 10 1"; } >image
    play -n 12 -i 10 -r 10+1 -- "request 1-2 kept 42000"
    cat log
    # It grows by one with each request: a late one would be less than before.
    awk '$5 ~ /^0103/ { v = substr($5, 7, 4); if (v < last) exit 1; last = v; n++ }
        END { exit n < 8 }' log
}

@test "a refusal, and the answer behind it" {
    numbered >image
    play -n 4 -i 5 -r 10+1 -r 40+1 -r 70+1 -r 100+1 -- "every 5 premature 4"
    wrong_words <log | tee wrong
    [ ! -s wrong ]
    [ "$(grep -c ' 0103.* 0103' log)" -ge 8 ]
}

# --- battery packs ------------------------------------------------------------

# packs LAG...: records of the packs of an AC300 whose data lag behind their
# number so, in two rounds.
packs() {
    { cat "$here/data/AC300.image"; } | sed "s/^pack-selector.*/&\npack-lag $*/" >image
    rm -f s
    sim_start s "$PWD/image"
    $ACCELERATED bt-poll -n 3 -i 40 -p 40 "unix:$PWD/s" >log 2>err
    sim_stop s
    bt-decode log | jq -c 'select(.pack) | [.pack, .pack_voltage, .pack_battery_percent, .failed]'
}

# lags LAG...: they are right, whatever is shown meanwhile.
lags() {
    run packs "$@"
    assert_output "[1,53.95,81,null]
[2,53.61,75,null]
[1,53.95,81,null]
[2,53.61,75,null]"
}

@test "the data of a pack come later than its number" {
    lags 2000 old
    lags 6000 old
    lags 8000 zero
}

@test "the data of a pack do not come in time" {
    run packs 20000 old
    assert_line --index 1 '[2,null,null,["96+32 unsettled"]]'
    refute_line --partial '[2,53.95'
    run packs 60000 zero
    refute_line --partial ',0,'
}
