#!/usr/bin/env bats
# bt-poll gets on and ends: what breaks links, stays silent or is busy costs its
# own block, not those behind it, and -t, -1 and -n end the program in time.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    accelerate 20
    install -m 600 "$here"/data/test.keys "$here"/data/station.keys .
    keys=$PWD
}

# station NAME IMAGE plain|encrypted FAULT...
station() {
    local name=$1 image=$2 options=() fault
    [ "$3" = plain ] || options=(--encrypt --keys "$keys/station.keys")
    shift 3
    for fault; do options+=(--fault "$fault"); done
    sim_start "$name" "$image" "${options[@]}"
}

# poll [OPTION...]: of "s"; leaves log, err, records, $status and $seconds, as
# the program saw them.
poll() {
    status=0
    ACCELERATE_ELAPSED=elapsed timeout 60 $ACCELERATED bt-poll \
        --keys "$keys/test.keys" "$@" "unix:$PWD/s" >log 2>err || status=$?
    seconds=$(($(cat elapsed) / 1000))
    bt-decode log >records
}

# ends COUNT: so many polls were closed, and no line is behind the last "end".
ends() {
    [ "$(grep -c 'end$' log)" -eq "$1" ]
    [[ "$(tail -n 1 log)" == *end ]]
}

# --- progress -----------------------------------------------------------------

# breaks plain|encrypted: a block at which each link breaks.
breaks() {
    station s EB3A "$1" "read 70+22 drop"
    poll -n 2 -i 20
    [ "$status" -eq 0 ]
    ends 2
    sim_stop s
    [ "$(counter s connects)" -eq 5 ]
    [ "$(grep -c ' !lost$' log)" -eq 2 ]
    # What lies behind it.
    [ "$(counter s 'read 3034+1')" -ge 1 ]
    [ "$(counter s 'read 3060+7')" -ge 1 ]
    jq -e -s '[.[].failed] == [["70+22 lost"], ["70+22 lost"]]' records
}

@test "a block that breaks each link fails, and those behind it are read" {
    at_once breaks <<<$'plain\nencrypted'
}

# lives PDUS: links that end after so many PDUs, in the middle of a poll.
lives() {
    station s AC300 plain "pdu $1 drop"
    poll -1
    [ "$status" -eq 0 ]
    ends 3
    sim_stop s
    [ "$(counter s connects)" -ge 2 ]
    # A selection that was cut off is not repeated in this round.
    [ "$(grep -c ' 01060bbe' log)" -eq 2 ]
    [ "$(grep ' 0103' log | grep -c '!')" -eq 0 ]
    jq -e -s 'map(.failed // empty) - [["3006=1 lost"], ["3006=2 lost"]] == []' records
    jq -e -s 'map(.pack // 0) | sort == [0, 1, 2]' records
}

@test "a poll and a round of packs go on over links that end early" {
    at_once lives < <(seq 9 13)
}

@test "a silent block does not starve one of the same length" {
    station s AC180 plain "read 1300+31 silence"
    poll -n 2 -i 30
    [ "$status" -eq 0 ]
    sim_stop s
    [ "$(counter s 'read 6000+31')" -ge 1 ]
    run jq -r '.failed // [] | .[]' records
    assert_line "1300+31 timeout"
    refute_line --partial "6000+31"
    [ ! -s err ]
}

@test "the next poll begins with what the last one missed" {
    station s EB3A plain "request 3 drop" "connects 2-8 refuse"
    # The link comes back when the first poll is no longer resumed.
    poll -n 2 -i 1
    [ "$status" -eq 0 ]
    ends 2
    # One block in the first poll, by its own START.
    [[ "$(sed -n 2p log)" == "$(sed -n 2p log | cut -d ' ' -f 1-3) $(sed -n 1p log | cut -d ' ' -f 1) end" ]]
    [ "$(sed -n 1p log | cut -d ' ' -f 4)" = "$(read_request 10 40)" ]
    # The second one reads that block last.
    run awk '/end$/ { poll++ } poll == 1 && !/end$/ { print $4 }' log
    [ "${lines[${#lines[@]} - 1]}" = "$(read_request 10 40)" ]
}

@test "a poll is closed when the station stays away" {
    station s EB3A plain "request 3 drop" "connects 2- refuse"
    poll -1 -t 300
    [ "$status" -eq 0 ]
    ends 1
    ((seconds >= 60 && seconds <= 90))
}

@test "another station at the same address is another poll" {
    station s EB3A plain "request 4 drop" "connects 2- refuse"
    $ACCELERATED bt-poll -n 2 -i 10 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 10 grep -q "the link was lost" err
    sim_stop s
    rm -f s
    sim_start s EB3A --name EB3A2222000000009
    wait "$pid"
    awk '{ if (!start) start = $3; if ($3 != start) exit 1 }
        $NF == "end" { start = "" }' log
    [ "$(grep -c "EB3A2222000000009 .* end$" log)" -ge 1 ]
}

