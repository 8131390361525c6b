#!/usr/bin/env bats
# bt-poll and every known fault of a real station, each alone: what is
# printed, what is lost, and how soon it is well again.

load common

# What an EB3A and an AC300 say that have no faults: files of these names.
setup_file() {
    local model
    accelerate 20
    cd "$BATS_FILE_TMPDIR"
    for model in EB3A AC300; do
        BATS_TEST_TMPDIR=$PWD sim_start "clean$model" $model
        $ACCELERATED bt-poll -1 "unix:$PWD/clean$model" | bt-decode >$model
        BATS_TEST_TMPDIR=$PWD sim_stop "clean$model"
    done
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    accelerate 20
}

# play POLLS FAULT...: so many polls of an EB3A that plays the faults. Leaves
# log, err, records and $seconds, as the programs saw them.
play() {
    local polls=$1 fault options=() status=0
    shift
    for fault; do options+=(--fault "$fault"); done
    sim_start s EB3A "${options[@]}"
    ACCELERATE_ELAPSED=elapsed timeout 60 $ACCELERATED bt-poll -n "$polls" \
        -i 2 "unix:$PWD/s" >log 2>err || status=$?
    seconds=$(($(cat elapsed) / 1000))
    sim_stop s
    [ "$status" -eq 0 ]
    bt-decode log >records
    [ -z "$(wrong_values "$BATS_FILE_TMPDIR/EB3A" <records)" ]
    # Each poll that counts is a record with the powers.
    [ "$(grep -c '"ac_output_power"' records)" -ge "$polls" ]
}

# lost N: at most so many reads are missing.
lost() {
    local n
    n=$(jq '.failed // [] | length' records | awk '{ n += $1 } END { print n + 0 }')
    [ "$n" -le "$1" ]
}

@test "clean: nothing is lost, nothing is said" {
    play 3
    lost 0
    [ ! -s err ]
    ((seconds <= 6))
}

@test "fragments of any size" {
    play 3 "every 2 fragment 1" "every 3 fragment 7"
    lost 0
    [ ! -s err ]
}

@test "MTU 23 only" {
    play 3 "connect 1 mtu 23"
    lost 0
    [ ! -s err ]
}

@test "two answers in one notification" {
    play 3 "request 2 joined"
    lost 0
    ((seconds <= 16))
}

@test "silence: asked again" {
    play 3 "request 2 silence" "request 6 silence"
    lost 0
    ((seconds <= 20))
}

@test "silence of one read: the others are not lost" {
    play 3 "read 70+22 silence"
    lost 3
    [ "$(grep -c '!timeout' log)" -eq 3 ]
}

@test "late answers are never taken for others" {
    play 4 "request 2 late 6000" "request 5 late 5500" "request 7 late 7000"
    lost 0
}

@test "wrong CRC, cut and garbled answers are asked again" {
    play 4 "request 1 crc" "request 2 truncate 9" "request 4 garbage 30" \
        "request 6 wrong-count" "request 8 wrong-unit" "request 9 wrong-function"
    lost 0
    ((seconds <= 40))
}

@test "an answer that comes twice" {
    play 3 "always duplicate"
    lost 0
}

@test "busy: asked again later" {
    play 3 "request 2 busy" "request 5 exception 6"
    lost 0
    [ ! -s err ]
}

@test "an exception is what the station says: not asked again" {
    play 3 "read 70+22 exception 4"
    lost 3
    [ "$(counter s 'read 70+22')" -eq 3 ]
}

@test "AT texts: the link is begun anew" {
    play 3 "request 2 at-name" "request 6 at-adv"
    lost 2
    grep -q "Bluetooth module is in a bad state; trying again" err
    grep -q "back" err
    [ "$(counter s connects)" -eq 3 ]
}

@test "ATT errors: the link is begun anew" {
    play 3 "request 2 att-error 0x0e"
    lost 1
    grep -q "rejected the request: ATT error 0x0e; trying again" err
    grep -q "back" err
}

# dropped NUMBER: the link, at that PDU.
dropped() {
    play 2 "pdu $1 once drop"
    lost 1
    grep -q "the link was lost; trying again" err
    grep -q "back" err
}

@test "the link drops at any PDU" {
    at_once dropped < <(seq 1 11)
}

@test "an answer, and the link drops at once: the answer counts" {
    play 2 "request 1 drop-after" "request 4 reset-after"
    lost 2
    [ "$(counter s connects)" -ge 2 ]
}

@test "refused connections are tried again" {
    play 2 "connects 1-3 refuse"
    lost 0
    [ "$(grep -c 'trying again' err)" -eq 1 ]
    grep -q "back" err
}

@test "no service ff00, for a while" {
    play 2 "connect 1 no-service" "connect 2 no-notify"
    grep -q "no service ff00: not a Bluetti power station" err
    grep -q "back" err
}

@test "a station that stalls, and one that goes mute" {
    play 2 "request 3 stall"
    grep -q "back" err
    ((seconds <= 60))
    rm -f s
    play 2 "request 2 mute"
    grep -q "no valid response: no answer in time; trying again" err
    ((seconds <= 140))
}

