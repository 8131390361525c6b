#!/usr/bin/env bats
# bt-decode: the logs of other tools, as people post them. A sample of each
# format, with its records, is data/import-*.log: see decode.bats.

bats_require_minimum_version 1.5.0
load common

HASS="custom_components.bluetti_bt.bluetti_bt_lib.bluetooth.device_reader"
ONE="01 03 00 24 00 01 c4 01" # register 36

# hass TIME MESSAGE: a line of Home Assistant's log
hass() {
    echo "2024-03-27 $1 DEBUG (MainThread) [$HASS] $2"
}

# ask TIME FIRST COUNT: the same of a request
ask() {
    hass "$1" "Requesting ReadHoldingRegisters(starting_address=$2, quantity=$3)"
}

# spaced HEX: with blanks between the bytes
spaced() {
    sed 's/../& /g; s/ $//' <<<"$1"
}

# decode [OPTION...]: as an AC300
decode() {
    run --separate-stderr bt-decode --model AC300 "$@"
}

# --- mixtures and line ends -----------------------------------------------------

@test "samples decode alike with CR LF, with a byte order mark, and in one stream" {
    local log options name
    cd "$here/data"
    for log in import-*.log; do
        name=${log%.log}
        options=$(sed -n 's/^# options: //p' "$log" | tr -d '\r')
        { printf '\xef\xbb\xbf'; sed 's/\r$//; s/$/\r/' "$log"; } |
            sed '1s/^\xef\xbb\xbf\xef\xbb\xbf/\xef\xbb\xbf/' \
                >"$BATS_TEST_TMPDIR/crlf"
        # The options are words without blanks.
        # shellcheck disable=SC2086
        { bt-decode $options "$BATS_TEST_TMPDIR/crlf" 2>/dev/null ||
            [ $? -eq 65 ]; } | diff -u "$name.json" -
    done
}

@test "a byte order mark is one at the beginning of a file alone" {
    { echo; printf '\xef\xbb\xbf%s\n' "$(read_request 36 1) $(read_answer 1)"; } \
        >"$BATS_TEST_TMPDIR/log"
    decode "$BATS_TEST_TMPDIR/log"
    assert_failure 65
}

@test "a file may be followed by one of another format" {
    cd "$BATS_TEST_TMPDIR"
    ask 10:00:00.000 36 1 >1
    hass 10:00:00.100 "Raw data: b'\\x00\\x07'" >2
    decode --utc-offset +00:00 1 2
    assert_success
    assert_output '{"time":"2024-03-27T10:00:00.100Z","model":"AC300","dc_input_power":7}'
}

# --- times ----------------------------------------------------------------------

@test "local times are UTC unless --utc-offset says how far they are from it" {
    { ask 19:05:55.580 36 1; hass 19:05:55,960 "Raw data: b'\\x00\\x07'"; } \
        >"$BATS_TEST_TMPDIR/log"
    cd "$BATS_TEST_TMPDIR"
    TZ=Asia/Tokyo decode log
    assert_success
    assert_output --partial '{"time":"2024-03-27T19:05:55.960Z",'
    assert_equal "$stderr" "bt-decode: log:1: local times are taken as UTC: set their offset with --utc-offset"
    decode --utc-offset=+05:45 log
    assert_output --partial '{"time":"2024-03-27T13:20:55.960Z",'
    assert_equal "$stderr" ""
    decode -u -07:00 log
    assert_output --partial '{"time":"2024-03-28T02:05:55.960Z",'
    for bad in 1 01:00 +1:00 +0100 +24:00 +01:60 Z +01:00x; do
        decode --utc-offset "$bad" log
        assert_failure 64
        assert_equal "$stderr" "bt-decode: not an offset like +02:00: $bad; try bt-decode --help"
    done
}

