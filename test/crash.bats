#!/usr/bin/env bats
# A record that has been written to the spool is in the database once,
# whatever happens to db-insert, to the server and to what lies between.
#
# db-insert is killed, and its connection cut, at named steps: see kill.c.
# long/crash.bats does the same with more records.

bats_require_minimum_version 1.5.0

load common
load spool

RECORDS=60000

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

# --- db-insert is killed ----------------------------------------------------

@test "kill -9 at a write to the spool" {
    killed_feeding "before write 1"
    killed_feeding "within write 20"
    killed_feeding "after write 1"
}

@test "kill -9 at a sync of the spool" {
    killed_away "before sync 1"
    killed_away "after sync 1"
    killed_away "after sync-directory 1"
}

@test "kill -9 at an insert" {
    killed_feeding "before insert 1"
    killed_feeding "after insert 5"
    killed_feeding "within send 40"
}

@test "kill -9 at a commit" {
    killed_feeding "before commit 2"
    killed_feeding "after commit 1"
    killed_feeding "after send-commit 3"
}

@test "kill -9 at a checkpoint" {
    killed_feeding "before checkpoint 1"
    killed_feeding "within checkpoint 2"
    killed_feeding "after checkpoint 1"
}

@test "kill -9 at a sync of the checkpoint" {
    killed_draining "before sync-checkpoint 1"
    killed_draining "after sync-checkpoint 3"
}

@test "kill -9 at a rename of the checkpoint" {
    killed_feeding "before rename 1"
    killed_feeding "after rename 1"
    killed_draining "after rename 2"
}

@test "kill -9 at a sync of the directory" {
    killed_draining "before sync-directory 1"
    killed_draining "after sync-directory 2"
}

@test "kill -9 at an unlink" {
    killed_draining "before unlink 1"
    killed_draining "after unlink 1"
    killed_feeding "after unlink 1"
}

@test "kill -9 again and again, and the same input goes on" {
    local count=0 end=0 at

    for at in "after commit 2" "after rename 1" "within write 9" \
        "before unlink 1" "after insert 2"; do
        echo "# $at"
        end=$((end + RECORDS / 6))
        run -137 at "$at" insert < <(numbered $((count + 1)) "$end")
        count=$(held)
    done
    drains < <(numbered $((count + 1)) "$RECORDS")
    assert_numbers "$RECORDS"
    assert_spool_empty
}

# --- the process that delivers is killed ----------------------------------------

# replaced "WHEN STEP N" [OPTION...]: it alone is killed while $records come
# in; another one takes its place, and nothing else is noticed.
replaced() {
    echo "# alone $1"
    afresh
    run -0 at "alone $1" insert "${@:2}" < <(cat "$records")
    assert_output "db-insert: the delivery process was killed: starting a new one"
    assert_numbers "$RECORDS"
    assert_spool_empty
}

@test "kill -9 of the process that delivers, at an insert and a commit" {
    replaced "before insert 1"
    replaced "after commit 3"
    replaced "within send-commit 2"
}

@test "kill -9 of the process that delivers, at a report" {
    replaced "before report 1"
    replaced "after report 2"
    replaced "before report 20"
    replaced "after report 21"
}

@test "kill -9 of the process that delivers, at the file of refused records" {
    local at

    for at in "before reject 1" "after reject 1"; do
        echo "# alone $at"
        afresh
        run -0 insert < <(numbered 1 1)
        query "ALTER TABLE sample ADD CONSTRAINT some CHECK (n % 20000 <> 7)"
        run -65 at "alone $at" insert "$records"
        assert_line "db-insert: the delivery process was killed: starting a new one"
        assert_line --partial ":7: the database rejects the record: "
        assert_line --partial ":40007: the database rejects the record: "
        run -0 query "SELECT COUNT(*) FROM sample"
        assert_output $((RECORDS - 3))
        run -0 jq .record.n "$spool"/*/rejected
        assert_equal "$(sort -nu <<<"$output" | paste -sd ' ')" \
            "7 20007 40007"
        assert_spool_empty
    done
}

@test "kill -9 of both at what they say to each other" {
    killed_feeding "before report 1"
    killed_feeding "after report 3"
    killed_feeding "before report 30"
    killed_feeding "before answer 1"
    killed_feeding "after answer 2"
}

has_ended() {
    ! grep -qsP '^State:\t[^ZX]' "/proc/$1/status"
}

@test "kill -9 of the process that reads: the other one ends with it" {
    local children

    insert_from_pipe
    feed 1 10
    wait_for 30 has_rows 10
    children=$(cat "/proc/$pid/task/$pid/children")
    [ -n "$children" ]
    kill -KILL "$pid"
    wait_for 10 has_ended "${children% }"
    finish 137
}

# --- the server is killed ---------------------------------------------------

@test "kill -9 of the server, several times" {
    local n

    own_server
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe
    for n in 0 1 2; do
        feed $((n * 20000 + 1)) $(((n + 1) * 20000))
        wait_for 30 has_row $((n * 20000 + 1))
        mariadb_kill "$BATS_TEST_TMPDIR/own"
        own_server
    done
    finish 0
    assert_numbers 60000
    assert_spool_empty
}

@test "a server that stops answering: input is read, nothing is lost" {
    local server

    own_server
    server=$(cat "$BATS_TEST_TMPDIR/own/pid")
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe --timeout=1
    feed 1 100
    wait_for 30 has_rows 100
    kill -STOP "$server"
    feed 101 40000
    finish 75
    says "[0-9]+ records are in the spool .*: db-insert --drain delivers them"
    kill -CONT "$server"
    assert_equal "$(held)" 40000
    run -0 insert --drain
    assert_output ""
    assert_numbers 40000
    assert_spool_empty
}

@test "a server that stops for a while: it goes on" {
    local server n

    own_server
    server=$(cat "$BATS_TEST_TMPDIR/own/pid")
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe
    for n in 0 1 2; do
        feed $((n * 10000 + 1)) $(((n + 1) * 10000))
        wait_for 30 has_row $((n * 10000 + 1))
        kill -STOP "$server"
        feed $((30000 + n * 100 + 1)) $((30000 + (n + 1) * 100))
        kill -CONT "$server"
    done
    finish 0
    assert_numbers 30300
}

# --- the connection is cut --------------------------------------------------

@test "a connection cut in the middle of a batch" {
    local at

    for at in "cut within send 40" "cut before send 41" \
        "cut within send-commit 4" "cut after send-commit 3"; do
        echo "# $at"
        afresh
        run -0 at "$at" insert < <(cat "$records")
        assert_line --partial "lost the database: "
        assert_line "db-insert: the database is back"
        assert_numbers "$RECORDS"
        assert_spool_empty
    done
}
