#!/usr/bin/env bats
# db-insert and a system that fails: in a short run each call fails once, see
# inject.c. Nothing is lost, and the status is 0 only if all is in the database.

bats_require_minimum_version 1.5.0

load common
load spool

RECORDS=300

setup_file() {
    spool_server
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    spool_setup
    calls=$BATS_TEST_TMPDIR/calls
    numbered 1 "$RECORDS" >"$records"
    insert </dev/null
}

teardown() {
    spool_teardown
}

# injected "CALL N [ERROR]" COMMAND...: one call of it fails, and its time runs
# faster. The calls are in the file $calls.
injected() {
    local plan=()

    [ -z "$1" ] || plan=(INJECT="$1")
    shift
    rm -f "$calls"
    timeout 60 env "${plan[@]}" INJECT_LOG="$calls" ACCELERATE=20 \
        LD_PRELOAD="$build/inject.so:$build/accelerate.so" \
        ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}

# calls_of CALL: how many there were.
calls_of() {
    grep -c "^$1 " "$calls" || :
}

# left_over: the records as an earlier run might have left them, in three
# segments, of which the first is half delivered.
left_over() {
    local place

    rm -rf "$spool"
    query "DELETE FROM sample"
    place=$spool/${socket//\//%2F}:3306:$database/1
    mkdir -p "$place"
    sed -n 1,100p "$records" >"$place/0000000001.json"
    sed -n 101,200p "$records" >"$place/0000000002.json"
    sed -n 201,300p "$records" >"$place/0000000003.json"
    head -n 50 "$records" | insert --spool="$spool.other"
    printf '1 %d\n' "$(head -n 50 "$records" | wc -c)" >"$place/checkpoint"
}

nothing_left() {
    rm -rf "$spool"
    query "DELETE FROM sample"
}

# lost_nothing: all that was read is in the spool or the database, all is in the
# database if the status is 0, and a drain brings the rest there.
lost_nothing() {
    local count

    count=$(held)
    if [ "$status" = 0 ]; then
        [ "$count" = "$RECORDS" ]
        assert_equal "$(rows)" "$RECORDS"
        assert_spool_empty
    else
        [ -n "$output" ]
    fi
    run -0 insert --drain
    assert_equal "$(rows)" "$count"
    assert_spool_empty
}

# each_fails PREPARE WHOLE CALL COMMAND...: for each of its calls. WHOLE: the
# records were there before, or are read in any case.
each_fails() {
    local prepare=$1 whole=$2 call=$3 count n
    shift 3

    "$prepare"
    run -0 injected "" "$@"
    count=$(calls_of "$call")
    echo "# $call: $count calls"
    [ "$count" -gt 0 ]
    for ((n = 1; n <= count; n++)); do
        "$prepare"
        run injected "$call $n" "$@"
        echo "# $call $n: $status: $output: $(grep "^$call " "$calls" | sed -n "${n}p")"
        [ "$status" != 124 ]
        [ -z "$whole" ] || assert_equal "$(held)" "$RECORDS"
        lost_nothing
    done
}

# input_fails WHOLE CALL, drain_fails CALL
input_fails() {
    each_fails nothing_left "$1" "$2" db-insert "${login[@]}" "$records"
}

drain_fails() {
    each_fails left_over yes "$1" db-insert "${login[@]}" --drain
}

@test "a read fails" {
    input_fails "" read
    drain_fails read
}

@test "a write fails" {
    input_fails yes write
    drain_fails write
}

@test "a sync fails" {
    drain_fails fsync
    # What it was to sync is written anew, and that is synced.
    server_away
    for n in 1 2; do
        nothing_left
        INJECT_IN=.json run -75 injected "fsync $n" db-insert "${login[@]}" \
            --timeout=$((n * 20)) < <(numbered 1 150; sleep 0.5; numbered 151 300)
        assert_line --partial "cannot sync the spool in "
        assert_line --partial "300 records are in the spool "
        grep -q '^rename .*/0000000001.json$' "$calls"
        assert_equal "$(held)" 300
    done
}

@test "the names of new directories are synced, and every segment" {
    local dir

    server_away
    rm -rf "$spool"
    numbered 1 60000 >"$records"
    run -75 injected "" db-insert "${login[@]}" --timeout=1 "$records"
    for dir in "$spool"/*/1 "$spool"/* "$spool" "$BATS_TEST_TMPDIR"; do
        grep -qxF "fsync $dir" "$calls"
    done
    # Also what was written to the first segment at its end.
    run -0 awk '$2 !~ /json$/ { next }
        $1 == "write" { is_dirty[$2] = 1; count += !seen[$2]++ }
        $1 == "fsync" { is_dirty[$2] = 0 }
        END { for (name in is_dirty) dirty += is_dirty[name]
            exit dirty > 0 || count < 2 }' "$calls"
}

@test "a rename fails" {
    drain_fails rename
}

@test "a look at a file fails" {
    input_fails "" fstatat
    drain_fails fstatat
}

@test "an unlink fails" {
    input_fails yes unlink
    drain_fails unlink
}

@test "an open fails" {
    input_fails "" openat
    drain_fails openat
}

@test "a connect fails" {
    input_fails yes connect
    drain_fails connect
}

@test "what is sent or received fails" {
    input_fails yes send
    input_fails yes recv
}

@test "a process is not started" {
    input_fails yes fork
    drain_fails fork
    # Nor another one in the place of one that was killed.
    nothing_left
    INJECT="fork 2 EAGAIN" \
        ACCELERATED="env LD_PRELOAD=$build/inject.so:$build/accelerate.so
            ACCELERATE=20 ASAN_OPTIONS=verify_asan_link_order=0" \
        insert_from_pipe
    feed 1 1
    wait_for 30 has_rows 1
    kill -KILL $(cat "/proc/$pid/task/$pid/children")
    feed 2 2
    wait_for 30 has_rows 2
    finish 0
    says "cannot start the delivery process: Resource temporarily unavailable; trying again"
    assert_numbers 2
}