@test "--utc-offset is that of a logger whose times have none" {
    local object='{"type": "client", "time": "2022-08-10 17:03:11", "data": "AQMCAAI5hQ==", "command": "AQMLuQABV8s="}'
    decode --utc-offset -07:00 <<<"$object"
    assert_success
    assert_output --partial '{"time":"2022-08-11T00:03:11.000Z",'
    assert_equal "$stderr" ""
    decode <<<"$object$object"
    assert_success
    assert_output --partial '{"time":"2022-08-10T17:03:11.000Z",'
    assert_equal "$stderr" "bt-decode: standard input:1: local times are taken as UTC: set their offset with --utc-offset"
    decode < <(sed 's/11"/11 -0700"/' <<<"$object")
    assert_output --partial '{"time":"2022-08-11T00:03:11.000Z",'
    assert_equal "$stderr" ""
}

@test "times without a date need --time, and a clock that goes back is the next day" {
    local log=$BATS_TEST_TMPDIR/log
    for time in 23:59:58.000 23:59:59.500 00:00:01.000 12:00:00.000 11:59:59.999; do
        echo "$time -> Write Request FF02 - Value:  0103 0024 0001 c401"
        echo "$time -> $(spaced "$(read_answer 7)")"
    done >"$log"
    decode "$log"
    assert_success
    assert_line --index 0 '{"model":"AC300","dc_input_power":7}'
    assert_equal "$stderr" "bt-decode: $log:1: times have no date: --time gives the day"
    decode --utc-offset +02:00 --time 2024-02-28T22:00:00Z "$log"
    assert_success
    # 22:00 UTC is the next day at this place.
    assert_equal "$(jq -r .time <<<"$output")" "2024-02-29T21:59:58.000Z
2024-02-29T21:59:59.500Z
2024-02-29T22:00:01.000Z
2024-03-01T10:00:00.000Z
2024-03-02T09:59:59.999Z"
}

# --- what is not there ------------------------------------------------------------

@test "data count only if their length is the one that was asked for" {
    local data
    for data in "b'\\x00'" "b'\\x00\\x01\\x02'" "b'\\x00\\x01\\x00\\x02'"; do
        decode --utc-offset +00:00 < <(
            ask 10:00:00.000 36 1; hass 10:00:00.100 "Raw data: $data")
        assert_failure 65
        assert_output '{"time":"2024-03-27T10:00:00.100Z","model":"AC300","failed":["36+1 mismatch"]}'
        assert_equal "$stderr" "bt-decode: standard input:2: data length does not match the request"
    done
}

@test "bytes as Python writes them" {
    decode --utc-offset +00:00 < <(
        ask 10:00:00.000 10 6
        hass 10:00:00.100 "Raw data: b'AC300\\x00\\x00\\x00\\x00\\x00\\x00\\x00'"
        ask 10:00:00.200 36 4
        hass 10:00:00.300 "Raw data: b\"\\x00\\t\\x00'\\x00\\\\\\n\\r\""
        ask 10:00:00.400 43 1
        hass 10:00:00.500 "Raw data: bytearray(b'\\x00d')")
    assert_success
    assert_output --partial '"dc_input_power":9,"ac_input_power":39,"ac_output_power":92,"dc_output_power":2573,"total_battery_percent":100'
}

@test "what the log has no answer to is told, and nothing is made up" {
    decode <<EOF
$ONE
$(spaced "$(read_request 37 1)")
$(spaced "$(read_answer 5)")
$(spaced "$(read_request 38 1)")
01 03 02
EOF
    assert_failure 65
    assert_output '{"model":"AC300","ac_input_power":5,"failed":["36+1 unlogged","38+1 unlogged"]}'
    assert_equal "$stderr" "bt-decode: standard input:5: frame is not complete"
}

