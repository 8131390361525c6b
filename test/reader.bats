#!/usr/bin/env bats
# What reads bt-poll's and bt-decode's output and messages: it may stall, or go.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkfifo pipe
    sim_start s EB3A
}

teardown() {
    local pid
    for pid in "${started[@]}"; do
        kill -KILL "$pid" && wait "$pid" || :
    done 2>/dev/null
}

# fill: the pipe, which fd 5 keeps open, without waiting.
fill() {
    exec 5<>pipe
    dd if=/dev/zero of=pipe oflag=nonblock bs=4096 count=1000 2>/dev/null || :
}

# child: the process of the only station.
child() {
    tr -d ' ' <"/proc/$pid/task/$pid/children"
}

# poll_full FACTOR: bt-poll to a pipe that is full and that nobody reads, fd 5,
# with its time FACTOR times as fast. Leaves $pid.
poll_full() {
    fill
    accelerate "$1"
    $ACCELERATED bt-poll -i 10 -t 60 -s 60 "unix:$PWD/s" >&5 2>err 3>&- 5>&- &
    pid=$!
    started+=("$pid")
}

@test "a reader that stalls is waited for, and said once" {
    poll_full 50
    wait_for 10 grep -q "nobody reads the output: waiting" err
    local first
    first=$(child)
    # More than 90 s of its time, and -t and -s besides.
    sleep 4
    [ "$(child)" = "$first" ]
    timeout 5 grep -a -q -m 1 'end$' <&5
    wait_for 10 grep -q "the output is read again" err
    cat <&5 >log 3>&- 5>&- &
    started+=($!)
    wait_for 10 grep -q 'end$' log
    [ "$(child)" = "$first" ]
    [ "$(wc -l <err)" -eq 2 ]
    end_process "$pid" TERM
    sim_stop s
    [ "$(counter s connects)" -eq 1 ]
}

@test "SIGTERM ends it within two seconds, though nobody reads" {
    poll_full 10
    wait_for 10 grep -q "nobody reads" err
    local begin status=0
    begin=$(date +%s%N)
    end_process "$pid" TERM || status=$?
    [ $((($(date +%s%N) - begin) / 1000000)) -lt 2000 ]
    [ "$status" -eq 75 ]
}

@test "messages that nobody reads are lost and counted, and polls go on" {
    fill
    bt-poll -i 1 "unix:$PWD/s" >log 2>&5 3>&- 5>&- &
    pid=$!
    started+=("$pid")
    wait_for 10 grep -q 'end$' log
    kill -USR1 "$pid"
    wait_for 10 eval '[ "$(grep -c "end$" log)" -ge 4 ]'
    dd if=pipe of=/dev/null iflag=nonblock bs=4096 2>/dev/null || :
    kill -USR1 "$pid"
    timeout 5 grep -a -q -m 1 \
        "^bt-poll: lost messages, as nobody read them: 1$" <&5
    end_process "$pid" TERM
}

# sleeps: $pid has nothing to do, or cannot.
sleeps() {
    [[ $(<"/proc/$pid/stat") = *") S "* ]]
}

# unread CONDITION COMMAND...: the command's output, fd 5, is full and nobody
# reads it; once the condition holds it has something to write. SIGTERM ends it
# within two seconds, with 75 and the reason.
unread() {
    local condition=$1 begin status=0
    shift
    fill
    "$@" <&0 >&5 2>err 3>&- 5>&- &
    pid=$!
    started+=("$pid")
    wait_for 10 "$condition"
    begin=$(date +%s%N)
    end_process "$pid" TERM || status=$?
    [ $((($(date +%s%N) - begin) / 1000000)) -lt 2000 ]
    assert_equal "$status" 75
    assert_regex "$(<err)" ": nobody reads the output"
}

# The station has answered, and tells so with its only fault.
has_answered() {
    grep -q late slow.counters && sleeps
}

has_read() {
    grep -q "^pos:	[1-9]" "/proc/$pid/fdinfo/0" && sleeps
}

@test "SIGTERM ends bt-discover within two seconds, though nobody reads" {
    sim_start slow EB3A -v --fault "always late 1"
    unread has_answered bt-discover --first 10 "unix:$PWD/slow"
}

@test "SIGTERM ends bt-scan within two seconds, though nobody reads" {
    export HCI_SCRIPT=$PWD/script HCI_LOG=$PWD/log
    accelerate 20
    printf '%s\n' 'adapter 0 0201' 'start 0' "found 28:37:2F:00:00:01 public -60 \
020106030300ff12094542334132323232303030303030303030" >script
    : >log
    # What it has heard is written at the end in any case.
    unread has_started \
        ${ACCELERATED/accelerate.so/accelerate.so:$build/hci.so} bt-scan -t 20
}

has_started() {
    [ -s log ]
}

@test "SIGTERM ends bt-decode within five seconds, though nobody reads" {
    unread has_read bt-decode <"$here/data/ac300-small-reads.log"
    unread has_read bt-decode --redact <"$here/data/ac300-small-reads.log"
}

# leaves COMMAND: ends within a second by SIGPIPE once its reader has left.
leaves() {
    local status=0
    mkfifo idle
    # shellcheck disable=SC2086
    timeout 10 bash -c '"$@" <&6 3>&- | read -t 1; exit "${PIPESTATUS[0]}"' - \
        $1 6<>idle || status=$?
    [ "$status" -eq 141 ]
}

@test "a reader that is gone is noticed while there is nothing to write" {
    at_once leaves <<<$'bt-poll unix:nowhere\nbt-poll -r 1+1 unix:off unix:nowhere\nbt-decode\nbt-decode --redact'
    # No pipe: it goes on.
    status=0
    timeout 2 bt-poll unix:nowhere >file 2>err || status=$?
    [ "$status" -eq 124 ]
}
