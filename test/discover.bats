#!/usr/bin/env bats
# bt-discover and every kind of station: what it finds is what the station
# serves, its requests are few, and it never writes.

load common
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    accelerate 20
}

# --- stations -----------------------------------------------------------------

# new_image LINE...: the file image, and the file truth: register and value of
# each row "A-B VALUE" or "A VALUE".
new_image() {
    printf '%s\n' "name X1111111111111" "$@" >image
    awk '/^[0-9]/ {
        split($1, range, "-")
        for (a = range[1]; a <= (range[2] == "" ? range[1] : range[2]); a++)
            value[a] = $2 }
        END { for (a in value) print a, value[a] }' image | sort -n >truth
}

# An AC300 with all registers of version 1.
ac300() {
    new_image "name AC3002232000000000" "0-209 7" "16 1018" "60 0" \
        "2000-2030 5" "3000-3090 6" "$@"
}

# A station of version 2 with gaps of all kinds, up to register 600.
sparse() {
    new_image "1-20 3" "16 2005" "100-166 5" "120-125 0" "200-290 9" \
        "293 4" "296-299 2" "410-444 0" "430 8" "577 1" "$@"
}

# All blocks that others have read in version 2, with made up lengths where
# these are not known.
every_block() {
    local rows=() first n=0
    for first in 0+21 100+67 700+6 720+49 1100+51 1200+90 1300+31 1400+48 \
        1500+30 1700 1900 2000+67 2200+29 2280 2400+40 2500+40 3000+27 3500+50 \
        3600+60 4200 4400 5000+50 6000+31 6100+100 6300+52 7000+5 7200 11000 \
        11106 12002+16 12161+1 12163 12205 13500 14000+14 14500 14700 15000 \
        15500 15600 15700 15750 16000 16100 16200 16300 16400 17000 17100 \
        17400 18000 18100 18200 18300 18400 18500 18600 19000 19100 19200 \
        19300 19400 19485 21000 26001 29770+1 29772 30001 40000; do
        n=$((n + 1))
        [ "$first" != "${first#*+}" ] || first=$first+$((8 + n * 37 % 42))
        rows+=("${first%+*}-$((${first%+*} + ${first#*+} - 1)) $n")
    done
    new_image "name AC1802333000000000" "${rows[@]}" "16 2005"
}

# discover [OPTION...]: the station s as the image has it, into log and err.
discover() {
    $ACCELERATED bt-discover "$@" "unix:$PWD/s" >>log 2>err 3>&-
}

# play [OPTION...]: the same with a station of its own; options of bt-sim are
# in the array sim. Its status is that of bt-discover.
sim=()
play() {
    local status=0
    rm -f s log
    sim_start s "$PWD/image" "${sim[@]}"
    discover "$@" || status=$?
    sim_stop s
    [ "$(counter s writes)" -eq 0 ]
    return $status
}

# --- what was found ---------------------------------------------------------------

# good: register, value and line number of each register of a good answer.
good() {
    words <"${1:-log}"
}

found() {
    good "$@" | cut -d ' ' -f 1,2 | sort -nu
}

# is_true [LAST]: what was found is what there is, up to a register.
is_true() {
    found | diff - <(awk -v last="${1:-65535}" '$1 <= last' truth)
    whole_lines log
}

whole_lines() {
    [ -z "$(tail -c 1 "$1")" ]
    [ "$(awk 'NF != 5' "$1" | wc -l)" -eq 0 ]
}

# found_by N: with the first N requests a register of each run was found.
found_by() {
    good | awk -v most="$1" '$3 <= most { print $1 }' | sort -nu >early
    awk 'NR == FNR { early[$1] = 1; next }
        $1 != last + 1 || FNR == 1 { if (FNR > 1 && !n) print run; run = $1; n = 0 }
        { last = $1; n += $1 in early }
        END { if (!n) print run }' early truth >missing
    diff /dev/null missing
}

# reads_at_most N
reads_at_most() {
    echo "# $(counter s reads) requests, $1 at most"
    [ "$(counter s reads)" -gt 0 ]
    [ "$(counter s reads)" -le "$1" ]
}

# absent LAST: how many registers from 0 on are not served.
absent() {
    echo $(($1 + 1 - $(awk -v last="$1" '$1 <= last' truth | wc -l)))
}

# --- stations that refuse ---------------------------------------------------------

@test "an AC300: all within 300 requests, and complete" {
    accelerate 100
    ac300
    play
    is_true
    found_by 300
    reads_at_most $(($(absent 12500) + 200))
    grep -q "registers 0 to 12500: 332 served, 12169 not, 0 secret, 0 not" err
    grep -q "served: 0-209, 2000-2030, 3000-3090" err
    # One record, and nothing of it is lost.
    bt-decode log >records
    [ "$(wc -l <records)" -eq 1 ]
    jq -e '.ups_mode == "6" and .dc_input_power == 7' records
}

