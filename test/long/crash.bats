#!/usr/bin/env bats
# What crash.bats shows, with 150,000 records, and in the middle of them: a
# record that has been written to the spool is in the database once.

bats_require_minimum_version 1.5.0

load ../common
load ../spool

RECORDS=150000

setup_file() {
    spool_server
    numbered 1 "$RECORDS" >"$BATS_FILE_TMPDIR/records"
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    spool_setup
    records=$BATS_FILE_TMPDIR/records
}

teardown() {
    spool_teardown
}

@test "kill -9 before, within and after each step while records come" {
    local step

    for step in write insert commit checkpoint rename unlink send \
        send-commit; do
        killed_feeding "before $step 1"
        killed_feeding "after $step 1"
    done
    for step in "write 60" "insert 50" "commit 50" "checkpoint 5" \
        "rename 10" "unlink 2" "send 200" "send-commit 30"; do
        killed_feeding "before $step"
        killed_feeding "after $step"
    done
    for step in "write 1" "write 100" "checkpoint 1" "checkpoint 5" \
        "send 20" "send 300" "send-commit 15"; do
        killed_feeding "within $step"
    done
}

@test "kill -9 before and after each step of a drain" {
    local step

    for step in "insert 1" "insert 30" "commit 1" "commit 30" \
        "checkpoint 1" "checkpoint 8" "sync-checkpoint 1" \
        "sync-checkpoint 8" "rename 1" "rename 8" "sync-directory 1" \
        "sync-directory 8" "unlink 1" "unlink 3"; do
        killed_draining "before $step"
        killed_draining "after $step"
    done
}

@test "kill -9 before and after each sync while the server is away" {
    local step

    for step in "sync 1" "sync 2" "sync-directory 1"; do
        killed_away "before $step"
        killed_away "after $step"
    done
}

@test "kill -9 of both, or of the one that delivers, where they speak" {
    local n

    # The first answer is a chunk, the second is what came meanwhile.
    for n in 1 2; do
        killed_feeding "before answer $n"
        killed_feeding "after answer $n"
    done
    for n in 1 2 3 4 5 10 50 100; do
        killed_feeding "before report $n"
        killed_feeding "after report $n"
        afresh
        run -0 at "alone after report $n" insert < <(cat "$records")
        assert_numbers "$RECORDS"
        assert_spool_empty
    done
}

@test "a connection cut at many places" {
    local n

    for n in 1 2 3 5 8 13 21 34 55 89 144 233 377; do
        afresh
        run -0 at "cut within send $n" insert < <(cat "$records")
        assert_numbers "$RECORDS"
        afresh
        run -0 at "cut after send-commit $((n / 10 + 1))" insert \
            < <(cat "$records")
        assert_numbers "$RECORDS"
        assert_spool_empty
    done
}

@test "kill -9 of the server, twenty times" {
    local n

    own_server
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe
    for ((n = 0; n < 20; n++)); do
        feed $((n * 7500 + 1)) $(((n + 1) * 7500))
        wait_for 60 has_row $((n * 7500 + 1))
        mariadb_kill "$BATS_TEST_TMPDIR/own"
        own_server
    done
    finish 0
    assert_numbers "$RECORDS"
    assert_spool_empty
}