@test "what is not understood is told once a kind, with a count" {
    local log=$BATS_TEST_TMPDIR/log
    {
        spaced "$(read_answer 5)"
        spaced "$(read_answer 6)"
        echo "$ONE"
        echo "hello from the owner"
        echo "01 03 02 00 07 00 00"
        echo "me again"
        echo "$ONE"
        spaced "$(read_answer 7)"
    } >"$log"
    decode "$log"
    assert_failure 65
    assert_output '{"model":"AC300","dc_input_power":7}'
    assert_equal "$stderr" "bt-decode: $log:1: neither a request nor the response to one
bt-decode: $log:5: checksum is wrong
bt-decode: $log: neither a request nor the response to one: 2, first in line 1
bt-decode: $log: lines without an exchange: 2, first in line 4"
    # Lines of a log that are of something else are no trouble.
    decode < <(echo "$ONE"; spaced "$(read_answer 7)"; repeat 1000 "and so on")
    assert_success
    assert_equal "$stderr" "bt-decode: standard input: lines without an exchange: 1000, first in line 3"
}

@test "frame lines in such a log are refused by their own reasons" {
    decode <<EOF
$ONE
$(spaced "$(read_answer 7)")
2024-03-27T10:00:00Z - - $(read_request 37 1) 0103020001ffff
$(read_request 37 1) 0103020001ffff
EOF
    assert_failure 65
    assert_equal "$stderr" "bt-decode: standard input:3: response: checksum is wrong
bt-decode: standard input:4: response: checksum is wrong"
}

@test "--strict ends at the first bad part of a log" {
    decode --strict < <(
        echo "$ONE"; echo "01 03 02 00 07 00 00"
        echo "$ONE"; spaced "$(read_answer 7)")
    assert_failure 65
    assert_output ""
}

@test "two stations in one log do not mix" {
    local part=DEBUG:bluetti_bt_lib.bluetooth.device_reader.XX_XX_XX_XX
    decode <<EOF
${part}_44_55:Request sent (ReadableRegisters(starting_address=36, quantity=1))
${part}_44_66:Request sent (ReadableRegisters(starting_address=37, quantity=1))
${part}_44_55:Raw data: b'\\x00\\x01'
${part}_44_66:Raw data: b'\\x00\\x02'
EOF
    assert_failure 65
    assert_output '{"model":"AC300","dc_input_power":1}'
    [[ $stderr = *"standard input:2: another station's line in the same log"* ]]
}

@test "a whole dump of bluetti-cell-voltage: 20,000 registers" {
    {
        printf '{"format":"bluetti-register-dump/1","createdAt":"2026-09-01T10:00:00.000Z","model":"X","protocol":2,"blocks":{"0":[0,1,2,3,4,5,6,7,8,9]'
        awk 'BEGIN { for (i = 10; i < 20000; i += 10) {
            printf ",\"%d\":[%d", i, i
            for (k = 1; k < 10; k++) printf ",%d", i + k
            printf "]" } print "}}" }'
    } >"$BATS_TEST_TMPDIR/dump"
    run bt-decode --secrets "$BATS_TEST_TMPDIR/dump"
    assert_success
    assert_equal "$(jq -c '.registers | length, add' <<<"$output")" $'20000\n199990000'
}

# --- frame lines --------------------------------------------------------------------

@test "--frames writes frame lines of every recording, which decode to its records" {
    local log options
    cd "$here/data"
    for log in *.log; do
        echo "# $log"
        options=$(sed -n 's/^# options: //p' "$log" | tr -d '\r')
        # The options are words without blanks. Secrets need no other lines.
        # shellcheck disable=SC2086
        {
            bt-decode --frames ${options/--secrets/} "$log" 2>/dev/null ||
                [ $? -eq 65 ]
        } >"$BATS_TEST_TMPDIR/frames"
        run grep -vE '^([0-9TZ:.-]+|-) [^ ]+ [^ ]+ ([0-9a-f]+ ([0-9a-f]+|![a-z-]+)|[0-9TZ:.-]+ end)$' \
            "$BATS_TEST_TMPDIR/frames"
        assert_output ""
        # shellcheck disable=SC2086
        bt-decode $options "$BATS_TEST_TMPDIR/frames" |
            diff -u "${log%.log}.json" -
    done
}