@test "an AC180 with every block: all within 600 requests, and complete" {
    accelerate 100
    every_block
    play --secrets
    is_true 12500
    reads_at_most $(($(absent 12500) + 200))
    awk '$1 <= 12500' truth >near
    mv near truth
    found_by 300
}

@test "an AC180 with every block, all registers, quick: all within 600 requests" {
    accelerate 100
    every_block
    play --secrets --quick -l 65535
    is_true
    found_by 600
    # Not only one register of each run, but all of them.
    [ "$(good | cut -d ' ' -f 3 | sort -n | tail -n 1)" -le 600 ]
}

@test "a sparse station" {
    sparse
    play -l 600 --secrets
    is_true
    reads_at_most $(($(absent 600) + 200))
}

# --- other kinds --------------------------------------------------------------------

@test "moved words: no block is believed, one request a register" {
    sparse "gaps move"
    play -l 600 --secrets
    is_true
    reads_at_most 610
    [ "$(grep -c '!moved' log)" -eq 1 ]
    [ "$(good | wc -l)" -eq "$(wc -l <truth)" ]
}

@test "silence: two requests a register at most" {
    sparse "gaps silent"
    play -l 600 --secrets
    is_true
    reads_at_most $((2 * $(absent 600)))
    [ "$(grep -c ' !timeout$' log)" -ge "$(absent 600)" ]
}

@test "silence, and an answer that is lost" {
    sparse "gaps silent"
    sim=(--fault "read 130 once silence" --fault "read 16 once silence"
        --fault "read 200 once silence" --fault "read 240 once silence")
    play -l 600 --secrets
    is_true
}

@test "silence where nothing at all is served" {
    sparse "gaps silent"
    run ! play -f 450 -l 500
    grep -q "registers 450 to 500: 0 served, 51 not" err
}

@test "a largest block" {
    local kind
    for kind in refuse silent; do
        ac300 "gaps $kind" "largest 32"
        play -l 250
        is_true 250
        reads_at_most 105
    done
}

@test "a largest block of one register" {
    ac300 "largest 1"
    play -l 250
    is_true 250
    reads_at_most 270
}

@test "all of the range is served" {
    ac300
    play -f 10 -l 200
    found | diff - <(awk '$1 >= 10 && $1 <= 200' truth)
}

# changing KIND: of gaps.
changing() {
    sparse "changing 100-299 2" "gaps $1"
    play -l 330 --secrets
    diff <(good | cut -d ' ' -f 1 | sort -nu) <(awk '$1 <= 330 { print $1 }' truth)
}

@test "values that change between two reads" {
    at_once changing <<<$'refuse\nmove\nsilent'
}

@test "a station that is busy for a while" {
    ac300
    sim=(--fault "requests 5-18 busy" --fault "requests 60-75 exception 6")
    play -l 250
    is_true 250
}

@test "a register that always says busy is left, and told" {
    ac300
    sim=(--fault "read 230 busy")
    run -75 play -f 200 -l 250
    found | diff - <(awk '$1 >= 200 && $1 <= 250' truth)
    grep -q "10 served, 40 not, 0 secret, 1 not known" err
}

@test "a link that drops, again and again" {
    ac300
    sim=(--fault "every 17 drop")
    play -l 400
    is_true 400
    grep -q "the link was lost; trying again" err
    grep -q ": back" err
}

# falls_silent KIND: of gaps.
falls_silent() {
    ac300 "gaps $1"
    sim=(--fault "request 30 mute" --fault "requests 60-69 silence")
    play -t 300 -l 250
    is_true 250
}

@test "a station that falls silent in the middle" {
    at_once falls_silent <<<$'refuse\nsilent'
}

@test "who connects in vain waits longer each time, up to some ten seconds" {
    new_image "16 1018"
    sim=(--fault "connects 1- no-service")
    run -76 play -t 100
    # After 0, 1, 3, 7 and 15 s, and a quarter more by chance.
    echo "# $(counter s connects) connects"
    (($(counter s connects) >= 9 && $(counter s connects) <= 14))
}

@test "the silence of a station that was not alive is none of its registers" {
    # Requests are counted: none may be late.
    accelerate 10
    new_image "16 1018" "130 5" "131 6" "gaps silent"
    # 130 and four where a station is sure to answer; and 130 once more.
    sim=(--fault "requests 1-5 silence" --fault "request 9 silence")
    play -f 130 -l 131
    assert_equal "$(found)" $'130 5\n131 6'
    [ "$(counter s 'fault silence')" -eq 6 ]
    assert_equal "$(grep -c '!timeout' log)" 1
}

