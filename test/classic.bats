#!/usr/bin/env bats
# bt-decode: what bluetti-logger, bluetti-discovery and bluetti-readall have
# recorded. Whole recordings are in data/classic-*.log, with all others.

load common

NOW="2022-08-10 17:03:11 -0700"
UTC=2022-08-11T00:03
MAC=00:11:22:33:44:55

# in_base64 HEX
in_base64() {
    printf '%s' "${1^^}" | basenc --base16 -d | basenc --base64 -w 0
}

# exchange TIME REQUEST ANSWER: a line of bluetti-logger
exchange() {
    printf '{"type": "client", "time": "%s", "data": "%s", "command": "%s"}\n' \
        "$1" "$(in_base64 "$3")" "$(in_base64 "$2")"
}

# failure TIME REQUEST TEXT: the same of a read that failed
failure() {
    printf '{"type": "client", "time": "%s", "error": "%s", "command": "%s"}\n' \
        "$1" "$3" "$(in_base64 "$2")"
}

# dump [KEY:HEX]...: a dump of bluetti-readall, without a newline
dump() {
    local block blocks=
    for block; do
        blocks+=", \"${block%:*}\": \"${block#*:}\""
    done
    printf '{"mac": "%s", "iotVersion": 1, "encryption": false, "registers": {%s}}' \
        "$MAC" "${blocks#, }"
}

# words VALUE...: registers as a dump has them
words() {
    printf '%04x' "$@"
}

# one FIRST VALUE: a good read of one register, at $NOW
one() {
    exchange "$NOW" "$(read_request "$1" 1)" "$(read_answer "$2")"
}

# --- bluetti-logger -------------------------------------------------------------

@test "every recording decodes the same as lines of bluetti-logger" {
    local log options request answer count=0
    cd "$here/data"
    for log in [!ci]*.log; do
        grep -qE '^[0-9a-f]+ [0-9a-f]+$' "$log" || continue
        while read -r request answer; do
            exchange "$NOW" "$request" "$answer"
        done < <(grep -E '^[0-9a-f]+ [0-9a-f]+$' "$log") \
            >"$BATS_TEST_TMPDIR/log"
        options=$(sed -n 's/^# options: //p' "$log")
        for file in "$log" "$BATS_TEST_TMPDIR/log"; do
            # The options are words without blanks.
            # shellcheck disable=SC2086
            {
                bt-decode $options "$file" 2>"$BATS_TEST_TMPDIR/err" ||
                    echo "{\"status\":$?}"
            } | jq -c 'del(.time)'
            # Another line, another key; the same reason.
            sed 's/.*: //' "$BATS_TEST_TMPDIR/err"
        done >"$BATS_TEST_TMPDIR/both"
        [ -s "$BATS_TEST_TMPDIR/both" ]
        awk '{ n[$0]++ } END { for (i in n) if (n[i] % 2) { print i; bad = 1 }
            exit bad }' "$BATS_TEST_TMPDIR/both"
        count=$((count + 1))
    done
    [ "$count" -gt 8 ]
}

@test "local times become UTC" {
    local time expected
    while IFS='|' read -r time expected; do
        run bt-decode <<<"$(exchange "$time" "$(read_request 36 1)" "$(read_answer 1)")"
        assert_success
        assert_output --partial "{\"time\":\"$expected\","
    done <<EOF
2022-08-10 17:03:11 -0700|2022-08-11T00:03:11.000Z
2022-08-11 00:03:11 +0000|2022-08-11T00:03:11.000Z
2022-08-11 02:03:11 +0200|2022-08-11T00:03:11.000Z
2022-08-11 05:48:11 +0545|2022-08-11T00:03:11.000Z
2022-08-11 05:48:11 +05:45|2022-08-11T00:03:11.000Z
2023-01-01 00:30:00 +0100|2022-12-31T23:30:00.000Z
2024-02-28 23:30:00 -0330|2024-02-29T03:00:00.000Z
EOF
}

@test "polls of one second get milliseconds, and a read that comes again ends one" {
    run bt-decode --model AC300 < <(one 36 1; one 37 2; one 36 3; one 37 4; one 36 5)
    assert_success
    assert_equal "${#lines[@]}" 3
    assert_line --index 0 "{\"time\":\"$UTC:11.000Z\",\"model\":\"AC300\",\"dc_input_power\":1,\"ac_input_power\":2}"
    assert_line --index 1 "{\"time\":\"$UTC:11.001Z\",\"model\":\"AC300\",\"dc_input_power\":3,\"ac_input_power\":4}"
    assert_line --index 2 "{\"time\":\"$UTC:11.002Z\",\"model\":\"AC300\",\"dc_input_power\":5}"
}

