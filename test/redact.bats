#!/usr/bin/env bats
# What is not told without being asked for, and logs that can be posted:
# secrets and serial numbers are masked, and everything else decodes as before.

bats_require_minimum_version 1.5.0
load common

T=2026-11-22T09:42
WHO="00:11:22:33:44:55 AC3002232001234567"
MASKED="00:11:22:00:00:01 AC3002232000000000"

# serial_words NUMBER: the four registers of a serial number
serial_words() {
    echo $(($1 & 65535)) $(($1 >> 16 & 65535)) \
        $(($1 >> 32 & 65535)) $(($1 >> 48 & 65535))
}

# text_words TEXT: its registers, the high byte first
text_words() {
    local i high low
    for ((i = 0; i < ${#1}; i += 2)); do
        printf -v high %d "'${1:i:1}"
        printf -v low %d "'${1:i+1:1}"
        echo $((high << 8 | low))
    done
}

# read_words FIRST WORD...: a request and its answer
read_words() {
    local first=$1
    shift
    echo "$(read_request "$first" $#) $(read_answer "$@")"
}

# read_serial FIRST NUMBER
read_serial() {
    # shellcheck disable=SC2046
    read_words "$1" $(serial_words "$2")
}

V1_CELLS=$(read_words 115 321 322 323 324 325 326)
V2_SERIAL=$(read_serial 116 2232001234567)
V2_MASKED=$(read_serial 116 2232000000000)

# secret_maps: from now on a map and the generic ones have secrets.
secret_maps() {
    export BT_MAPS=$here/data/wifi-maps
}

# redact [OPTION...] <LOG: the redacted log; redacted once more it is the same.
redact() {
    bt-decode --redact "$@" >"$BATS_TEST_TMPDIR/once" || return
    bt-decode --redact "$@" <"$BATS_TEST_TMPDIR/once" |
        cmp "$BATS_TEST_TMPDIR/once" - || return
    cat "$BATS_TEST_TMPDIR/once"
}

# other_values: records without what redacting changes.
other_values() {
    jq -c 'del(.address, .name) | with_entries(select(
        .key | test("serial_number") | not)) |
        if .registers then .registers |= with_entries(select(
            .key | IN("17", "18", "19", "20", "116", "117", "118", "119") |
            not)) else . end'
}

# redact_data LOG OPTION...: a log of test/data that may have bad lines
redact_data() {
    bt-decode --redact "$@" 2>"$BATS_TEST_TMPDIR/err" || [ $? -eq 65 ]
}

# --- secrets ------------------------------------------------------------------

@test "secrets are in records only when they are asked for" {
    cd "$here/data"
    run bt-decode --maps wifi-maps wifi.log
    assert_success
    refute_output --regexp 'wifi|password'
    run bt-decode --maps wifi-maps --secrets wifi.log
    assert_output --partial '"bluetooth_password":"hush-hush-123"'
    assert_output --partial '"wifi_name":"home-of-the-fox","wifi_password":"swordfish9"'
}

@test "a secret that is no text is not listed either" {
    secret_maps
    local exchange
    exchange="- - XW2002434001234567 $(read_words 7 1 2 3 4 5 6 7 8)"
    run bt-decode <<<"- $exchange"
    assert_failure 65
    run bt-decode <<<"$exchange"
    assert_success
    refute_output --partial password
    run bt-decode --secrets <<<"$exchange"
    assert_output --partial '"out_of_range":["bluetooth_password"]'
}

@test "registers do not tell secrets, with a generic map or without" {
    secret_maps
    local version
    for version in "# none" "- - XYZ1 $(read_words 16 2005)"; do
        cat >"$BATS_TEST_TMPDIR/log" <<EOF
$version
- - XYZ1 $(read_words 6 61 62 63)
- - XYZ1 $(read_words 2203 64 65)
- - XYZ1 $(read_words 12049 66 67)
EOF
        run bt-decode "$BATS_TEST_TMPDIR/log"
        assert_output --regexp \
            '"registers":\{"6":61,("16":2005,)?"2204":65,"12050":67\}'
        run bt-decode --secrets "$BATS_TEST_TMPDIR/log"
        assert_output --partial '"6":61,"7":62,"8":63,'
        assert_output --partial '"2203":64,"2204":65,"12049":66,"12050":67}'
    done
}

@test "if all registers are secret there are none" {
    secret_maps
    run bt-decode <<<"$(read_words 7 61 62)"
    assert_success
    assert_output '{}'
}

@test "of version 1 these registers are no secrets" {
    secret_maps
    run bt-decode <<EOF
- - XYZ1 $(read_words 16 1018)
- - XYZ1 $(read_words 14 61 62)
EOF
    assert_output --partial '"registers":{"14":61,"15":62,"16":1018}'
}

@test "a failed write does not tell what was to be written" {
    secret_maps
    run bt-decode <<EOF
- - XW2001 $(frame 01062f026162) !timeout
- - XW2001 $(frame 01060bb96162) !timeout
EOF
    # 24930 is 0x6162.
    assert_output '{"name":"XW2001","model":"XW200","failed":["3001=24930 timeout"]}'
    run bt-decode --secrets <<<"- - XW2001 $(frame 01062f026162) !timeout"
    assert_output --partial '"failed":["12034=24930 timeout"]'
}

@test "a piece of a password is not taken for the type of a station" {
    secret_maps
    local words
    words="$(text_words secretPASSWORDXY | tr '\n' ' ')"
    # shellcheck disable=SC2086
    run bt-decode <<<"$(read_words 7 $words 0 2005)"
    assert_output '{"registers":{"15":0,"16":2005}}'
    # shellcheck disable=SC2086
    run redact <<<"$(read_words 7 $words 0 2005)"
    assert_output "- - - $(read_words 7 0 0 0 0 0 0 0 0 0 2005)"
    # Without the version nothing is certain.
    # shellcheck disable=SC2086
    run redact <<<"$(read_words 7 $words 0)"
    assert_output "- - - $(read_words 7 0 0 0 0 0 0 0 0 0)"
}

# --- what is masked -----------------------------------------------------------

@test "numbers, names and addresses keep their beginning, comments go" {
    run redact <<EOF
# AC3002232001234567 is mine.

$T:00.100Z $WHO $(read_serial 17 2232001234567)
$T:00.200Z $WHO $(read_request 36 1) !timeout
$T:00.300Z $WHO $(read_request 37 1) $(frame 018302)
$T:00.301Z $WHO $T:00.100Z end
EOF
    assert_success
    assert_output "$T:00.100Z $MASKED $(read_serial 17 2232000000000)
$T:00.200Z $MASKED $(read_request 36 1) !timeout
$T:00.300Z $MASKED $(read_request 37 1) $(frame 018302)
$T:00.301Z $MASKED $T:00.100Z end"
}

@test "a number that has not 13 digits is masked as a whole" {
    local number masked
    while read -r number masked; do
        run redact <<<"- - AC3001 $(read_serial 17 "$number")"
        assert_output "- - AC3001 $(read_serial 17 "$masked")"
    done <<EOF
0 0
1 0
999999999999 0
1000999999999 1000000000000
9999999999999 9999000000000
10000000000000 0
9223372036854775807 0
-1 0
EOF
}

@test "a part of a serial number is masked as a whole" {
    run redact <<EOF
- - AC3001 $(read_words 10 1 2 3 4 5 6 7 8 9 10)
- - AC3001 $(read_words 20 1 2)
- - AC3001 $(read_words 18 1)
- - AC3001 $(read_words 21 1)
- - AC3001 $(read_request 17 1 2) $(frame 0203020001)
EOF
    assert_output "- - AC3001 $(read_words 10 1 2 3 4 5 6 7 0 0 0)
- - AC3001 $(read_words 20 0 2)
- - AC3001 $(read_words 18 0)
- - AC3001 $(read_words 21 1)
- - AC3001 $(read_request 17 1 2) $(frame 0203020001)"
}

@test "a station's number is found where the station moved it" {
    # An AC50B answers 1+50 with the words of register 100 behind register 20.
    # shellcheck disable=SC2046
    run redact <<<"- - XW2002232001234567 $(read_words 30 5 $(serial_words 2232001234567) 6)"
    # shellcheck disable=SC2046
    assert_output "- - XW2002232000000000 $(read_words 30 5 $(serial_words 2232000000000) 6)"
}

@test "written secrets and serial numbers are masked" {
    secret_maps
    local who="- - XW2002434001234567" masked="- - XW2002434000000000"
    run redact <<EOF
$who $(frame 01062f026162) $(frame 01062f026162)
$who $(frame 01062f026162) $(frame 018602)
$who $(frame 01062f026162) !timeout
$who $(frame 01102f0100020461626364) $(frame 01102f010002)
$who $(frame 01102f0100020461626364) $(frame 019002)
$who $(frame 01102f0100020461626364) !lost
$who $(frame 01060bb96162) $(frame 01060bb96162)
$who $(frame 011000740004086a87b5c702360000) $(frame 011000740004)
EOF
    assert_success
    assert_output "$masked $(frame 01062f020000) $(frame 01062f020000)
$masked $(frame 01062f020000) $(frame 018602)
$masked $(frame 01062f020000) !timeout
$masked $(frame 01102f0100020400000000) $(frame 01102f010002)
$masked $(frame 01102f0100020400000000) $(frame 019002)
$masked $(frame 01102f0100020400000000) !lost
$masked $(frame 01060bb96162) $(frame 01060bb96162)
$masked $(frame 011000740004089400b5b402360000) $(frame 011000740004)"
}

@test "digits of the model are none of the number" {
    local name masked
    while read -r name masked; do
        run redact <<<"- - $name $(read_words 36 1)"
        assert_output "- - $masked $(read_words 36 1)"
    done <<EOF
AC3002232001234567 AC3002232000000000
AC300223200123 AC300223200000
AC30022320012 AC30022320012
XYZ502200001234567 XYZ502200000000000
Elite%20200%20V22519001234567 Elite%20200%20V22519000000000
FP220012345 FP220000000
FP22001234 FP22001234
X-123456789-12345-1234567890123x X-123400000-12345-1234000000000x
%d1%8f123456789 %d1%8f123400000
%2d %2d
EOF
}

@test "stations stay apart" {
    run redact <<EOF
- 00:11:22:33:44:55 - $(read_words 36 1)
- DC:1E:D5:33:44:55 - $(read_words 36 2)
- unix:/tmp/a - $(read_words 36 3)
- 00:11:22:00:00:01 - $(read_words 36 4)
- 00:11:22:33:44:55 - $(read_words 36 5)
- something - $(read_words 36 6)
EOF
    assert_output "- 00:11:22:00:00:01 - $(read_words 36 1)
- DC:1E:D5:00:00:02 - $(read_words 36 2)
- unix:/tmp/a - $(read_words 36 3)
- 00:11:22:00:00:03 - $(read_words 36 4)
- 00:11:22:00:00:01 - $(read_words 36 5)
- 00:00:00:00:00:04 - $(read_words 36 6)"
}

@test "stations without addresses stay apart by their names" {
    run redact <<EOF
- - AC3002232001234567 $(read_words 36 1)
- - AC3002232001234568 $(read_words 36 2)
- - AC3002232001234567 $(read_words 37 3)
- - AC3002232001234569 $(read_words 36 4)
- - EB3A2232001234567 $(read_words 36 5)
EOF
    assert_output "- - AC3002232000000000 $(read_words 36 1)
- - AC3002232000000001 $(read_words 36 2)
- - AC3002232000000000 $(read_words 37 3)
- - AC3002232000000002 $(read_words 36 4)
- - EB3A2232000000000 $(read_words 36 5)"
}

@test "one station too many is refused, the others go on" {
    local exchange i
    exchange=$(read_words 36 1)
    for i in {1..1025} 1; do
        printf -- '- 00:11:22:33:%02X:%02X AC3001 %s\n' \
            $((i / 256)) $((i % 256)) "$exchange"
    done >"$BATS_TEST_TMPDIR/log"
    run --separate-stderr bt-decode --redact "$BATS_TEST_TMPDIR/log"
    assert_failure 65
    assert_equal "${#lines[@]}" 1025
    assert_line --index 1023 --partial ' 00:11:22:00:04:00 '
    assert_line --index 1024 --partial ' 00:11:22:00:00:01 '
    assert_equal "$stderr" "bt-decode: $BATS_TEST_TMPDIR/log:1025: too many stations"
}

# --- which map ----------------------------------------------------------------

@test "a station known by its registers alone is masked by its map" {
    # Its cells come before it is known.
    local type="0x4143 0x3330 0x3000 0 0 0 1018"
    # shellcheck disable=SC2046,SC2086
    run redact <<EOF
$T:00.100Z unix:a - $V1_CELLS
$T:00.200Z unix:a - $(read_words 10 $type $(serial_words 2232001234567))
$T:00.201Z unix:a - $T:00.100Z end
$T:10.100Z unix:a - $V1_CELLS
EOF
    # shellcheck disable=SC2046,SC2086
    assert_output "$T:00.100Z unix:a - $V1_CELLS
$T:00.200Z unix:a - $(read_words 10 $type $(serial_words 2232000000000))
$T:00.201Z unix:a - $T:00.100Z end
$T:10.100Z unix:a - $V1_CELLS"
}

@test "of an unknown model the version of the protocol tells" {
    run redact <<EOF
$T:00.100Z unix:a XYZ1 $V1_CELLS
$T:00.200Z unix:b XYZ2 $V2_SERIAL
$T:00.300Z unix:a XYZ1 $(read_words 16 1018)
$T:00.400Z unix:b XYZ2 $(read_words 16 2005 7 8)
EOF
    # Registers 17 and 18 may be anything in version 2.
    assert_output "$T:00.100Z unix:a XYZ1 $V1_CELLS
$T:00.200Z unix:b XYZ2 $V2_MASKED
$T:00.300Z unix:a XYZ1 $(read_words 16 1018)
$T:00.400Z unix:b XYZ2 $(read_words 16 2005 7 8)"
}

@test "of a station that nothing is known of all places are masked" {
    secret_maps
    run redact <<EOF
$T:00.100Z unix:a - $V1_CELLS
$T:00.200Z unix:a - $V2_SERIAL
$T:00.300Z unix:a - $(read_words 7 7 8)
$T:00.350Z unix:a - $(read_request 18 1 41) $(frame 2903020001)
$T:00.400Z unix:a - $(read_serial 17 2232001234567)
EOF
    assert_output "$T:00.100Z unix:a - $(read_words 115 321 0 0 0 0 326)
$T:00.200Z unix:a - $V2_MASKED
$T:00.300Z unix:a - $(read_words 7 0 0)
$T:00.350Z unix:a - $(read_request 18 1 41) $(frame 2903020000)
$T:00.400Z unix:a - $(read_serial 17 2232000000000)"
}

@test "registers that the map lacks are masked as the generic one tells" {
    secret_maps
    run redact <<<"- - XW2001 $(read_words 2200 1 2 3 4 5)"
    assert_output "- - XW2001 $(read_words 2200 0 0 0 0 5)"
}

@test "--model and --name tell the map" {
    run redact --model AC300 <<<"$V1_CELLS"
    assert_output "- - - $V1_CELLS"
    run redact --name AC3002232001234567 --address 00:11:22:33:44:55 \
        --time "$T:00Z" <<<"$V1_CELLS"
    assert_output "$T:00.000Z $MASKED $V1_CELLS"
    secret_maps
    run redact --model XW200 <<<"$(read_words 7 1 2)"
    assert_output "- - - $(read_words 7 0 0)"
}

@test "another name at the same address is another station" {
    run redact <<EOF
- unix:a AC3001 $V1_CELLS
- unix:a XYZ1 $V2_SERIAL
EOF
    assert_output "- unix:a AC3001 $V1_CELLS
- unix:a XYZ1 $V2_MASKED"
}

@test "what was proven of a station is not of another one at its address" {
    run redact <<EOF
$T:00.100Z unix:a XYZ1 $(read_words 16 2005)
$T:00.101Z unix:a XYZ1 $T:00.100Z end
$T:10.100Z unix:a AC3001 $V1_CELLS
EOF
    assert_line "$T:10.100Z unix:a AC3001 $V1_CELLS"
}

@test "a secret of one map that is a number in another is hidden as a whole" {
    local maps=$BATS_TEST_TMPDIR/maps number=2232001234567

    mkdir "$maps"
    cp "$here"/data/wifi-maps/* "$maps"
    # One is read before the map that has the secret, one behind it.
    printf '%s\n' 'model AA1' 'name AA1' 'protocol 1' 'read poll 8+4' \
        '1 8 serial serial_number - - 1..9999999999999' >"$maps/AA1.map"
    printf '%s\n' 'model zz1' 'name zz1' 'protocol 1' 'read poll 12036+4' \
        '1 12036 serial serial_number - - 1..9999999999999' >"$maps/zz1.map"
    export BT_MAPS=$maps
    run redact <<EOF
$(read_serial 8 $number)
$(read_serial 12036 $number)
EOF
    assert_output "- - - $(read_words 8 0 0 0 0)
- - - $(read_words 12036 0 0 0 0)"
}

@test "registers against the name: secrets are masked as in both protocols" {
    secret_maps
    run redact <<EOF
$T:00.100Z unix:a - $(read_words 16 1018)
$T:00.101Z unix:a - $T:00.100Z end
$T:10.100Z unix:a XW2001 $(read_words 16 1018)
$T:10.200Z unix:a XW2001 $(read_words 7 7 8)
EOF
    assert_line "$T:10.200Z unix:a XW2001 $(read_words 7 0 0)"
}

# An AC200L whose firmware speaks version 2.
@test "a name of version 1 alone does not show secrets of version 2" {
    local who="unix:a AC200L2403000000000" words
    words=$(text_words swordfish-123456 | tr '\n' ' ')
    # shellcheck disable=SC2086
    run redact <<EOF
- $who $(read_words 7 $words)
- $who $(read_words 10 1 2 3 4 5)
- $who $(read_words 12034 25459 25970 8564)
EOF
    # Where the map has a meaning for all registers, it is believed.
    assert_output "- $who $(read_words 7 0 0 0 0 0 0 0 0)
- $who $(read_words 10 1 2 3 4 5)
- $who $(read_words 12034 0 0 0)"
}

@test "secrets of version 2 under a name of version 1, before it is shown" {
    local who="unix:a AC200L2403000000000" type="0x4341 0x3032 0x4c30 0 0 0"
    # shellcheck disable=SC2086
    run --separate-stderr redact <<EOF
$T:00.100Z $who $(read_words 10 1 2 3 4 5)
$T:00.200Z $who $(read_words 110 $type)
$T:00.301Z $who $T:00.100Z end
$T:10.100Z $who $(read_words 10 1 2 3 4 5)
EOF
    # shellcheck disable=SC2086
    assert_output "$T:00.100Z $who $(read_words 10 0 0 0 0 0)
$T:00.200Z $who $(read_words 110 $type)
$T:00.301Z $who $T:00.100Z end
$T:10.100Z $who $(read_words 10 0 0 0 0 0)"
}

@test "logs without names and addresses do not mix" {
    secret_maps
    run redact <<EOF
$(read_words 16 1018)
$V1_CELLS
$(read_words 16 2005)
$V2_SERIAL
$(read_words 7 7 8)
EOF
    assert_output "- - - $(read_words 16 1018)
- - - $V1_CELLS
- - - $(read_words 16 2005)
- - - $V2_MASKED
- - - $(read_words 7 0 0)"
}

@test "two stations in one stream are each masked by their map" {
    secret_maps
    local v1="00:11:22:33:44:55 V1" v2="00:11:22:33:44:66 XW2002434001234567"
    local m1="00:11:22:00:00:01 V1" m2="00:11:22:00:00:02 XW2002434000000000"
    run redact <<EOF
$T:00.100Z $v1 $V1_CELLS
$T:00.200Z $v2 $V2_SERIAL
$T:00.300Z $v1 $(read_words 12 1 2 3 4 1018)
$T:00.400Z $v2 $(read_words 12 1 2 3 4 2005)
EOF
    assert_output "$T:00.100Z $m1 $V1_CELLS
$T:00.200Z $m2 $V2_MASKED
$T:00.300Z $m1 $(read_words 12 1 2 3 4 1018)
$T:00.400Z $m2 $(read_words 12 0 0 0 4 2005)"
}

# --- order and time -----------------------------------------------------------

# redact_fifo: redacts what comes through descriptor 4.
redact_fifo() {
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    bt-decode --redact "$BATS_TEST_TMPDIR/fifo" \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    pid=$!
    exec 4>"$BATS_TEST_TMPDIR/fifo"
}

# has_read LINES: what bt-decode says when it is asked.
has_read() {
    kill -USR1 "$pid"
    grep -q "^bt-decode: $1 lines," "$BATS_TEST_TMPDIR/err"
}

@test "lines keep their order, and nothing goes out before the end of the input" {
    redact_fifo
    cat >&4 <<EOF
$T:00.100Z $WHO $(read_words 36 1)
$T:00.200Z unix:b - $V1_CELLS
$T:00.300Z $WHO $(read_words 37 2)
$T:00.050Z unix:b - $(read_words 16 1018)
$T:00.401Z $WHO $T:00.100Z end
EOF
    wait_for 10 has_read 5
    [ ! -s "$BATS_TEST_TMPDIR/out" ]
    echo "$T:00.501Z unix:b - $T:00.200Z end" >&4
    exec 4>&-
    wait "$pid"
    run cut -d ' ' -f 1 "$BATS_TEST_TMPDIR/out"
    assert_output "$T:00.100Z
$T:00.200Z
$T:00.300Z
$T:00.050Z
$T:00.401Z
$T:00.501Z"
}

@test "what waits for the end is in a file that nobody sees" {
    export TMPDIR=$BATS_TEST_TMPDIR/scratch
    mkdir "$TMPDIR"
    redact_fifo
    repeat 2000 "$T:00.200Z $WHO $(read_words 36 7)" >&4
    wait_for 20 has_read 2000
    assert_equal "$(ls -A "$TMPDIR")" ""
    run bash -c "ls -l /proc/$pid/fd | grep -c '$TMPDIR/.*(deleted)'"
    assert_output 1
    exec 4>&-
    wait "$pid"
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/out")" 2000
    run env TMPDIR=/nowhere bt-decode --redact </dev/null
    assert_failure 74
    assert_output "bt-decode: cannot create a temporary file in /nowhere: No such file or directory"
}

@test "refused lines are told and left out" {
    run --separate-stderr bt-decode --redact <<EOF
- - AC3001 $(read_request 36 1) 0103020001ffff
- - AC3001 $(read_words 36 1)
EOF
    assert_failure 65
    assert_output "- - AC3001 $(read_words 36 1)"
    assert_equal "$stderr" \
        "bt-decode: standard input:1: response: checksum is wrong"
}

@test "--redact and --secrets do not go together" {
    run bt-decode --redact --secrets </dev/null
    assert_failure 64
}

# --- recordings ---------------------------------------------------------------

@test "every recording decodes to the same, but for what is masked" {
    cd "$here/data"
    local log options
    for log in *.log; do
        echo "# $log"
        # Secrets are masked, so they are not compared.
        options=$(sed -n 's/^# options: //p' "$log" | tr -d '\r' | sed 's/--secrets//')
        # The options are words without blanks.
        # shellcheck disable=SC2086
        {
            redact_data $options "$log" >"$BATS_TEST_TMPDIR/1"
            redact_data $options "$BATS_TEST_TMPDIR/1" |
                cmp "$BATS_TEST_TMPDIR/1" -
            bt-decode $options "$BATS_TEST_TMPDIR/1" |
                other_values >"$BATS_TEST_TMPDIR/2"
            { bt-decode $options "$log" 2>/dev/null || [ $? -eq 65 ]; } |
                other_values | diff -u - "$BATS_TEST_TMPDIR/2"
        }
    done
}

@test "all recordings in one stream redact to the same bytes twice" {
    cd "$here/data"
    local model
    for model in "" --model=AC300 --model=AC180; do
        # shellcheck disable=SC2086
        {
            redact_data $model ./*.log >"$BATS_TEST_TMPDIR/1"
            redact_data $model "$BATS_TEST_TMPDIR/1" |
                cmp "$BATS_TEST_TMPDIR/1" -
        }
        [ -s "$BATS_TEST_TMPDIR/1" ]
    done
}

@test "nothing of a secret or a serial number is left, either word first" {
    cd "$here/data"
    redact_data --maps wifi-maps wifi.log >"$BATS_TEST_TMPDIR/log"
    [ -s "$BATS_TEST_TMPDIR/log" ]
    local text hex
    # 2434001234567 is 0236b5c76a87; its masked form ends in other words.
    for hex in 1234567 33:44:55 6a87 b5c7; do
        grep -qi "$hex" wifi.log
        run grep -i "$hex" "$BATS_TEST_TMPDIR/log"
        assert_output ""
    done
    for text in hush 123 home of the fox sword fish9; do
        hex=$(printf %s "$text" | od -An -tx1 | tr -d ' \n')
        run grep -E "$hex|$(sed -E 's/(..)(..)/\2\1/g' <<<"$hex")" \
            "$BATS_TEST_TMPDIR/log"
        assert_output ""
    done
}

# random_log SEED: 1000 exchanges, reads and writes of random places, of
# stations with and without a map. Their checksums are those of common.bash.
random_log() {
    awk -v seed="$1" '
        function differing(a, b,    bit, result) {
            result = 0
            for (bit = 1; bit < 65536; bit *= 2) {
                if (a % 2 != b % 2) result += bit
                a = int(a / 2)
                b = int(b / 2)
            }
            return result
        }
        function byte(hex, i,    high) {
            high = index(digits, substr(hex, i, 1)) - 1
            return 16 * high + index(digits, substr(hex, i + 1, 1)) - 1
        }
        function frame(hex,    value, i, bit) {
            value = 65535
            for (i = 1; i < length(hex); i += 2) {
                value = differing(value, byte(hex, i))
                for (bit = 0; bit < 8; bit++)
                    value = value % 2 ? differing(int(value / 2), 40961) : value / 2
            }
            return hex sprintf("%02x%02x", value % 256, int(value / 256))
        }
        function random(n) { return int(rand() * n) }
        BEGIN {
            srand(seed)
            digits = "0123456789abcdef"
            split("XW2002434001234567 V1 XYZ12234567890123 -", names, " ")
            split("0 10 100 2190 11990", starts, " ")
            for (line = 0; line < 1000; line++) {
                first = starts[1 + random(5)] + random(40)
                count = 1 + random(20)
                data = ""
                for (i = 0; i < count; i++)
                    data = data sprintf("%04x", random(65536))
                kind = random(6)
                if (kind == 0) {
                    request = frame(sprintf("0106%04x%s", first,
                        substr(data, 1, 4)))
                    answer = request
                } else if (kind == 1) {
                    request = frame(sprintf("0110%04x%04x%02x%s", first,
                        count, 2 * count, data))
                    answer = frame(sprintf("0110%04x%04x", first, count))
                } else {
                    request = frame(sprintf("0103%04x%04x", first, count))
                    answer = frame(sprintf("0103%02x%s", 2 * count, data))
                }
                who = 1 + random(4)
                printf "2026-11-22T09:42:00.%03dZ unix:%d %s %s %s\n", line,
                    who, names[who], request,
                    random(10) ? answer : "!timeout"
            }
        }'
}

@test "random exchanges stay well formed" {
    secret_maps
    local seed
    for seed in 1 2 3; do
        random_log "$seed" >"$BATS_TEST_TMPDIR/log"
        run --separate-stderr bt-decode "$BATS_TEST_TMPDIR/log"
        assert_success
        redact <"$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/redacted"
        assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/redacted")" 1000
        run --separate-stderr bt-decode "$BATS_TEST_TMPDIR/redacted"
        assert_success
        assert_equal "$stderr" ""
    done
}

# --- nothing is left ------------------------------------------------------------

# planted SEED: a log of plant-secrets.awk, redacted, has no trace of its
# secrets, in a frame or in registers that were read one by one.
planted() {
    awk -f "$here/models/frame.awk" -f "$here/plant-secrets.awk" -v seed="$1" \
        -v traces=traces >log
    [ -s traces ]
    bt-decode --redact log >once
    bt-decode --redact once | cmp once -
    [ "$(wc -l <once)" -eq "$(wc -l <log)" ]
    cut -d ' ' -f 5 once | sed 's/^......//; s/....$//' >frames
    awk '{ single = length($0) == 4
        printf "%s%s%s", single ? "" : "\n", $0, single ? "" : "\n" }' \
        frames >joined
    # They were there.
    grep -qiFf traces log
    run grep -oiFf traces frames joined
    assert_output ""
}

@test "no trace of planted secrets is left, in whatever form" {
    seq 1 40 | at_once planted
}

@test "the station's own number, though its name has another one" {
    # shellcheck disable=SC2046
    run redact <<EOF
- - PBOX2434000000000 $(read_words 30000 5 $(serial_words 2232001234567))
- - PBOX2434000000000 $(read_words 10 0x4143 0x3330 0x3000 0 0 0 1018 $(serial_words 2232001234567))
EOF
    # shellcheck disable=SC2046
    assert_line --index 0 "- - PBOX2434000000000 $(read_words 30000 5 $(serial_words 2232000000000))"
}

@test "a number before the poll that tells it, and cut off by the end of a block" {
    local low mid high rest
    read -r low mid high rest <<<"$(serial_words 2232001234567)"
    # shellcheck disable=SC2046
    run redact <<EOF
$T:00.100Z unix:a - $(read_words 30000 7 "$low" "$mid")
$T:00.101Z unix:a - $T:00.100Z end
$T:05.100Z unix:a - $(read_words 31000 "$mid" "$high" 7)
$T:05.101Z unix:a - $T:05.100Z end
$T:10.100Z unix:a - $(read_words 10 0x4143 0x3330 0x3000 0 0 0 1018 "$low" "$mid" "$high" "$rest")
EOF
    refute_output --partial "$(printf '%04x%04x' "$low" "$mid")"
    refute_output --partial "$(printf '%04x%04x' "$mid" "$high")"
    assert_line --index 0 --partial " $(read_request 30000 3) "
}

@test "the path of a socket does not tell the number of the station" {
    run redact <<<"- unix:/run/2232001234567 AC3002232001234567 $(read_words 36 1)"
    assert_output "- unix:/run/2232000000000 AC3002232000000000 $(read_words 36 1)"
}