@test "--frames makes the checksums that a log does not have" {
    run bt-decode --frames --utc-offset +00:00 --address 00:11:22:33:44:55 < <(
        ask 10:00:00.000 36 2; hass 10:00:00.100 "Raw data: b'\\x00\\x07\\x00\\x08'")
    assert_success
    assert_output "2024-03-27T10:00:00.100Z 00:11:22:33:44:55 - $(read_request 36 2) $(read_answer 7 8)"
    run bt-decode --frames --redact </dev/null
    assert_failure 64
}

# --- captures, with the real tshark -----------------------------------------------

# capture FORMAT [VARIABLE...]: a capture of capture.awk
capture() {
    local format=$1
    shift
    awk -f "$here/models/frame.awk" -f "$here/capture.awk" -v format="$format" \
        "${@/#/-v}" | basenc --base16 -d
}

# fields FILE: what the manual's command line, up to bt-decode, makes of it
fields() {
    command -v tshark >/dev/null || skip "tshark is not installed"
    cp "$1" btsnoop_hci.log 2>/dev/null || :
    sh -c "$(sed -n '/^tshark /,/bt-decode/p' "$top/man/bt-frames.5" |
        sed 's/\\e$/\\/; s/ | bt-decode.*//')" 2>err
}

@test "captures: tshark prints the fields of the sample" {
    cd "$BATS_TEST_TMPDIR"
    capture btsnoop >btsnoop_hci.log
    fields btsnoop_hci.log >text
    grep -v '^#' "$here/data/import-tshark.log" | diff -u - text
}

@test "captures: Android's, Apple's and Wireshark's files have the same frames" {
    local file
    cd "$BATS_TEST_TMPDIR"
    capture btsnoop >android
    capture packetlogger >apple
    tshark -r android -F pcapng -w wireshark 2>/dev/null ||
        skip "tshark is not installed"
    bt-decode --frames "$here/data/import-tshark.log" >expected 2>/dev/null || :
    [ -s expected ]
    for file in android apple wireshark; do
        fields "$file" >text
        decode --frames text
        assert_failure 65
        diff -u expected <(echo "$output")
        # Of eleven values in the encrypted session nothing is made.
        assert_equal "$stderr" "bt-decode: text:20: an encrypted session: its messages cannot be decrypted
bt-decode: text: an encrypted session: its messages cannot be decrypted: 9, first in line 20
bt-decode: text: values that are not MODBUS frames, of other devices or services: 2, first in line 29"
    done
}

@test "captures: one that begins in the middle has no address, --address gives it" {
    cd "$BATS_TEST_TMPDIR"
    capture btsnoop midway=1 >capture
    fields capture >text
    bt-decode --frames "$here/data/import-tshark.log" >expected 2>/dev/null || :
    [ -s expected ]
    decode --frames text
    diff -u <(sed 's/ 00:11:22:33:44:55 / - /' expected) <(echo "$output")
    decode --frames -a 00:11:22:33:44:55 text
    diff -u expected <(echo "$output")
}

@test "captures: what the application wrote is among the changes" {
    run bash -c "bt-decode --changes -m AC300 '$here/data/import-tshark.log' 2>/dev/null | cut -f 3,4,5,8,9 | head -n 3"
    assert_output "3007	write	1	ac_output_on	true
3100	write	4096	-	-
3101	write	4097	-	-"
}

# --- changed, hostile; cut off: unit/cut-logs.c -----------------------------------

@test "samples changed at any byte: nothing crashes" {
    local log status=0
    cd "$here/data"
    for log in import-*.log; do
        awk 'BEGIN { srand(1); RS = "\001" }
            { for (i = 0; i < 60; i++) {
                at = 1 + int(rand() * length($0))
                printf "%s%c%s\n", substr($0, 1, at - 1),
                    1 + int(rand() * 126), substr($0, at + 1) } }' "$log"
    done >"$BATS_TEST_TMPDIR/log"
    bt-decode "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/out" \
        2>"$BATS_TEST_TMPDIR/err" || status=$?
    assert_equal "$status" 65
    [ -s "$BATS_TEST_TMPDIR/out" ]
}