@test "options supply address and name, the station's registers its model" {
    local type
    type=$(read_answer 0x4143 0x3330 0x3000 0 0 0 0x3fa 0x3000 0xad91 0x207 0)
    run bt-decode < <(exchange "$NOW" "$(read_request 10 11)" "$type"; one 36 1)
    assert_success
    assert_output --regexp '"name":"AC3002232000000000","model":"AC300",.*"dc_input_power":1'
    run bt-decode --address $MAC --name EB3A2222000000000 < <(one 36 1)
    assert_output "{\"time\":\"$UTC:11.000Z\",\"address\":\"$MAC\",\"name\":\"EB3A2222000000000\",\"model\":\"EB3A\",\"dc_input_power\":1}"
}

@test "errors become words, and MODBUS exceptions what the station said" {
    run bt-decode --model AC300 <<EOF
$(failure "$NOW" "$(read_request 10 40)" "too many retries")
$(failure "$NOW" "$(read_request 70 21)" "Got AT+ notification")
$(failure "$NOW" "$(read_request 3001 61)" "MODBUS Exception ReadHoldingRegisters(starting_address=3001, quantity=61): 2")
$(failure "$NOW" "$(read_request 2000 48)" "[org.bluez.Error.Failed] Not connected")
$(failure "$NOW" "$(read_request 100 1)" "MODBUS Exception X: 258")
$(failure "$NOW" "$(read_request 102 1)" "MODBUS Exception X: 0")
$(failure "$NOW" "$(frame 01060bbe0001)" "MODBUS Exception WriteSingleRegister(address=3006, value=0x01): 4")
EOF
    assert_success
    assert_line --index 0 --partial '"failed":["10+40 timeout","70+21 module","100+1 error","102+1 error","2000+48 error","3001+61 exception 2"]}'
    assert_line --index 1 --partial '"pack":1,"failed":["3006=1 exception 4"]}'
}

@test "packs that the logger selected are told apart" {
    local write
    write=$(frame 01060bbe0002)
    run bt-decode --model AC300 < <(
        one 43 78
        exchange "$NOW" "$write" "$write"
        exchange "$NOW" "$(read_request 99 1)" "$(read_answer 81)")
    assert_line --index 0 --partial '"total_battery_percent":78}'
    assert_line --index 1 --partial '"pack":2,"pack_battery_percent":81}'
}

@test "a write that succeeds after all is no failure" {
    run bt-decode --model AC300 < <(
        one 43 78
        failure "$NOW" "$(frame 01060bbe0001)" "too many retries"
        exchange "$NOW" "$(frame 01060bbe0001)" "$(frame 01060bbe0001)")
    assert_success
    refute_output --partial failed
}

@test "other keys are ignored" {
    run bt-decode < <(one 36 1 | sed 's/^{/{"more": {"a": [1, "}", "\\"}\\\\"]}, /')
    assert_success
    assert_output --partial '"36":1'
}

# --- bluetti-discovery ----------------------------------------------------------