@test "answers that come too late are taken for no others" {
    sparse "gaps silent"
    sim=(--fault "every 11 late 700")
    play -l 170 --secrets
    [ -z "$(found | sort | comm -23 - <(sort truth))" ]
}

@test "bad answers" {
    ac300
    # A register whose answer is cut off twice is silent, as far as one knows:
    # 31 is prime to the way in which they are asked for.
    sim=(--fault "every 11 crc" --fault "every 31 truncate 4"
        --fault "every 19 wrong-count")
    play -l 70
    is_true 70
}

# --- encrypted stations ---------------------------------------------------------------

# encrypted KIND: of gaps.
encrypted() {
    sim=(--encrypt --keys ../station.keys)
    sparse "gaps $1"
    play -l 330 --secrets --keys ../test.keys
    is_true 330
    [ "$(counter s handshakes-complete)" -gt 0 ]
}

@test "each kind, encrypted" {
    install -m 600 "$here"/data/test.keys "$here"/data/station.keys .
    at_once encrypted <<<$'refuse\nmove\nsilent'
}

@test "encrypted, and the link drops" {
    install -m 600 "$here"/data/test.keys "$here"/data/station.keys .
    sim=(--encrypt --keys station.keys --fault "every 23 drop"
        --fault "request 50 rekey")
    ac300
    play -l 330 --secure --keys test.keys
    is_true 330
}

@test "keys that the station refuses" {
    install -m 600 "$here"/data/station.keys .
    sim=(--encrypt --keys station.keys)
    ac300
    run -76 play -l 10
    grep -q "not signed by the trusted key" err
}

# --- ranges and secrets -----------------------------------------------------------------

@test "nothing outside of the range is read" {
    sparse
    play -f 110 -l 297
    sed -n 's/^read \([0-9]*\)+\([0-9]*\) .*/\1 \2/p' \
        "$BATS_TEST_TMPDIR/s.counters" |
        awk '$1 < 110 || $1 + $2 > 298' >outside
    [ ! -s outside ]
    [ "$(sed -n 's/^read //p' "$BATS_TEST_TMPDIR/s.counters" | wc -l)" -gt 50 ]
    found | diff - <(awk '$1 >= 110 && $1 <= 297' truth)
}

@test "one register" {
    sparse
    play -f 577 -l 577
    [ "$(found)" = "577 1" ]
    reads_at_most 1
    run -1 play -f 578 -l 578
    reads_at_most 1
}

@test "another unit" {
    new_image "1-5 1" "unit 41" "6000-6030 3" "6100 4"
    play -u 41 -f 5900 -l 6150
    [ "$(found | wc -l)" -eq 32 ]
    [ "$(cut -d ' ' -f 4 log | grep -cv ^29)" -eq 0 ]
}

# Passwords of version 2: 7-14, 2200-2203, 11010-11013, 12002-12049.
@test "secrets are not read without --secrets" {
    accelerate 100
    new_image "0-30 1" "16 2005" "2195-2230 2" "11000-11020 3" "12000-12060 4"
    play --quick
    found | awk '$1 >= 7 && $1 <= 14 || $1 >= 2200 && $1 <= 2203 ||
        $1 >= 11010 && $1 <= 11013 || $1 >= 12002 && $1 <= 12049' >secret
    [ ! -s secret ]
    grep -q " 64 secret" err
    [ "$(grep -c '^6 1$\|^15 1$\|^2204 2$\|^11014 3$\|^12050 4$' <(found))" -eq 5 ]
    play --quick --secrets
    is_true
    grep -q " 0 secret" err
}

@test "the version that another unit seems to tell says nothing of secrets" {
    new_image "unit 0" "0-20 1" "16 1018" "2190-2210 2"
    play -u 0 -f 0 -l 2210
    [ "$(found | wc -l)" -eq $((21 + 17)) ]
    grep -q " 4 secret" err
}

@test "version 1 has no secrets there: its type is" {
    new_image "0-50 1" "16 1018"
    play -l 60
    is_true
}

# --- resume -----------------------------------------------------------------------------

@test "a quick log is completed" {
    sparse
    play -l 600 --quick --secrets
    [ "$(found | wc -l)" -lt "$(wc -l <truth)" ]
    cp log quick
    play -l 600 --secrets --resume quick
    # Only what is new.
    [ -z "$(join <(found quick | sort) <(found | sort))" ]
    cat quick >>log
    is_true
    [ "$(bt-decode log | wc -l)" -eq 1 ]
}

# complete KIND: of gaps.
complete() {
    sparse "gaps $1"
    play -l 450 --secrets
    cp log whole
    play -l 450 --secrets --resume whole
    [ "$(wc -l <log)" -eq 0 ]
    grep -q "0 not known; 0 requests" err
}

