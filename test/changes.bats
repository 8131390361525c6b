#!/usr/bin/env bats
# bt-decode --changes: what changed from one read to the next.

bats_require_minimum_version 1.5.0
load common

WHO="00:11:22:33:44:55 AC3002232000000000"
T=2026-11-22T09:42
TAB=$'\t'

# at SECOND FIRST VALUE...: a read
at() {
    local second=$1 first=$2
    shift 2
    echo "$T:$second.000Z $WHO $(read_request "$first" $#) $(read_answer "$@")"
}

# wrote SECOND HEX [ANSWER]: a write and its echo, or another answer
wrote() {
    local f
    f=$(frame "$2")
    echo "$T:$1.000Z $WHO $f ${3:-$f}"
}

# changes [OPTION...]: the lines, with bars between their columns
changes() {
    run --separate-stderr bash -c 'bt-decode --changes "$@" | tr "\t" "|"' - "$@"
    assert_equal "$stderr" ""
}

@test "a log with one setting changed prints exactly that line" {
    changes < <(
        at 00 36 752 0 39 92; at 01 3007 0 1
        at 10 36 752 0 39 92; at 11 3007 0 1
        at 20 36 752 0 39 92; at 21 3007 1 1
        at 30 36 752 0 39 92; at 31 3007 1 1)
    assert_success
    assert_output "$T:21.000Z|00:11:22:33:44:55|3007|0|1|0x0000|0x0001|ac_output_on|true"
}

@test "columns: names of values, units, what no map knows, no time and no address" {
    run bt-decode --changes <<EOF
- - AC3002232000000000 $(read_request 3001 1) $(read_answer 2)
- - AC3002232000000000 $(read_request 36 1) $(read_answer 7)
- - AC3002232000000000 $(read_request 9000 1) $(read_answer 7)
- - AC3002232000000000 $(read_request 3001 1) $(read_answer 1)
- - AC3002232000000000 $(read_request 36 1) $(read_answer 8)
- - AC3002232000000000 $(read_request 9000 1) $(read_answer 65535)
EOF
    assert_success
    assert_output "-${TAB}AC3002232000000000${TAB}3001${TAB}2${TAB}1${TAB}0x0002${TAB}0x0001${TAB}ups_mode${TAB}CUSTOMIZED
-${TAB}AC3002232000000000${TAB}36${TAB}7${TAB}8${TAB}0x0007${TAB}0x0008${TAB}dc_input_power${TAB}8 W
-${TAB}AC3002232000000000${TAB}9000${TAB}7${TAB}65535${TAB}0x0007${TAB}0xffff${TAB}-${TAB}-"
}

@test "writes stand between the reads, whatever came of them" {
    changes < <(
        at 00 3007 0 0
        wrote 05 01060bbf0001
        wrote 06 01060bb90063 "$(frame 018603)"
        wrote 07 01060bb90001 '!timeout'
        wrote 08 01100bc00002040001ffff "$(frame 01100bc00002)"
        at 10 3007 1 1)
    assert_success
    assert_output "$T:05.000Z|00:11:22:33:44:55|3007|write|1|-|0x0001|ac_output_on|true
$T:06.000Z|00:11:22:33:44:55|3001|refused|99|-|0x0063|ups_mode|99
$T:07.000Z|00:11:22:33:44:55|3001|unanswered|1|-|0x0001|ups_mode|CUSTOMIZED
$T:08.000Z|00:11:22:33:44:55|3008|write|1|-|0x0001|dc_output_on|true
$T:08.000Z|00:11:22:33:44:55|3009|write|65535|-|0xffff|-|-
$T:10.000Z|00:11:22:33:44:55|3007|0|1|0x0000|0x0001|ac_output_on|true
$T:10.000Z|00:11:22:33:44:55|3008|0|1|0x0000|0x0001|dc_output_on|true"
}

@test "a field of several registers is decoded as a whole" {
    changes -m AC300 <<EOF
$(read_request 10 6) $(read_answer 0x4143 0x3330 0x3000 0 0 0)
$(read_request 10 6) $(read_answer 0x4143 0x3530 0x3000 0 0 0)
EOF
    assert_output "-|-|11|13104|13616|0x3330|0x3530|device_type|AC500"
}

@test "registers that move all the time are left out" {
    local i
    for i in 10 11 12 13 14 15; do
        at "$i" 36 "$((700 + i))"
        at "$i" 3007 "$((i > 13))"
    done >"$BATS_TEST_TMPDIR/log"
    changes "$BATS_TEST_TMPDIR/log"
    assert_equal "${#lines[@]}" 6
    changes --steady 2 "$BATS_TEST_TMPDIR/log"
    assert_output "$T:14.000Z|00:11:22:33:44:55|3007|0|1|0x0000|0x0001|ac_output_on|true"
    changes --steady 4 "$BATS_TEST_TMPDIR/log"
    assert_equal "${#lines[@]}" 1
    changes --steady 5 "$BATS_TEST_TMPDIR/log"
    assert_output ""
    for bad in 0 256 x ""; do
        run bt-decode --changes --steady "$bad" </dev/null
        assert_failure 64
    done
    run bt-decode --steady 2 </dev/null
    assert_failure 64
    assert_output "bt-decode: --steady needs --changes; try bt-decode --help"
}

@test "battery packs and stations are each compared with themselves" {
    local pack round
    for round in 0 1; do
        for pack in 1 2; do
            echo "$T:${round}${pack}.000Z $WHO $(select_pack $pack)"
            at "$round$pack" 96 "$pack"
            at "$round$pack" 99 $((80 + pack + (round * pack) / 2))
        done
        echo "$T:${round}3.000Z unix:a AC3001 $(read_request 36 1) $(read_answer $((7 + round)))"
        echo "$T:${round}4.000Z unix:b AC3001 $(read_request 36 1) $(read_answer 9)"
    done >"$BATS_TEST_TMPDIR/log"
    changes "$BATS_TEST_TMPDIR/log"
    assert_success
    assert_equal "$(sort <<<"$output")" \
        "$T:12.000Z|00:11:22:33:44:55|99/2|82|83|0x0052|0x0053|pack_battery_percent|83 %
$T:13.000Z|unix:a|36|7|8|0x0007|0x0008|dc_input_power|8 W"
}

@test "passwords are told only when they are asked for" {
    export BT_MAPS=$here/data/wifi-maps
    local log
    log="- - XW2001 $(read_request 12034 2) $(read_answer 0x6162 0x6364)
- - XW2001 $(read_request 12034 2) $(read_answer 0x6162 0x6365)
- - XW2001 $(frame 01062f026162) $(frame 01062f026162)"
    run bt-decode --changes <<<"$log"
    assert_success
    assert_output ""
    run bt-decode --changes --secrets <<<"$log"
    assert_equal "${#lines[@]}" 2
}

@test "names and addresses are escaped" {
    run bt-decode --changes <<EOF
- a%09b - $(read_request 36 1) $(read_answer 1)
- a%09b - $(read_request 36 1) $(read_answer 2)
EOF
    assert_output "-${TAB}a%09b${TAB}36${TAB}1${TAB}2${TAB}0x0001${TAB}0x0002${TAB}-${TAB}-"
}

@test "more registers than are compared are reported once" {
    local i
    for i in {1..300}; do
        echo "- x$i - $(read_request 36 1) $(read_answer 1)"
    done >"$BATS_TEST_TMPDIR/log"
    run bt-decode --changes "$BATS_TEST_TMPDIR/log"
    assert_success
    assert_output "bt-decode: too many registers or stations: the rest is not compared"
}