# --- packs --------------------------------------------------------------------

@test "links that break at packs: one selection an interval, waits that double" {
    station s AC300 plain "read 96+32 drop"
    poll -n 7 -i 10
    sim_stop s
    [ "$status" -eq 0 ]
    [ "$(counter s writes)" -le 4 ]
    [ "$(counter s connects)" -le 14 ]
    [ "$(counter s 'read 10+40')" -eq 7 ]
    grep -q '"pack":1,"failed":\["96+32 lost"\]' records
    grep -q '"pack":2,"failed":\["96+32 lost"\]' records
}

@test "the echo of a write proves no station" {
    station s AC300 plain "read 10 silence" "read 70 silence" \
        "read 91 silence" "read 96 silence" "read 3001 silence"
    poll -1 -t 100
    sim_stop s
    [ "$status" -eq 69 ]
    ((seconds >= 100 && seconds <= 120))
    [ "$(counter s writes)" -eq 0 ]
    run grep -c ": back" err
    assert_output 0
}

# --- the end ------------------------------------------------------------------

# silent TIMEOUT SECURITY FAULT STATUS: ends in time, within a poll or a handshake.
silent() {
    station s EB3A "$2" "$3"
    poll -1 -t "$1"
    [ "$status" -eq "$4" ]
    ((seconds >= $1 && seconds <= $1 + 10))
}

silent_row() {
    local seconds_max security fault wanted
    IFS=, read -r seconds_max security fault wanted <<<"$1"
    silent "$seconds_max" "$security" "$fault" "$wanted"
}

@test "-t ends polls and handshakes" {
    accelerate 10
    at_once silent_row <<<$'4,plain,connects 1- mute,69
20,plain,connects 1- mute,69
4,plain,connects 1- stall,69
8,encrypted,results 1- silence,76
4,encrypted,requests 1- silence,69'
}

@test "-1 and -n end by their bound" {
    accelerate 50
    sim_start s EB3A --name PBOX22220000000 --fault "always busy"
    for option in "-1" "-n 2"; do
        # shellcheck disable=SC2086
        poll $option -i 10
        [ "$status" -eq 75 ]
        grep -q "not complete in time: giving up" err
        ((seconds <= 300))
    done
}

# --- first contact ------------------------------------------------------------

# contact FAULT: the type is asked for until there is an answer.
contact() {
    sim_start s EB3A --name PBOX22220000000 --fault "$1"
    $ACCELERATED bt-poll -1 "unix:$PWD/s" >log
    bt-decode log >records
    grep -q '"total_battery_percent":100' records
}

@test "a station that is busy or fails at first is asked again for its type" {
    at_once contact <<<$'requests 1-8 busy\nrequests 1-3 exception 4'
}

@test "a name that cannot be read stops nothing" {
    sim_start s EB3A --fault "pdu 7 att-error 0x0a"
    $ACCELERATED bt-poll -1 "unix:$PWD/s" >log 2>err
    [ ! -s err ]
    [ "$(grep -vc "^[^ ]* unix:$PWD/s - " log)" -eq 0 ]
    bt-decode log >records
    grep -q '"total_battery_percent":100' records
}

# wants CODE: words in place of a number.
wants() {
    sim_start s EB3A --fault "requests 1- att-error $1"
    run $ACCELERATED bt-poll -1 -t 40 "unix:$PWD/s"
    assert_failure 76
    assert_line --index 0 "bt-poll: unix:$PWD/s: reading registers: the station requires pairing, which is not supported; remove its Bluetooth password in the app: ATT error $1; trying again"
}

@test "a station that wants to be paired: words, and what to do" {
    at_once wants <<<$'0x05\n0x08\n0x0c\n0x0f'
}

@test "a refusal says at which step it came" {
    sim_start s EB3A --fault "pdu 2 att-error 0x05"
    run $ACCELERATED bt-poll -1 -t 40 "unix:$PWD/s"
    assert_failure 76
    assert_output --partial ": discovering the service: the station requires pairing"
}

# updated FAULT: a station that encrypts, in the words that it has for --plain.
updated() {
    station s EB3A encrypted "$1"
    run $ACCELERATED bt-poll -1 -t 40 --plain "unix:$PWD/s"
    assert_failure 76
    assert_line --index 0 --partial ": the station requires encryption: omit --plain; trying again"
}

@test "--plain against a station that encrypts" {
    at_once updated <<<$'plain 1- mute\nplain 1- att-error 0x0e\nplain 1- drop'
}
