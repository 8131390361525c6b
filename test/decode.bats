#!/usr/bin/env bats
# bt-decode: recordings of real stations, and everything that can be wrong.

bats_require_minimum_version 1.5.0
load common

T=2026-11-22T09:42
WHO="00:11:22:33:44:55 AC3002232000000000"
PACK_READ=$(read_request 96 32)

# pack_answer NUMBER PERCENT: registers 96 to 127
pack_answer() {
    local values=("$1" 1 5395 "$2" 0 0 0 0 0)
    local i
    for ((i = 105; i < 121; i++)); do values+=($((i + 200))); done
    values+=(0 0 0 0 0 0 0)
    read_answer "${values[@]}"
}

# golden: the log that the test is named after, decoded with the options that
# it names, gives its .json on standard output and its .err on standard error.
golden() {
    local name=${BATS_TEST_DESCRIPTION#golden log: } options status=0
    cd "$here/data"
    options=$(sed -n 's/^# options: //p' "$name.log" | tr -d '\r')
    # The options are words without blanks.
    # shellcheck disable=SC2086
    bt-decode $options "$name.log" \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    diff -u "$name.json" "$BATS_TEST_TMPDIR/out"
    if [ -e "$name.err" ]; then
        diff -u "$name.err" "$BATS_TEST_TMPDIR/err"
        # Refused lines are told by their numbers.
        if grep -q "^bt-decode: $name.log:[0-9]" "$name.err"; then
            [ "$status" -eq 65 ]
        else
            [ "$status" -eq 0 ]
        fi
    else
        [ ! -s "$BATS_TEST_TMPDIR/err" ]
        [ "$status" -eq 0 ]
    fi
}

@test "golden log: a80-read" { golden; }
@test "golden log: ac200m-cells" { golden; }
@test "golden log: ac200m-illegal" { golden; }
@test "golden log: ac200m-incomplete" { golden; }
@test "golden log: ac300-small-reads" { golden; }
@test "golden log: ac200l-version-2" { golden; }
@test "golden log: ac50b-blocks" { golden; }
@test "golden log: classic-dump" { golden; }
@test "golden log: classic-logger" { golden; }
@test "golden log: classic-refused" { golden; }
@test "golden log: eb3a-logger" { golden; }
@test "golden log: eb3a-one-register" { golden; }
@test "golden log: eb3a-read" { golden; }
@test "golden log: el30v2-read" { golden; }
@test "golden log: import-cell-voltage" { golden; }
@test "golden log: import-crlf" { golden; }
@test "golden log: import-hass" { golden; }
@test "golden log: import-hex" { golden; }
@test "golden log: import-mixed" { golden; }
@test "golden log: import-readall" { golden; }
@test "golden log: import-serial" { golden; }
@test "golden log: import-tshark" { golden; }
@test "golden log: later-models" { golden; }
@test "golden log: name-blanks" { golden; }
@test "golden log: name-changed" { golden; }
@test "golden log: name-lost" { golden; }
@test "golden log: pbox-lost-model" { golden; }
@test "golden log: pbox-renamed" { golden; }
@test "golden log: synthetic" { golden; }
@test "golden log: wifi" { golden; }

@test "each recording is a golden log" {
    diff <(cd "$here/data" && printf '%s\n' *.log | LC_ALL=C sort) \
        <(sed -n 's/^@test "golden log: \(.*\)" .*/\1.log/p' \
            "$BATS_TEST_FILENAME" | LC_ALL=C sort)
}

@test "the same bytes in give the same bytes out" {
    cd "$here/data"
    cat ./*.log | bt-decode --model EB3A >"$BATS_TEST_TMPDIR/1" 2>&1 || true
    cat ./*.log | bt-decode --model EB3A >"$BATS_TEST_TMPDIR/2" 2>&1 || true
    cmp "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
    [ -s "$BATS_TEST_TMPDIR/1" ]
}

# --- polls --------------------------------------------------------------------

@test "an end line gives the poll its time" {
    run bt-decode <<EOF
$T:00.300Z $WHO $(read_request 36 1) $(read_answer 752)
$T:00.600Z $WHO $(read_request 43 1) $(read_answer 77)
$T:00.601Z $WHO $T:00.300Z end
EOF
    assert_success
    assert_output "{\"time\":\"$T:00.300Z\",\"address\":\"00:11:22:33:44:55\",\"name\":\"AC3002232000000000\",\"model\":\"AC300\",\"dc_input_power\":752,\"total_battery_percent\":77}"
}

@test "an end line without a time leaves the poll that of its first line" {
    run bt-decode <<EOF
$T:00.300Z $WHO $(read_request 36 1) $(read_answer 752)
- $WHO $(read_request 43 1) $(read_answer 77)
$T:00.601Z $WHO - end
EOF
    assert_success
    assert_output --regexp '00.300Z.*"dc_input_power":752,"total_battery_percent":77}'
    assert_equal "${#lines[@]}" 1
}

@test "without end lines a read that comes again begins a poll" {
    run bt-decode <<EOF
$T:00.300Z $WHO $(read_request 36 1) $(read_answer 1)
$T:00.400Z $WHO $(read_request 37 1) $(read_answer 2)
$T:10.300Z $WHO $(read_request 36 1) $(read_answer 3)
$T:10.400Z $WHO $(read_request 37 1) $(read_answer 4)
EOF
    assert_success
    assert_line --index 0 --regexp '00.300Z.*"dc_input_power":1,"ac_input_power":2}'
    assert_line --index 1 --regexp '10.300Z.*"dc_input_power":3,"ac_input_power":4}'
    assert_equal "${#lines[@]}" 2
}

@test "a failed try does not end a poll, and is made good in it" {
    run bt-decode <<EOF
$T:00.300Z $WHO $(read_request 36 1) !timeout
$T:00.400Z $WHO $(read_request 37 1) !crc
$T:00.500Z $WHO $(read_request 36 1) $(read_answer 3)
EOF
    assert_success
    assert_output --regexp '"dc_input_power":3,"failed":\["37\+1 crc"\]}$'
    assert_equal "${#lines[@]}" 1
}

@test "a read of the last registers fails, and its parts are made good" {
    run bt-decode <<EOF
$T:00.300Z $WHO $(read_request 36 1) $(read_answer 1)
$T:00.400Z $WHO $(read_request 65533 2) $(frame 018302)
$T:00.500Z $WHO $(read_request 65533 1) $(read_answer 2)
$T:00.600Z $WHO $(read_request 65534 1) $(read_answer 3)
$T:00.700Z $WHO $(read_request 65535 1) !timeout
EOF
    assert_success
    assert_output --partial '"failed":["65535+1 timeout"]'
}

@test "a poll that was cut off does not mix with the next" {
    run bt-decode <<EOF
$T:00.300Z $WHO $(read_request 36 1) $(read_answer 1)
$T:10.300Z $WHO $(read_request 37 1) $(read_answer 2)
$T:10.400Z $WHO $T:10.300Z end
EOF
    assert_success
    assert_line --index 0 --regexp '00.300Z.*"dc_input_power":1}'
    assert_line --index 1 --regexp '10.300Z.*"ac_input_power":2}'
}

@test "a clock set back in the middle of a poll does not cut it" {
    run bt-decode <<EOF
$T:30.300Z $WHO $(read_request 36 1) $(read_answer 1)
$T:10.300Z $WHO $(read_request 37 1) $(read_answer 2)
$T:10.400Z $WHO $T:30.300Z end
EOF
    assert_success
    assert_output --regexp '30.300Z.*"dc_input_power":1,"ac_input_power":2}'
}

@test "several polls in one whole second get milliseconds" {
    run bt-decode --name AC3002232000000000 --time "$T:00Z" <<EOF
$(read_request 36 1) $(read_answer 1)
$(read_request 36 1) $(read_answer 2)
$(read_request 36 1) $(read_answer 3)
EOF
    assert_success
    assert_line --index 0 --regexp '00.000Z.*:1}'
    assert_line --index 1 --regexp '00.001Z.*:2}'
    assert_line --index 2 --regexp '00.002Z.*:3}'
}

@test "stations in one stream are told apart" {
    run bt-decode <<EOF
$T:00.100Z 00:00:00:00:00:01 AC3001 $(read_request 36 1) $(read_answer 1)
$T:00.200Z 00:00:00:00:00:02 EB3A2 $(read_request 36 1) $(read_answer 2)
$T:00.300Z - AC3003 $(read_request 36 1) $(read_answer 3)
$T:00.400Z 00:00:00:00:00:01 AC3001 $(read_request 37 1) $(read_answer 4)
$T:00.500Z 00:00:00:00:00:02 EB3A2 $(read_request 37 1) $(read_answer 5)
$T:00.600Z - AC3003 $(read_request 37 1) $(read_answer 6)
$T:00.601Z 00:00:00:00:00:02 EB3A2 $T:00.200Z end
EOF
    assert_success
    assert_line --index 0 --regexp '"EB3A".*:2,"ac_input_power":5}'
    assert_line --index 1 --regexp '"AC3001","model":"AC300".*:1,"ac_input_power":4}'
    assert_line --index 2 --regexp '"AC3003","model":"AC300".*:3,"ac_input_power":6}'
}

@test "more stations than can be held lose nothing" {
    local exchange
    exchange="$(read_request 36 1) $(read_answer 1)"
    for i in $(seq 1 600); do
        echo "$T:00.100Z station$i AC3001 $exchange"
    done >"$BATS_TEST_TMPDIR/log"
    run bt-decode "$BATS_TEST_TMPDIR/log"
    assert_success
    assert_equal "${#lines[@]}" 600
}

@test "several files are one stream" {
    echo "$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)" >"$BATS_TEST_TMPDIR/1"
    echo "$T:00.200Z $WHO $(read_request 37 1) $(read_answer 2)" >"$BATS_TEST_TMPDIR/2"
    run bt-decode "$BATS_TEST_TMPDIR/1" - <"$BATS_TEST_TMPDIR/2"
    assert_success
    assert_output --partial '"dc_input_power":1,"ac_input_power":2}'
}

# --- packs --------------------------------------------------------------------

@test "each pack has a record, and a poll of packs alone no other" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(select_pack 1)
$T:03.100Z $WHO $PACK_READ $(pack_answer 1 81)
$T:03.101Z $WHO $T:00.100Z end
$T:03.200Z $WHO $(select_pack 2)
$T:06.200Z $WHO $PACK_READ $(pack_answer 2 75)
$T:06.201Z $WHO $T:03.200Z end
EOF
    assert_success
    assert_equal "${#lines[@]}" 2
    assert_line --index 0 --regexp '00.100Z.*"pack":1,"pack_voltage":53.95,"pack_battery_percent":81,"cell_voltages":\[3.05,3.06,.*,3.2\],"pack_status":"CHARGE"}'
    assert_line --index 1 --regexp '03.200Z.*"pack":2.*"pack_battery_percent":75'
}

@test "the pack that the station shows counts, not the one asked for" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(select_pack 2)
$T:03.100Z $WHO $PACK_READ $(pack_answer 1 81)
EOF
    assert_success
    assert_output --partial '"pack":1,'
    assert_equal "${#lines[@]}" 1
}

@test "two packs in one poll, as old logs have them" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 43 1) $(read_answer 78)
$T:00.100Z $WHO $(select_pack 1)
$T:03.100Z $WHO $PACK_READ $(pack_answer 1 81)
$T:03.200Z $WHO $(select_pack 2)
$T:06.200Z $WHO $PACK_READ $(pack_answer 2 75)
EOF
    assert_success
    assert_equal "${#lines[@]}" 3
    assert_line --index 0 --regexp '"total_battery_percent":78}$'
    assert_line --index 1 --partial '"pack":1,'
    assert_line --index 2 --partial '"pack":2,'
}

@test "a pack that fails has a record that says so" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(frame 01060bbe0001) !timeout
$T:00.101Z $WHO $T:00.100Z end
$T:00.200Z $WHO $(select_pack 2)
$T:12.200Z $WHO $PACK_READ !unsettled
$T:12.201Z $WHO $T:00.200Z end
EOF
    assert_success
    assert_line --index 0 --regexp '"pack":1,"failed":\["3006=1 timeout"\]}'
    assert_line --index 1 --regexp '"pack":2,"failed":\["96\+32 unsettled"\]}'
}

@test "cells of an unknown pack stay with the poll" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 105 16) $(read_answer $(seq 321 336))
EOF
    assert_success
    refute_output --partial '"pack"'
    assert_output --partial '"cell_voltages":[3.21,3.22,'
}

@test "a selection alone is no poll" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(select_pack 1)
EOF
    assert_success
    assert_output ""
}

# --- values ---------------------------------------------------------------------

@test "what is out of range is left out and listed" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 43 1) $(read_answer 101)
$T:00.200Z $WHO $(read_request 77 1) $(read_answer 3001)
$T:00.300Z $WHO $(read_request 48 2) $(read_answer 2 1)
$T:00.400Z $WHO $(read_request 80 1) $(read_answer 3999)
$T:00.500Z $WHO $(read_request 105 16) $(read_answer 501 $(seq 321 335))
$T:00.600Z $WHO $(read_request 10 6) $(read_answer 0x4142 7 0 0 0 0)
EOF
    assert_success
    assert_output --regexp '"dc_output_on":true,"out_of_range":\["device_type","total_battery_percent","ac_output_on","ac_input_voltage","ac_input_frequency","cell_voltages"\]}'
}

@test "the bounds of a range are in it" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 43 1) $(read_answer 100)
$T:00.200Z $WHO $(read_request 77 1) $(read_answer 3000)
$T:00.400Z $WHO $(read_request 80 1) $(read_answer 4000)
EOF
    assert_output --partial '"total_battery_percent":100,"ac_input_voltage":300,"ac_input_frequency":40}'
}

@test "numbers are exact" {
    local raw expected
    while read -r raw expected; do
        run bt-decode <<<"$T:00.100Z $WHO $(read_request 74 1) $(read_answer "$raw")"
        assert_output --partial "\"internal_ac_frequency\":$expected}"
    done <<EOF
4001 40.01
4009 40.09
5000 50
5010 50.1
5395 53.95
6999 69.99
7000 70
EOF
}

@test "a value without a name is its number" {
    run bt-decode <<<"$T:00.100Z $WHO $(read_request 3001 1) $(read_answer 9)"
    assert_output --partial '"ups_mode":"9"}'
}

@test "of two places of a field the last good one counts" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 48 1) $(read_answer 0)
$T:00.200Z $WHO $(read_request 3007 1) $(read_answer 1)
$T:01.100Z $WHO $(read_request 48 1) $(read_answer 1)
$T:01.200Z $WHO $(read_request 3007 1) $(read_answer 7)
EOF
    assert_line --index 0 --partial '"ac_output_on":true}'
    assert_line --index 1 --partial '"ac_output_on":true}'
}

@test "a version keeps both decimals" {
    run bt-decode <<<"$T:00.100Z $WHO $(read_request 23 2) $(read_answer 10 1)"
    assert_output --partial '"arm_version":"655.46"}'
    run bt-decode <<<"$T:00.100Z $WHO $(read_request 23 2) $(read_answer 210 0)"
    assert_output --partial '"arm_version":"2.10"}'
}

@test "registers over two reads are no field" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 17 2) $(read_answer 1 2)
$T:00.200Z $WHO $(read_request 19 2) $(read_answer 3 0)
EOF
    refute_output --partial serial_number
}

@test "halves of a 32-bit number are joined over two reads" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 23 1) $(read_answer 10)
$T:00.200Z $WHO $(read_request 22 1) $(read_answer 99)
$T:00.300Z $WHO $(read_request 24 1) $(read_answer 1)
EOF
    assert_output --partial '"arm_version":"655.46"}'
    # A read of both counts more than later ones of a half.
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 23 2) $(read_answer 10 1)
$T:00.200Z $WHO $(read_request 24 1) $(read_answer 2)
EOF
    assert_output --partial '"arm_version":"655.46"}'
    # One half is none.
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 23 1) $(read_answer 10)
$T:00.300Z $WHO $(read_request 24 1) $(frame 018302)
EOF
    refute_output --partial arm_version
}

@test "halves of different packs are not joined" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(select_pack 1)
$T:00.200Z $WHO $(read_request 201 1) $(read_answer 10)
$T:00.300Z $WHO $(select_pack 2)
$T:00.400Z $WHO $(read_request 202 1) $(read_answer 1)
EOF
    refute_output --partial pack_bms_version
    run bt-decode <<EOF
$T:00.100Z $WHO $(select_pack 2)
$T:00.200Z $WHO $(read_request 201 1) $(read_answer 10)
$T:00.400Z $WHO $(read_request 202 1) $(read_answer 1)
EOF
    assert_output --partial '"pack":2,"pack_bms_version":"655.46"}'
}

@test "a name from the air is JSON whatever it is" {
    run bt-decode <<EOF
$T:00.100Z a AC300%22%5c%0a%c3%a4 $(read_request 36 1) $(read_answer 1)
$T:00.100Z b AC300%ff $(read_request 36 1) $(read_answer 1)
EOF
    assert_success
    assert_line --index 0 --partial '"name":"AC300\"\\\nä"'
    assert_line --index 1 --partial '"name":"AC300%ff"'
}

@test "a station without a map keeps its registers" {
    run bt-decode <<EOF
$T:00.100Z a - $(read_request 200 2) $(read_answer 7 65535)
$T:00.200Z a - $(read_request 100 1 41) $(frame 290302000c)
$T:00.300Z a - $(read_request 9 1) $(frame 018302)
EOF
    assert_success
    assert_output "{\"time\":\"$T:00.100Z\",\"address\":\"a\",\"failed\":[\"9+1 exception 2\"],\"registers\":{\"200\":7,\"201\":65535,\"41:100\":12}}"
}

# --- registers against names ----------------------------------------------------

# Words of device_type and, in version 1, of what follows up to the version.
EB3A_TYPE="0x4542 0x3341 0 0 0 0 1018"
AC180_TYPE="0x4341 0x3831 0x0030 0 0 0"

# one_read NAME FIRST WORD...: a poll of one read, and its end
one_read() {
    local name=$1 first=$2
    shift 2
    echo "$T:00.100Z unix:a $name $(read_request "$first" $#) $(read_answer "$@")"
    echo "$T:00.200Z unix:a $name $T:00.100Z end"
}

@test "a type of another model counts more than the name" {
    # shellcheck disable=SC2086
    run --separate-stderr bt-decode < <(one_read AC3001 10 $EB3A_TYPE)
    assert_success
    assert_output --partial '"name":"AC3001","model":"EB3A","device_type":"EB3A"'
    assert_equal "$stderr" "bt-decode: unix:a: name fits AC300, but registers fit EB3A: using the registers"
    # shellcheck disable=SC2086
    run --separate-stderr bt-decode < <(one_read EB3A1 110 $AC180_TYPE)
    assert_output --partial '"name":"EB3A1","model":"AC180","device_type":"AC180"'
    assert_equal "$stderr" "bt-decode: unix:a: name fits EB3A, but registers fit AC180: using the registers"
}

@test "the version of the protocol counts more than the name" {
    run --separate-stderr bt-decode < <(one_read AC1801 16 1018)
    assert_output --partial '"name":"AC1801","protocol_version":1018'
    assert_equal "$stderr" "bt-decode: unix:a: name fits AC180, but registers fit V1-generic: using the registers"
    run --separate-stderr bt-decode < <(one_read AC3001 16 2005)
    assert_equal "$stderr" "bt-decode: unix:a: name fits AC300, but registers fit V2-generic: using the registers"
    # No version that there is.
    local version
    for version in 0 999 3000 65535; do
        run --separate-stderr bt-decode < <(one_read AC3001 16 "$version")
        assert_output --partial '"model":"AC300"'
        assert_equal "$stderr" ""
    done
}

@test "a type without a map leaves the map of the name" {
    run --separate-stderr bt-decode < \
        <(one_read AC3001 10 0x5858 0x5858 0 0 0 0 1018)
    assert_output --partial '"model":"AC300"'
    assert_equal "$stderr" ""
}

@test "where a password may be no type counts more than the name" {
    run --separate-stderr bt-decode < <(one_read AC1801 10 0x4542 0x3341 0 0 0 0)
    assert_output --partial '"model":"AC180"'
    assert_equal "$stderr" ""
}

@test "a contradiction is reported once a station, and --model overrules it" {
    local i
    for i in 1 2 3; do
        # shellcheck disable=SC2086
        one_read AC3001 10 $EB3A_TYPE
        one_read AC3001 36 1
        one_read AC3002 16 2005 | sed s/unix:a/unix:b/
    done >"$BATS_TEST_TMPDIR/log"
    run --separate-stderr bt-decode "$BATS_TEST_TMPDIR/log"
    assert_equal "${#lines[@]}" 9
    assert_equal "$stderr" "bt-decode: unix:a: name fits AC300, but registers fit EB3A: using the registers
bt-decode: unix:b: name fits AC300, but registers fit V2-generic: using the registers"
    run --separate-stderr bt-decode --redact "$BATS_TEST_TMPDIR/log"
    assert_equal "$(wc -l <<<"$stderr")" 2
    for i in "" --redact; do
        # shellcheck disable=SC2086
        run --separate-stderr bt-decode $i --model AC300 "$BATS_TEST_TMPDIR/log"
        assert_equal "$stderr" ""
    done
}

@test "what registers showed holds for the next poll of the same station" {
    {
        # shellcheck disable=SC2086
        one_read Wohnmobil 10 $EB3A_TYPE
        one_read Wohnmobil 36 1
        one_read - 36 2
        # Another name is another station.
        one_read XYZ1 36 3
        one_read AC3001 36 4
    } >"$BATS_TEST_TMPDIR/log"
    bt-decode "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/out"
    run jq -r '"\(.name) \(.model) \(.dc_input_power)"' "$BATS_TEST_TMPDIR/out"
    assert_output "Wohnmobil EB3A null
Wohnmobil EB3A 1
Wohnmobil EB3A 2
XYZ1 null null
AC3001 AC300 4"
}

@test "another name ends the poll of the one before" {
    # shellcheck disable=SC2086
    run bt-decode <<EOF
- a Wohnmobil $(read_request 10 7) $(read_answer $EB3A_TYPE)
- a AC3001 $(read_request 36 1) $(read_answer 4)
EOF
    assert_line --index 0 --partial '"name":"Wohnmobil","model":"EB3A"'
    assert_line --index 1 '{"address":"a","name":"AC3001","model":"AC300","dc_input_power":4}'
}

@test "without a name and an address nothing holds on" {
    # shellcheck disable=SC2086
    run bt-decode <<EOF
$(read_request 10 7) $(read_answer $EB3A_TYPE)
- - - - end
$(read_request 36 1) $(read_answer 4)
EOF
    assert_line --index 0 --partial '"model":"EB3A"'
    assert_line --index 1 '{"registers":{"36":4}}'
}

@test "a station that was forgotten is known again when its type is read" {
    local i
    {
        # shellcheck disable=SC2086
        one_read Wohnmobil 10 $EB3A_TYPE
        for i in {1..256}; do
            echo "- x$i - $(read_request 36 1) $(read_answer 1)"
        done
        one_read Wohnmobil 36 5
        # shellcheck disable=SC2086
        one_read Wohnmobil 10 $EB3A_TYPE
        one_read Wohnmobil 36 6
    } >"$BATS_TEST_TMPDIR/log"
    bt-decode "$BATS_TEST_TMPDIR/log" | grep Wohnmobil >"$BATS_TEST_TMPDIR/out"
    run jq -r '"\(.model) \(.dc_input_power)"' "$BATS_TEST_TMPDIR/out"
    assert_output "EB3A null
null null
EB3A null
EB3A 6"
}

@test "a file, a pipe and pieces give the same bytes" {
    cd "$here/data"
    local log size at
    for log in ac200l-version-2 name-blanks name-changed name-lost \
        pbox-lost-model pbox-renamed; do
        size=$(stat -c %s "$log.log")
        bt-decode <"$log.log" 2>/dev/null | cmp "$log.json" -
        for at in 1 100 $((size / 3)) $((size / 2)) $((size - 1)); do
            { head -c "$at" "$log.log" && tail -c +$((at + 1)) "$log.log"; } |
                bt-decode 2>/dev/null | cmp "$log.json" -
        done
        split -l 1 "$log.log" "$BATS_TEST_TMPDIR/$log."
        bt-decode "$BATS_TEST_TMPDIR/$log."* 2>/dev/null | cmp "$log.json" -
    done
}

# How the blocks of a poll lie is kept for the next one that is alike.
@test "each of many polls is decoded as if it were alone" {
    local first count
    cd "$BATS_TEST_TMPDIR"
    for first in 36 37 70 71; do
        for count in 1 2 3 7 8 13; do
            echo "$T:00Z $WHO $(read_request "$first" "$count") \
$(read_answer $(seq "$((first * count))" "$((first * count + count - 1))"))"
            echo "$T:00Z $WHO $(read_request 43 1) $(read_answer "$count")"
            echo "$T:00Z $WHO - end"
        done
    done >log
    split -l 3 log poll.
    for first in poll.*; do
        bt-decode "$first"
    done >alone
    cat log log | bt-decode >together
    diff <(sort -u alone) <(sed 's/00\.[0-9]*Z/00.000Z/' together | sort -u)
    assert_equal "$(wc -l <together)" 48
}

@test "--registers adds what no field has" {
    run bt-decode --registers <<EOF
$T:00.100Z $WHO $(read_request 43 3) $(read_answer 78 9 10)
$T:00.200Z $WHO $(read_request 43 2) $(read_answer 79 8)
$T:00.300Z $WHO $(read_request 100 1 41) $(frame 290302000c)
EOF
    assert_success
    assert_output --partial '"total_battery_percent":79,"registers":{"44":8,"45":10,"41:100":12}}'
    # Nothing is left of what fields have all of.
    run bt-decode --registers <<<"$T:00.100Z $WHO $(read_request 43 1) $(read_answer 78)"
    assert_output --partial '"total_battery_percent":78}'
    # A station of the generic map, or of none, has all of them as it is.
    run bt-decode -r <<<"$T:00.100Z a - $(read_request 43 1) $(read_answer 78)"
    assert_output --partial '"registers":{"43":78}}'
}

@test "--registers: those of packs are in the records of packs" {
    run bt-decode --registers <<EOF
$T:00.100Z $WHO $(select_pack 1)
$T:00.200Z $WHO $PACK_READ $(pack_answer 1 81)
$T:03.200Z $WHO $(select_pack 2)
$T:03.300Z $WHO $PACK_READ $(pack_answer 2 75)
$T:03.400Z $WHO $(read_request 300 1) $(read_answer 5)
EOF
    assert_success
    assert_equal "${#lines[@]}" 3
    assert_line --index 0 --partial '"model":"AC300","registers":{"300":5}}'
    assert_line --index 1 --partial '"pack":1,'
    assert_line --index 1 --regexp '"registers":\{"96":1,"100":0,.*"127":0\}\}$'
    assert_line --index 2 --regexp '"pack":2,.*"registers":\{"96":2,"100":0,.*"127":0\}\}$'
}

@test "--registers tells no secrets" {
    local log
    # The map of an AC180 has no secrets, the generic one of its protocol has.
    log="$T:00.100Z - AC1802333000000000 $(read_request 12001 2) $(read_answer 7 0x4142)"
    run bt-decode --registers <<<"$log"
    assert_output --partial '"registers":{"12001":7}}'
    run bt-decode --registers --secrets <<<"$log"
    assert_output --partial '"registers":{"12001":7,"12002":16706}}'
}

@test "an exception is what the station said, other units are named" {
    run bt-decode <<EOF
$T:00.100Z $WHO $(read_request 6000 62 41) !lost
$T:00.200Z $WHO $(read_request 70 21) $(frame 018305)
EOF
    assert_output --partial '"failed":["70+21 exception 5","41:6000+62 lost"]}'
}

# --- lines that are refused --------------------------------------------------------

# refused REASON: the middle one of three lines is refused, the others are not.
refused() {
    local good="$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)"
    { echo "$good"; cat; echo "${good/00.100Z/10.100Z}"; } >"$BATS_TEST_TMPDIR/log"
    cd "$BATS_TEST_TMPDIR"
    local status=0
    bt-decode log >out 2>err || status=$?
    cat err
    [ "$status" -eq 65 ]
    [ "$(wc -l <out)" -eq 2 ]
    [ "$(wc -l <err)" -eq 1 ]
    grep -qF "bt-decode: log:2: $1" err
}

@test "refused: a zero byte" {
    printf 'abc\0def\n' | refused "has a zero byte"
}

@test "refused: a line of two megabytes" {
    { head -c 2000000 /dev/zero | tr '\0' x; echo; } |
        refused "line is longer than 262144 bytes"
}

@test "refused: wrong checksum" {
    echo "$T:00.200Z $WHO $(read_request 37 1) 0103020001ffff" |
        refused "response: checksum is wrong"
}

@test "refused: an answer that does not fit its request" {
    echo "$T:00.200Z $WHO $(read_request 37 2) $(read_answer 1)" |
        refused "response: response does not match its request"
}

@test "refused: bad fields" {
    echo "hello" | refused "line: malformed frame line"
    echo "now $WHO $(read_request 37 2) $(read_answer 1)" |
        refused "time: not a time like"
    echo "$T:00Z $WHO 0103zz $(read_answer 1)" |
        refused "request: not pairs of hexadecimal"
    echo "$T:00Z $WHO $(frame 010100000001) !timeout" |
        refused "request: not a valid request"
    echo "$T:00Z $WHO $(read_request 37 1) $(frame 018300)" |
        refused "response: response does not match its request"
    echo "$T:00Z $WHO yesterday end" | refused "start: not a time"
}

@test "refused: a message shows no control bytes" {
    printf '\033[31m %s %s\n' "$WHO" "x" >"$BATS_TEST_TMPDIR/$(printf 'a\033b')"
    run bt-decode "$BATS_TEST_TMPDIR/"*
    assert_failure 65
    refute_output --partial $'\033'
    assert_output --partial 'a\x1bb:1:'
}

@test "a truncated last line is refused at every place" {
    local line n whole
    whole="$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)"
    for line in "$whole" "$T:00.200Z $WHO $(read_request 37 1) !timeout" \
        "$T:00.200Z $WHO $T:00.100Z end"; do
        for ((n = 1; n < ${#line}; n += 7)); do
            run bt-decode <<<"$whole"$'\n'"# no newline behind this:"
            assert_success
            printf '%s\n%s' "$whole" "${line:0:n}" >"$BATS_TEST_TMPDIR/log"
            run bt-decode "$BATS_TEST_TMPDIR/log"
            assert_failure 65
            assert_output --partial "log:2: last line is cut off"
            assert_output --partial '"dc_input_power":1}'
        done
    done
}

@test "a whole last line needs no newline" {
    printf '%s' "$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)" |
        (run bt-decode; assert_success; assert_output --partial '"dc_input_power":1}')
}

@test "comments and empty lines mean nothing" {
    run bt-decode <<EOF
# a remark

$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)
#
EOF
    assert_success
    assert_equal "${#lines[@]}" 1
}

@test "--strict ends at the first refused line" {
    run bt-decode --strict <<EOF
$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)
$T:01.100Z $WHO $(read_request 36 1) $(read_answer 2)
nonsense
$T:02.100Z $WHO $(read_request 36 1) $(read_answer 3)
EOF
    assert_failure 65
    assert_output --partial '"dc_input_power":1}'
    refute_output --partial '"dc_input_power":2}'
    refute_output --partial '"dc_input_power":3}'
}

# --- the program --------------------------------------------------------------------

@test "a file that is missing is said, the others are read" {
    run bt-decode "$BATS_TEST_TMPDIR/none" "$here/data/eb3a-read.log"
    assert_failure 74
    assert_output --partial "cannot read $BATS_TEST_TMPDIR/none: No such file"
    assert_output --partial '"ac_input_power":140'
}

@test "an address is completed in the form of bt-poll" {
    run bt-decode --address aa:bb:cc:dd:ee:0f/random <<<"$(read_request 36 1) $(read_answer 1)"
    assert_output --partial '"address":"AA:BB:CC:DD:EE:0F"'
}

@test "output that fails is an error" {
    run bash -c "bt-decode '$here/data/eb3a-read.log' >/dev/full"
    assert_failure 74
    assert_output --partial "No space left on device"
}

@test "a reader that leaves ends it quietly" {
    run bash -c "yes '$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)' |
        bt-decode | head -1 | wc -l"
    assert_output 1
}

@test "wrong use says so" {
    run bt-decode --nonsense
    assert_failure 64
    assert_output "bt-decode: unknown option --nonsense; try bt-decode --help"
    run bt-decode --model
    assert_failure 64
    run bt-decode --address lazy
    assert_failure 64
    run bt-decode --time yesterday
    assert_failure 64
    assert_output --partial "not a time"
    run bt-decode --name "$(printf 'x%.0s' $(seq 300))"
    assert_failure 64
}

@test "a model without a map is a matter of configuration" {
    run bt-decode --model XY9
    assert_failure 78
    assert_output --partial "no map for model XY9"
}

@test "--model overrules the name" {
    run bt-decode --model EB3A <<<"$T:00.100Z $WHO $(read_request 86 1) $(read_answer 1710)"
    assert_output --partial '"model":"EB3A","internal_dc_input_voltage":17.1}'
}

@test "SIGTERM: what has come in is still decoded" {
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    bt-decode <"$BATS_TEST_TMPDIR/pipe" >"$BATS_TEST_TMPDIR/out" 3>&- &
    local pid=$!
    exec 7>"$BATS_TEST_TMPDIR/pipe"
    echo "$T:00.100Z $WHO $(read_request 36 1) $(read_answer 1)" >&7
    echo "$T:00.200Z $WHO $T:00.100Z end" >&7
    wait_for 5 grep -q '"dc_input_power":1}' "$BATS_TEST_TMPDIR/out"
    echo "$T:01.100Z $WHO $(read_request 36 1) $(read_answer 2)" >&7
    kill -TERM "$pid"
    exec 7>&-
    wait "$pid"
    grep -q '"dc_input_power":2}' "$BATS_TEST_TMPDIR/out"
}

# endless: starts bt-decode on a pipe that has no end; its id is in $pid.
endless() {
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    exec 7<>"$BATS_TEST_TMPDIR/pipe"
    ${ACCELERATED:-} bt-decode <"$BATS_TEST_TMPDIR/pipe" \
        2>"$BATS_TEST_TMPDIR/err" 3>&- 7>&- &
    pid=$!
    # It listens to signals once it has blocked INT, USR1 and TERM.
    wait_for 5 grep -q "SigBlk:.*4202$" "/proc/$pid/status"
}

@test "SIGTERM: an input without end is left after 5 s" {
    accelerate 10
    endless
    local status=0
    kill -TERM "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 75 ]
    grep -q "did not end in time" "$BATS_TEST_TMPDIR/err"
}

@test "a second signal ends it at once" {
    endless
    local status=0 begin=$SECONDS
    kill -INT "$pid"
    kill -TERM "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 143 ]
    ((SECONDS - begin < 4))
}

@test "SIGUSR1 prints counters" {
    endless
    echo nonsense >&7
    wait_for 5 grep -q ":1:" "$BATS_TEST_TMPDIR/err"
    kill -USR1 "$pid"
    wait_for 5 grep -q "1 lines, 1 refused, 0 polls" "$BATS_TEST_TMPDIR/err"
    exec 7>&-
    wait "$pid" || [ $? -eq 65 ]
}

@test "parts of a pack's block say nothing of another pack" {
    run bt-decode --model AC300 <<EOF
$(select_pack 1)
$(read_request 96 32) $(frame 018302)
$(select_pack 2)
$(read_request 96 3) $(read_answer 2 2 5300)
EOF
    assert_line --partial '"pack":1,"failed":["96+32 exception 2"]}'
    assert_line --partial '"pack":2,"pack_voltage":53'
}

# stations COUNT: two reads of each, those of all before the next one.
stations() {
    local i first line

    for first in 36 38; do
        line="$(read_request "$first" 1) $(read_answer 5)"
        for ((i = 1; i <= $1; i++)); do
            echo "- - AC300$((1000 + i)) $line"
        done
    done
}

@test "256 stations in one stream are kept apart, and one more cuts polls short" {
    stations 256 >"$BATS_TEST_TMPDIR/log"
    bt-decode "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/out"
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/out")" 256
    assert_equal "$(grep -c '"dc_input_power":5,"ac_output_power":5' "$BATS_TEST_TMPDIR/out")" 256
    stations 257 >"$BATS_TEST_TMPDIR/log"
    bt-decode "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/out"
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/out")" 514
}
