#!/usr/bin/env bats
# bt-decode --format: records as text and as CSV.

bats_require_minimum_version 1.5.0
load common

WHO="00:11:22:33:44:55 AC3002232000000000"
T=2026-11-22T09:42

# log: a poll with numbers, a text, a list, a failure, and a pack
log() {
    cat <<EOF
$T:00.100Z $WHO $(read_request 36 8) $(read_answer 752 0 39 92 0 12345 0 78)
$T:00.200Z $WHO $(read_request 3001 1) $(read_answer 2)
$T:00.300Z $WHO $(read_request 70 21) !timeout
$T:00.400Z $WHO $T:00.100Z end
$T:10.000Z $WHO $(select_pack 2)
$T:10.100Z $WHO $(read_request 105 2) $(read_answer 321 322)
$T:10.200Z $WHO $(read_request 99 1) $(read_answer 81)
$T:10.300Z $WHO $T:10.000Z end
EOF
}

@test "--format=text has a name, its value and its unit in each line" {
    run bt-decode --format=text < <(log)
    assert_success
    # Lines of bats' run have no empty ones.
    assert_output "time                            $T:00.100Z
address                         00:11:22:33:44:55
name                            AC3002232000000000
model                           AC300
dc_input_power                  752 W
ac_input_power                  0 W
ac_output_power                 39 W
dc_output_power                 92 W
power_generation                1234.5 kWh
total_battery_percent           78 %
ups_mode                        PV_PRIORITY
failed                          70+21 timeout

time                            $T:10.000Z
address                         00:11:22:33:44:55
name                            AC3002232000000000
model                           AC300
pack                            2
pack_battery_percent            81 %"
}

@test "--format=text: lists, registers, quotes, and what no map knows" {
    run bt-decode --format=text --name 'a"b\c' <<EOF
$(read_request 9000 2) $(read_answer 1 2)
EOF
    assert_output 'name                            a"b\c
registers                       9000: 1, 9001: 2'
    run bt-decode --format=text --model AC300 <<<"$(read_request 105 16) $(read_answer 321 {322..336})"
    assert_output --partial "cell_voltages                   3.21, 3.22, 3.23,"
    assert_output --partial "3.36 V"
}

@test "--format=csv has the columns that are named, in their order, for every record" {
    run bt-decode --format=csv --columns=pack,time,total_battery_percent,ups_mode,pack_battery_percent,failed < <(log)
    assert_success
    assert_output "pack,time,total_battery_percent,ups_mode,pack_battery_percent,failed
,$T:00.100Z,78,PV_PRIORITY,,\"[\"\"70+21 timeout\"\"]\"
2,$T:10.000Z,,,81,"
    # The header is there without a record too.
    run bt-decode -o csv -k time,pack </dev/null
    assert_output "time,pack"
}

@test "--format=csv quotes what has commas and quotes, once a name twice" {
    run bt-decode --format=csv --columns=name,name,registers --name 'a,"b' <<<"$(read_request 9000 2) $(read_answer 1 2)"
    assert_output 'name,name,registers
"a,""b","a,""b","{""9000"":1,""9001"":2}"'
}

@test "--format=csv has the values of the records, of every recording" {
    local log options
    cd "$here/data"
    for log in *.log; do
        options=$(sed -n 's/^# options: //p' "$log" | tr -d '\r')
        # Maps of a test alone need not have these fields.
        [[ $options != *--maps* ]] || continue
        # shellcheck disable=SC2086
        {
            bt-decode $options --format=csv \
                --columns=time,total_battery_percent,pack_voltage "$log" \
                2>/dev/null || [ $? -eq 65 ]
        } >"$BATS_TEST_TMPDIR/csv"
        { echo time,total_battery_percent,pack_voltage
            jq -r '[.time // "", .total_battery_percent // "",
                .pack_voltage // ""] | join(",")' "${log%.log}.json"; } |
            diff -u - "$BATS_TEST_TMPDIR/csv"
    done
}

@test "columns that no record has are refused, and the one that was meant named" {
    run bt-decode --format=csv --columns=time,total_batery_percent </dev/null
    assert_failure 64
    assert_output "bt-decode: columns: no record has total_batery_percent; did you mean total_battery_percent?"
    run bt-decode --format=csv --columns=time,qqqqqqqqqqqqqq </dev/null
    assert_failure 64
    assert_output "bt-decode: columns: no record has qqqqqqqqqqqqqq"
}

@test "bad formats and columns are wrong on the command line" {
    local arguments expected
    while IFS='|' read -r arguments expected; do
        # shellcheck disable=SC2086
        run bt-decode $arguments </dev/null
        assert_failure 64
        assert_output "bt-decode: $expected; try bt-decode --help"
    done <<'EOF'
--format=xml|format: not json, text or csv: xml
--format=csv|--format=csv needs --columns
--columns=time|--columns needs --format=csv
--format=csv --columns=time,,name|columns: a name is empty
--format=csv --columns=|columns: a name is empty
--redact --format=text|--format does not go with --redact
--changes --format=text|--format does not go with --changes
EOF
    run bt-decode --format=json < <(log)
    assert_equal "$output" "$(log | bt-decode)"
}

@test "a terminal as input is reported, a pipe or a file is not" {
    run script -qec "bt-decode --model AC300" /dev/null < <(printf '\004')
    assert_output --partial "bt-decode: reading from the terminal: end with Ctrl-D"
    log >"$BATS_TEST_TMPDIR/log"
    run script -qec "bt-decode $BATS_TEST_TMPDIR/log >/dev/null" /dev/null </dev/null
    refute_output --partial terminal
}