# discovery: registers 0 to 12500, each read alone. Those up to 209 and from
# 3000 to 3061 have their own address as value, the others are refused. All in
# the shell itself: a process a line would take minutes.
discovery() {
    local alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
    local -a table=()
    local i bit value text

    for ((i = 0; i < 256; i++)); do
        value=$i
        for bit in 1 2 3 4 5 6 7 8; do
            ((value = value & 1 ? value >> 1 ^ 0xa001 : value >> 1, 1))
        done
        table[i]=$value
    done
    # whole BYTE...: with its checksum in base64, in $text
    whole() {
        local crc=65535 byte n=$(($# + 2)) bits
        for byte; do ((crc = crc >> 8 ^ table[(crc ^ byte) & 255], 1)); done
        set -- "$@" $((crc & 255)) $((crc >> 8)) 0 0
        text=
        while ((n > 0)); do
            ((bits = $1 << 16 | $2 << 8 | $3, 1))
            text+=${alphabet:bits>>18:1}${alphabet:bits>>12&63:1}
            ((n > 1)) && text+=${alphabet:bits>>6&63:1} || text+==
            ((n > 2)) && text+=${alphabet:bits&63:1} || text+==
            ((n -= 3, 1))
            shift 3
        done
    }
    for ((i = 0; i <= 12500; i++)); do
        if ((i < 210 || i >= 3000 && i < 3062)); then
            whole 1 3 2 $((i >> 8)) $((i & 255))
            printf '{"type": "client", "time": "%s", "data": "%s", ' "$NOW" "$text"
        else
            printf '{"type": "client", "time": "%s", "error": "MODBUS Exception ReadHoldingRegisters(starting_address=%d, quantity=1): 2", ' "$NOW" $i
        fi
        whole 1 3 $((i >> 8)) $((i & 255)) 0 1
        printf '"command": "%s"}\n' "$text"
    done
}

@test "a log of bluetti-discovery is one poll, quickly" {
    # In a shell of its own, whose every command bats does not look at.
    NOW=$NOW bash -c "$(declare -f discovery); discovery" >"$BATS_TEST_TMPDIR/log"
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/log")" 12501
    run timeout 60 bt-decode --secrets "$BATS_TEST_TMPDIR/log"
    assert_success
    assert_equal "${#lines[@]}" 1
    assert_equal "$(jq -c '.registers | length, add' <<<"$output")" \
        $'272\n209836'
    # What was refused is told in runs.
    assert_equal "$(jq -c .failed <<<"$output")" \
        '["210+2790 exception 2","3062+9439 exception 2"]'
    run bt-decode --model AC300 "$BATS_TEST_TMPDIR/log"
    assert_output --partial '"dc_input_power":36,"ac_input_power":37,'
}

@test "registers that are read one by one tell who the station is" {
    run bt-decode < <(
        one 10 0x4143; one 11 0x3330; one 12 0x3000; one 13 0; one 14 0; one 15 0
        one 16 1018; one 17 0x3000; one 18 0xad91; one 19 0x207; one 20 0
        one 36 752)
    assert_success
    assert_output --regexp '"name":"AC3002232000000000","model":"AC300",.*"dc_input_power":752'
}

@test "runs of failures are of single registers, one behind the other" {
    run bt-decode <<EOF
$(failure "$NOW" "$(read_request 10 1)" "MODBUS Exception X: 2")
$(failure "$NOW" "$(read_request 11 1)" "MODBUS Exception X: 2")
$(failure "$NOW" "$(read_request 12 1)" "MODBUS Exception X: 3")
$(failure "$NOW" "$(read_request 13 1)" "too many retries")
$(failure "$NOW" "$(read_request 14 1)" "too many retries")
$(failure "$NOW" "$(read_request 16 1)" "too many retries")
$(failure "$NOW" "$(read_request 17 2)" "too many retries")
$(failure "$NOW" "$(read_request 19 1)" "too many retries")
$(failure "$NOW" "$(read_request 20 1 41)" "too many retries")
EOF
    assert_output --partial '"failed":["10+2 exception 2","12+1 exception 3","13+2 timeout","16+1 timeout","17+2 timeout","19+1 timeout","41:20+1 timeout"]'
}

@test "days of failed tries are no trouble" {
    local one
    one=$(failure "$NOW" "$(read_request 10 40)" "too many retries")
    repeat 30000 "$one" >"$BATS_TEST_TMPDIR/log"
    run timeout 60 bt-decode "$BATS_TEST_TMPDIR/log"
    assert_success
    assert_line --index 0 "{\"time\":\"$UTC:11.000Z\",\"failed\":[\"10+40 timeout\"]}"
}

# --- bluetti-readall ------------------------------------------------------------

@test "a dump is one poll, in one line or several" {
    local expected
    dump "1:$(words 1 2 3 4 5 6 7 8 9 0x4142)" "11:$(words 0x3132 0 0 0 0 1018 7 0 0 0)" \
        "21:" "3001:$(words 2)" >"$BATS_TEST_TMPDIR/dump"
    expected="{\"time\":\"2026-11-22T09:42:00.000Z\",\"address\":\"$MAC\",\"name\":\"AB127\",\"model\":\"AB12\","
    run bt-decode --time 2026-11-22T09:42:00Z "$BATS_TEST_TMPDIR/dump"
    assert_success
    assert_output --partial "$expected"
    assert_output --partial '"18":0,"19":0,"20":0,"3001":2}}'
    bt-decode --time 2026-11-22T09:42:00Z "$BATS_TEST_TMPDIR/dump" >"$BATS_TEST_TMPDIR/out"
    for indent in "--indent 1" "--indent 4" --tab; do
        # shellcheck disable=SC2086
        jq $indent . "$BATS_TEST_TMPDIR/dump" >"$BATS_TEST_TMPDIR/pretty"
        bt-decode --time 2026-11-22T09:42:00Z "$BATS_TEST_TMPDIR/pretty" |
            cmp - "$BATS_TEST_TMPDIR/out"
        # Without a newline at its end, and without indentation.
        printf %s "$(sed 's/^[ \t]*//' "$BATS_TEST_TMPDIR/pretty")" |
            bt-decode --time 2026-11-22T09:42:00Z |
            cmp - "$BATS_TEST_TMPDIR/out"
    done
}

@test "every dump is a poll of its own" {
    dump "36:$(words 1 2)" "43:$(words 3)" >"$BATS_TEST_TMPDIR/1"
    dump "37:$(words 4)" >"$BATS_TEST_TMPDIR/2"
    cd "$BATS_TEST_TMPDIR"
    bt-decode --model AC300 --time 2026-11-22T09:42:00Z 1 2 >out
    cat >expected <<EOF
{"time":"2026-11-22T09:42:00.000Z","address":"$MAC","model":"AC300","dc_input_power":1,"ac_input_power":2,"total_battery_percent":3}
{"time":"2026-11-22T09:42:00.001Z","address":"$MAC","model":"AC300","ac_input_power":4}
EOF
    diff -u expected out
    cat 1 2 | bt-decode --model AC300 --time 2026-11-22T09:42:00Z | diff -u expected -
}

@test "a dump ends the poll before it, and is not mixed with the one behind" {
    local who="$MAC AC3002232000000000"
    run bt-decode --time 2026-11-22T09:42:05Z <<EOF
2026-11-22T09:42:00.300Z $who $(read_request 36 1) $(read_answer 1)
- $who $(read_request 38 1) $(read_answer 2)
$(dump "37:$(words 4)")
2026-11-22T09:42:10.300Z $who $(read_request 38 1) $(read_answer 5)
EOF
    assert_success
    assert_equal "${#lines[@]}" 3
    assert_line --index 0 --regexp '42:00.300Z.*"dc_input_power":1,"ac_output_power":2}'
    assert_line --index 1 --regexp '42:05.000Z.*"ac_input_power":4}'
    assert_line --index 2 --regexp '42:10.300Z.*"ac_output_power":5}'
}

@test "adjacent blocks are joined as far as a read goes" {
    local blocks=() i
    for ((i = 1; i < 300; i += 10)); do
        blocks+=("$i:$(words $(seq "$i" $((i + 9))))")
    done
    run bt-decode --secrets < <(dump "${blocks[@]}")
    assert_success
    assert_equal "$(jq -c '.registers | length, add' <<<"$output")" $'300\n45150'
}

@test "a dump of all 19999 registers in one line" {
    local blocks=() i
    for ((i = 1; i < 20000; i += 10)); do
        blocks+=("$i:00010002000300040005000600070008000900aa")
    done
    dump "${blocks[@]}" >"$BATS_TEST_TMPDIR/dump"
    run bt-decode --secrets "$BATS_TEST_TMPDIR/dump"
    assert_success
    assert_equal "$(jq '.registers | length' <<<"$output")" 20000
}

@test "an address of a dump may be in lower case, or missing" {
    run bt-decode < <(MAC=aa:bb:cc:dd:ee:0f dump "36:$(words 1)")
    assert_output --partial '{"address":"AA:BB:CC:DD:EE:0F",'
    run bt-decode --name AC3002232000000000 <<<'{"iotVersion": 1, "registers": {"36": "0001"}}'
    assert_output '{"name":"AC3002232000000000","model":"AC300","dc_input_power":1}'
}

@test "a dump in which all was refused is nothing" {
    run bt-decode < <(dump 1: 11:)
    assert_success
    assert_output ""
}

# --- mixed, compressed, broken ----------------------------------------------------

@test "formats are mixed line by line" {
    run bt-decode --name AC3002232000000000 --time 2026-11-22T09:42:00Z <<EOF
# all of one station
$(one 36 1)
$(read_request 37 1) $(read_answer 2)

$(failure "$NOW" "$(read_request 43 1)" "too many retries")
2022-08-11T00:03:12.500Z - AC3002232000000000 $(read_request 38 1) $(read_answer 3)
2022-08-11T00:03:12.501Z - AC3002232000000000 2022-08-11T00:03:11Z end
$(dump "36:$(words 4)" | jq .)
EOF
    assert_success
    assert_line --index 0 "{\"time\":\"$UTC:11.000Z\",\"name\":\"AC3002232000000000\",\"model\":\"AC300\",\"dc_input_power\":1,\"ac_input_power\":2,\"ac_output_power\":3,\"failed\":[\"43+1 timeout\"]}"
    assert_line --index 1 --partial "\"address\":\"$MAC\",\"name\":\"AC3002232000000000\",\"model\":\"AC300\",\"dc_input_power\":4}"
}

@test "what is behind a dump without a newline is a line" {
    run bt-decode --model AC300 < <(
        dump "36:$(words 1)"
        echo "$(read_request 37 1) $(read_answer 2)")
    assert_success
    assert_line --index 0 --partial '"dc_input_power":1}'
    assert_line --index 1 --partial '"ac_input_power":2}'
}

@test "zcat old.log.gz | bt-decode" {
    gzip -c "$here/data/classic-logger.log" >"$BATS_TEST_TMPDIR/old.log.gz"
    zcat "$BATS_TEST_TMPDIR/old.log.gz" |
        bt-decode --model EB3A --name EB3A2222000000000 |
        diff -u "$here/data/classic-logger.json" -
}

# refused REASON [LINE]: what is on standard input is refused for this reason
# alone, at this line (1), and what comes after it is decoded.
refused() {
    local status=0
    cd "$BATS_TEST_TMPDIR"
    { cat; one 36 752; } >log
    bt-decode log >out 2>err || status=$?
    assert_equal "$status" 65
    assert_equal "$(cat err)" "bt-decode: log:${2:-1}: $1"
    assert_equal "$(cat out)" "{\"time\":\"$UTC:11.000Z\",\"registers\":{\"36\":752}}"
}

@test "refused: what is no JSON" {
    local text
    for text in '{"type": "client", "type": "client"}' '{"type": "client",}' \
        '{nonsense}' '{"a": tru}' '{"a": [}]' $'{"a": "\xff"}' '{"a": 1e999}'; do
        run bt-decode <<<"$text"
        assert_failure 65
        assert_output --partial "standard input:1: not JSON: "
        assert_equal "${#lines[@]}" 1
    done
    refused "text has a NUL character" <<<'{"type": "\u0000"}'
}

@test "refused: an object without an end does not swallow what comes" {
    one 36 1 | head -c 50 | sed '$a\' | refused "JSON object has no end"
    one 36 1 | sed 's/, "command.*//' | refused "JSON object has no end"
    dump "36:$(words 1)" | jq . | head -n 4 | refused "JSON object has no end"
    { echo; dump "36:$(words 1)" | jq . | sed '$d'; } |
        refused "JSON object has no end" 2
    # Two writers, or one that was killed and started again.
    { one 36 1 | head -c 70; one 36 1; } | refused "JSON object has no end"
    echo '{' | refused "JSON object has no end"
}

@test "refused: an object that ends with its file" {
    cd "$BATS_TEST_TMPDIR"
    printf '# 1\n{"mac":\n' >1
    printf '"00:11:22:33:44:55"}\n' >2
    run bt-decode 1 2
    assert_failure 65
    assert_line --index 0 "bt-decode: 1:2: JSON object has no end"
    assert_line --index 1 --partial "bt-decode: 2:1: line: malformed frame line"
    run bt-decode 1
    assert_failure 65
    assert_output "bt-decode: 1:2: JSON object has no end"
    one 36 1 | head -c 100 >3
    run bt-decode 3
    assert_failure 65
    assert_output "bt-decode: 3:1: JSON object has no end"
}

@test "refused: an object that is too long" {
    {
        echo '{"mac": "00:11:22:33:44:55", "registers": {'
        printf ' "1": "%0100d",\n' {1..2500}
    } >"$BATS_TEST_TMPDIR/log"
    run bt-decode "$BATS_TEST_TMPDIR/log"
    assert_failure 65
    assert_line --index 0 --partial "log:1: JSON object has more than 262144 bytes"
}

@test "refused: an object with too many values, in one line or in several" {
    run bt-decode < <(dump $(printf '%d:0001 ' {1..4100}))
    assert_failure 65
    assert_output "bt-decode: standard input:1: JSON object has more than 4096 values"
    {
        echo '{"mac": "00:11:22:33:44:55", "registers": {'
        printf ' "1": "%d",\n' {1..5000}
    } >"$BATS_TEST_TMPDIR/log"
    run bt-decode "$BATS_TEST_TMPDIR/log"
    assert_failure 65
    assert_line --index 0 --partial "log:1: JSON object has more than 4096 values"
}

@test "refused: a bad block, and the others are decoded" {
    run bt-decode --model AC300 < <(dump "36:$(words 1)" "37:00" "38:$(words 3)")
    assert_failure 65
    assert_line --index 0 "bt-decode: standard input:1: registers: 37: half a register at the end"
    assert_line --index 1 "{\"address\":\"$MAC\",\"model\":\"AC300\",\"dc_input_power\":1,\"ac_output_power\":3}"
    run bt-decode --strict --model AC300 < <(
        dump "39:$(words 9)"; dump "36:$(words 1)" "37:00" "38:$(words 3)")
    assert_failure 65
    assert_line "{\"address\":\"$MAC\",\"model\":\"AC300\",\"dc_output_power\":9}"
    assert_equal "${#lines[@]}" 2
}

@test "refused: registers beyond the last one" {
    run bt-decode --registers --model AC300 < <(dump "65535:$(words 7)")
    assert_success
    assert_output "{\"address\":\"$MAC\",\"model\":\"AC300\",\"registers\":{\"65535\":7}}"
    run bt-decode --model AC300 < <(dump "65535:$(words 7 8)")
    assert_failure 65
    assert_line --index 0 "bt-decode: standard input:1: registers: 65535: extends beyond 65535"
}

@test "cut at any byte, nothing crashes and nothing is made up" {
    local good n
    mkdir "$BATS_TEST_TMPDIR/cut"
    cd "$BATS_TEST_TMPDIR/cut"
    for good in "$(one 36 1)" "$(failure "$NOW" "$(read_request 36 1)" "MODBUS Exception X: 2")" \
        "$(dump "36:$(words 1 2)" 46: | jq .)"; do
        rm -f ./*
        # Each in a file of its own, and all in one.
        for ((n = 1; n < ${#good}; n++)); do
            printf '%s' "${good:0:n}" >"$n"
            printf '%s\n' "${good:0:n}"
        done >../all
        for files in "$(echo *)" ../all; do
            # Names without blanks.
            # shellcheck disable=SC2086
            run bt-decode $files
            assert_failure 65
            refute_output --partial '{"time"'
            assert_equal "$(grep -c ': JSON object has no end$' <<<"$output")" \
                $((${#good} - 1))
        done
    done
}

@test "changed at any byte, nothing crashes" {
    local good n status=0
    RANDOM=1
    for good in "$(one 36 1)" "$(dump "36:$(words 1 2)" 46:)"; do
        for ((n = 0; n < 2000; n++)); do
            local at=$((RANDOM % ${#good}))
            printf -v byte "\\\\x%02x" $((RANDOM % 255 + 1))
            printf '%s%b%s\n' "${good:0:at}" "$byte" "${good:at + 1}"
        done
    done >"$BATS_TEST_TMPDIR/log"
    bt-decode "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/out" \
        2>"$BATS_TEST_TMPDIR/err" || status=$?
    assert_equal "$status" 65
    # Keys that nobody looks at, or another second of the same time.
    [ -s "$BATS_TEST_TMPDIR/out" ]
    head -c 300000 /dev/urandom | sed 's/^/{/' |
        timeout 60 bt-decode >/dev/null 2>&1 || status=$?
    assert_equal "$status" 65
}

@test "deep nesting is refused, not followed" {
    nested() {
        printf '{"a":%s' "$(head -c "$1" /dev/zero | tr '\0' '[')"
        printf '%s}\n' "$(head -c "$1" /dev/zero | tr '\0' ']')"
    }
    nested 4000 >"$BATS_TEST_TMPDIR/log"
    run bt-decode "$BATS_TEST_TMPDIR/log"
    assert_failure 65
    assert_output --partial "log:1: not JSON: maximum parsing depth reached"
    nested 100000 >"$BATS_TEST_TMPDIR/log"
    run bt-decode "$BATS_TEST_TMPDIR/log"
    assert_failure 65
    assert_output --partial "log:1: JSON object has more than 4096 values"
}

@test "many objects in one line take no longer than in many" {
    head -c 99999 /dev/zero | sed 's/\x0\x0\x0/{ }/g' >"$BATS_TEST_TMPDIR/log"
    run timeout 60 bash -c "bt-decode '$BATS_TEST_TMPDIR/log' 2>&1 | sort | uniq -c"
    assert_output --regexp '^ *33333 bt-decode: .*log:1: neither an exchange of bluetti-logger'
}
