#!/usr/bin/env bats
# bt-decode takes no more than 4 MB of anonymous memory and no time to speak of,
# whatever the input: most of all if it never tells that a poll is complete.

bats_require_minimum_version 1.5.0

load common

MOST=4096 # KiB
SECONDS_OF_CPU=2

setup() {
    ! grep -q __asan_init "$build/bt-decode" ||
        skip "a sanitizer takes memory of its own"
    cd "$BATS_TEST_TMPDIR"
    mkfifo fifo
}

teardown() {
    [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || :
}

# log KIND LINES: see hostile.awk.
log() {
    awk -f "$here/models/frame.awk" -f "$here/hostile.awk" -v kind="$1" -v count="$2" >log
}

# has_read LINES: what bt-decode says when it is asked.
has_read() {
    kill -USR1 "$pid"
    grep -q "^bt-decode: $1 lines," err
}

# status KEY: a number of the process's status.
status() {
    sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$pid/status"
}

# frugal STATUS [OPTION...]: bt-decode with the log ends with the status, and
# never had much memory; VmHWM is the most of all, files included.
frugal() {
    local want=$1 peak status=0
    shift
    (ulimit -t "$SECONDS_OF_CPU" && exec bt-decode "$@" <fifo >out 2>err 3>&-) &
    pid=$!
    exec 4>fifo
    cat log >&4
    wait_for 60 has_read "$(wc -l <log)"
    peak=$(($(status VmHWM) - $(status RssFile)))
    exec 4>&-
    wait "$pid" || status=$?
    pid=
    echo "# $BATS_TEST_DESCRIPTION, bt-decode $*: $peak KiB"
    assert_equal "$status" "$want"
    [ "$peak" -gt 100 ] && [ "$peak" -le "$MOST" ]
}

# frugal_always: the log of good lines is decoded, with all registers, and
# redacted.
frugal_always() {
    frugal 0
    frugal 0 --registers
    frugal 0 --redact
}

@test "ever other packs are selected" {
    log selections 40000
    frugal_always
}

@test "reads of several registers that are all refused" {
    log refused 30000
    frugal_always
}

@test "ever other reasons why there is no answer" {
    log words 30000
    frugal_always
}

@test "registers one by one, of a station without a map" {
    log registers 40000
    frugal_always
}

@test "the longest reads" {
    log blocks 3000
    frugal_always
}

@test "more stations than are kept apart" {
    log stations 9000
    frugal_always
}

@test "JSON objects that are all values" {
    printf '{"type":"client","x":[%s1]}\n' "$(printf '[],%.0s' {1..80000})" >log
    frugal 65
    printf '{"mac":"00:11:22:33:44:55","registers":{%s"1":"0001"}}\n' \
        "$(printf '"%d":"0001",' {1..4000})" >log
    frugal 65
}

@test "a JSON object that is one text" {
    printf '{"type":"%s"}\n' "$(head -c 262000 /dev/zero | tr '\0' x)" >log
    frugal 65
}

@test "lines without an end" {
    { head -c 30000000 /dev/zero | tr '\0' x; echo; } >log
    frugal 65
}