@test "the station's own requests are answered" {
    play 3 "request 1 peer-mtu" "request 2 peer-request" "request 4 indication"
    lost 0
    [ "$(counter s mtu-responses)" -eq 1 ]
    [ "$(counter s refusals)" -eq 1 ]
    [ "$(counter s confirmations)" -eq 1 ]
}

@test "strays are dropped" {
    play 3 "request 2 stray 0103020000b844" "request 3 stray 00"
    lost 0
}

@test "a pack selector without an answer" {
    sim_start s AC300 --fault "write 3006 silence"
    $ACCELERATED bt-poll -1 "unix:$PWD/s" | bt-decode >records
    grep -q '"total_battery_percent":78' records
    grep -q '"pack":1,"failed":\["3006=1 timeout"\]' records
    grep -q '"pack":2,"failed":\["3006=2 timeout"\]' records
}

@test "a wall clock that jumps disturbs no interval" {
    sim_start s EB3A
    $ACCELERATED ACCELERATE_OFFSET="$PWD/offset" ACCELERATE_ELAPSED=elapsed \
        bt-poll -n 6 -i 10 "unix:$PWD/s" >log 3>&- &
    local pid=$!
    wait_for 10 grep -q end log
    echo 7200000 >offset
    wait_for 10 eval '[ "$(grep -c end log)" -ge 3 ]'
    echo -7200000 >offset
    wait "$pid"
    (($(cat elapsed) <= 120000))
    [ "$(grep -c 'end$' log)" -eq 6 ]
    [ "$(bt-decode log | wc -l)" -eq 6 ]
}

@test "a board without a clock: waited for, and said" {
    echo -1800000000000 >offset
    sim_start s EB3A
    $ACCELERATED ACCELERATE_OFFSET="$PWD/offset" \
        bt-poll -n 1 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 5 grep -q "the clock is in the past: waiting up to 120 s" err
    [ ! -s log ]
    rm offset
    wait "$pid"
    grep -q "the clock has been set" err
    [ -s log ]
}

# just_booted: from now on $BOOTED before a program makes it see a system that
# has just started, as long as there is the file "booted".
just_booted() {
    : >booted
    BOOTED="$ACCELERATED ACCELERATE_BOOTED=$PWD/booted"
}

@test "a clock that was saved last: waited for until the kernel's is set" {
    just_booted
    sim_start s EB3A
    $BOOTED bt-poll -n 1 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 5 grep -q "has just started and its clock was not set" err
    [ ! -s log ]
    rm booted
    wait "$pid"
    assert_equal "$(<err)" "bt-poll: the system has just started and its clock \
was not set yet: waiting up to 120 s (--any-clock does not wait)
bt-poll: the clock has been set"
    [ -s log ]
}

@test "a clock that is never set is waited for two minutes" {
    just_booted
    sim_start s EB3A
    $BOOTED bt-poll -n 1 "unix:$PWD/s" >log 2>err
    grep -q "the clock was not set: the times in the output may be wrong" err
    [ "$(grep -c 'end$' log)" -eq 1 ]
}

@test "SIGTERM while the clock is waited for" {
    just_booted
    sim_start s EB3A
    $BOOTED bt-poll "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 5 grep -q "has just started" err
    kill -TERM "$pid"
    wait_for 5 has_ended "$pid"
    [ ! -s log ]
}

@test "--any-clock: bt-poll and bt-discover do not wait" {
    just_booted
    sim_start s EB3A
    $BOOTED bt-poll --any-clock -n 1 "unix:$PWD/s" >log 2>err
    [ ! -s err ]
    [ -s log ]
    $BOOTED bt-discover --any-clock --first 10 --last 20 "unix:$PWD/s" \
        >log 2>err
    ! grep -q clock err || false
    [ -s log ]
}

@test "bt-discover waits for the clock as well" {
    just_booted
    sim_start s EB3A
    $BOOTED bt-discover --first 10 --last 20 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 5 grep -q "has just started and its clock was not set" err
    [ ! -s log ]
    rm booted
    wait "$pid"
    grep -q "the clock has been set" err
    [ -s log ]
}

@test "a wrong value would be found" {
    echo '{"model":"X","power":1,"list":[1,2]}' >truth
    run wrong_values truth <<<'{"model":"X","power":1,"list":[1,2],"failed":["1+1 lost"]}'
    assert_output ""
    run wrong_values truth <<<'{"model":"X","power":2,"list":[1,2]}'
    assert_output --partial '"key":"power","value":2'
    run wrong_values truth <<<'{"model":"X","pack":1,"power":1}'
    assert_output --partial '"key":"power","value":1'
}

# mixture SEED: six polls of an AC300.
mixture() {
    sim_start s AC300 --random "$1:250"
    timeout 120 $ACCELERATED bt-poll -n 6 -i 5 "unix:$PWD/s" 2>err |
        bt-decode >records
    sim_stop s
    wrong_values "$BATS_FILE_TMPDIR/AC300" <records | tee wrong
    [ ! -s wrong ]
    [ "$(grep -c '"dc_input_power":752' records)" -ge 1 ]
}

@test "mixtures of all faults: no wrong value is ever printed" {
    accelerate 100
    at_once mixture < <(seq 1 "${MIXTURES:-20}")
}