@test "a complete log is not asked for again" {
    at_once complete <<<$'refuse\nsilent'
}

@test "of a log one silence and \"busy\" are asked for again, an answer is not" {
    local register word time=2026-11-22T09:42:00.123Z

    new_image "1-20 7"
    while read -r register word; do
        echo "$time unix:$PWD/s X1111111111111 $(read_request "$register" 1) $word"
    done >before <<EOF
5 !timeout
6 $(frame 018306)
7 !timeout
7 !timeout
8 $(read_answer 7)
8 $(frame 018302)
9 $(frame 018302)
EOF
    play -f 5 -l 9 --resume before
    assert_equal "$(found)" $'5 7\n6 7'
    grep -q "registers 5 to 9: 3 served, 2 not" err
    [ "$(counter s reads)" -eq 2 ]
}

@test "killed at any point and resumed, in the same file" {
    local kind lines
    # The same points each time.
    RANDOM=13
    for kind in refuse move silent; do
        sparse "gaps $kind"
        rm -f s log
        sim_start s "$PWD/image"
        : >log
        for lines in $((RANDOM % 30 + 1)) $((RANDOM % 50 + 40)) $((RANDOM % 40 + 100)); do
            $ACCELERATED bt-discover -l 330 --secrets --resume log \
                "unix:$PWD/s" >>log 2>err 3>&- &
            wait_for 60 eval "[ \$(wc -l <log) -ge $lines ]"
            end_process $! KILL || :
        done
        # And the last line is cut off.
        truncate -s -20 log
        discover -l 330 --secrets --resume log
        sim_stop s
        awk 'NF == 5' log >whole
        found whole | diff - <(awk '$1 <= 330' truth)
        [ "$(awk 'NF && NF != 5' log | wc -l)" -le 1 ]
        awk 'substr($5, 3, 2) == "03" { print $4 }' whole |
            sort | uniq -d >twice
        [ ! -s twice ]
    done
}

@test "the file of another station, no file, no station" {
    sparse
    play -l 30
    sed 's/unix:[^ ]*/unix:other/' log >other
    run -65 play -l 30 --resume other
    grep -q "other: has no line of unix:" err
    run -74 play -l 30 --resume missing
    run -69 discover -t 1 -l 30
    grep -q "No such file or directory; trying again" err
    grep -q "no valid response in 1 s: giving up" err
}

# --- signals, progress --------------------------------------------------------------------

@test "a signal: whole lines, and status 75" {
    local signal status
    unset ACCELERATED
    ac300
    sim_start s "$PWD/image"
    for signal in TERM INT; do
        rm -f log
        bt-discover "unix:$PWD/s" >log 2>err 3>&- &
        wait_for 10 eval '[ $(wc -l <log) -ge 10 ]'
        status=0
        end_process $! "$signal" || status=$?
        [ "$status" -eq 75 ]
        whole_lines log
        grep -q "registers 0 to 12500" err
    done
    sim_stop s
}

@test "SIGUSR1 tells how far it is" {
    unset ACCELERATED
    ac300
    sim_start s "$PWD/image"
    bt-discover "unix:$PWD/s" >log 2>err 3>&- &
    wait_for 10 eval '[ $(wc -l <log) -ge 10 ]'
    kill -USR1 $!
    wait_for 10 grep -q "not known; [0-9]* requests" err
    end_process $! TERM || :
    [ "$(grep -c "not known; [0-9]* requests" err)" -eq 2 ]
}

@test "progress on a terminal, and on no other" {
    unset ACCELERATED
    ac300
    sim_start s "$PWD/image"
    script -qec "bt-discover -l 5 unix:$PWD/s >log" typescript >/dev/null </dev/null
    grep -aqE '[0-9]+ requests \([0-9.]+/s\), [0-9]+ of 6 registers settled, [0-9]+ found, .* left' typescript
    bt-discover -l 5 "unix:$PWD/s" >log 2>err
    run ! grep -q settled err
    # Not between the lines on a terminal either.
    script -qec "bt-discover -l 5 unix:$PWD/s" typescript >/dev/null </dev/null
    grep -aq ' 0103' typescript
    run ! grep -aq settled typescript
    sim_stop s
}

@test "mistakes on the command line" {
    run -64 bt-discover
    run -64 bt-discover -f 5 -l 4 unix:s
    run -64 bt-discover -l 65536 unix:s
    run -64 bt-discover -u 256 unix:s
    run -64 bt-discover unix:s unix:t
    run -64 bt-discover --plain --secure unix:s
    run -64 bt-discover nowhere
    run -78 bt-discover --maps /nowhere unix:s
    run -78 bt-discover --keys /nowhere unix:s
    run -0 bt-discover --help
    run -0 bt-discover --version
}
