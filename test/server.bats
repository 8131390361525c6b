#!/usr/bin/env bats
# What a server may say in place of taking records: what passes is waited for,
# and said once; nothing is lost.

bats_require_minimum_version 1.5.0

load common
. "$here/spool.bash"

setup_file() {
    # What is set here is set for the whole server.
    export BATS_NO_PARALLELIZE_WITHIN_FILE=true
    spool_server
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    spool_setup
    # What is set for all does not hold for root.
    user=user_$BATS_TEST_NUMBER
    mariadb_query "CREATE OR REPLACE USER $user@localhost IDENTIFIED BY 'one';
        GRANT ALL ON $database.* TO $user@localhost"
    login+=(--user="$user" --password=one)
}

teardown() {
    spool_teardown
    MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock mariadb_query "SET GLOBAL read_only = 0, max_allowed_packet = 16777216,
        init_connect = ''"
}

# Ends the connections of db-insert.
kill_connections() {
    mariadb_query "SELECT CONCAT('KILL ', ID)
        FROM information_schema.PROCESSLIST WHERE USER = '$user'" |
        while read -r statement; do mariadb_query "$statement"; done
}

# begin: db-insert has delivered a record.
begin() {
    insert_from_pipe
    feed 1 1
    wait_for 30 has_rows 1
}

# ends_well: db-insert tells that all is well, and has delivered two.
ends_well() {
    wait_for 40 has_rows 2
    finish 0
    run -0 cat "$said"
    [ "${#lines[@]}" = 2 ]
    assert_line --index 1 "db-insert: the database is back"
    assert_numbers 2
}

@test "read-only: waited for" {
    begin
    mariadb_query "SET GLOBAL read_only = 1"
    feed 2 2
    wait_for 30 says "lost the database: .*read-only.*; trying again"
    mariadb_query "SET GLOBAL read_only = 0"
    ends_well
}

@test "no connection is free: waited for" {
    begin
    mariadb_query "GRANT USAGE ON *.* TO $user@localhost
        WITH MAX_USER_CONNECTIONS 1"
    kill_connections
    # Somebody else has the one that there may be.
    mkfifo "$BATS_TEST_TMPDIR/statements"
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" \
        --user="$user" --password=one --unbuffered --batch \
        <"$BATS_TEST_TMPDIR/statements" >"$BATS_TEST_TMPDIR/answers" 3>&- &
    exec 8>"$BATS_TEST_TMPDIR/statements"
    echo "SELECT 'connected';" >&8
    wait_for 30 grep -q connected "$BATS_TEST_TMPDIR/answers"
    feed 2 2
    wait_for 30 says "lost the database: "
    exec 8>&-
    ends_well
}

@test "another password: waited for, and said clearly" {
    begin
    mariadb_query "ALTER USER $user@localhost IDENTIFIED BY 'two'"
    kill_connections
    feed 2 2
    wait_for 30 says "the database denies it: Access denied for user .*; trying again"
    mariadb_query "ALTER USER $user@localhost IDENTIFIED BY 'one'"
    wait_for 40 has_rows 2
    finish 0
    says "the database is back"
    assert_numbers 2
}

@test "a right that is taken away and given back: waited for" {
    begin
    mariadb_query "REVOKE INSERT ON $database.* FROM $user@localhost"
    kill_connections
    feed 2 2
    wait_for 30 says "the database denies it: .*; trying again"
    mariadb_query "GRANT INSERT ON $database.* TO $user@localhost"
    wait_for 40 has_rows 2
    finish 0
    assert_numbers 2
}

@test "a right that was never there: 77, and the records are kept" {
    run -0 insert < <(numbered 1 1)
    mariadb_query "REVOKE INSERT ON $database.* FROM $user@localhost"
    run -77 insert < <(numbered 2 2)
    assert_line --index 0 --partial "INSERT"
    assert_line --index 1 --partial "1 records are in the spool "
    mariadb_query "GRANT INSERT ON $database.* TO $user@localhost"
    run -0 insert --drain
    assert_numbers 2
}

# alters: how often columns have been asked for, on the whole server.
alters() {
    mariadb_query "SHOW GLOBAL STATUS LIKE 'Com_alter_table'" | cut -f 2
}

# new_field NUMBER: a record that has one, and how many tries to make its column
# it brought.
new_field() {
    local before

    before=$(alters)
    printf '{"time":"2026-01-01T00:00:%02dZ","name":"S","new":%d}\n' \
        "$1" "$1" >&9
    wait_for 30 has_rows "$1"
    tries=$(($(alters) - before))
}

@test "no right to add columns: asked for again after a minute, not sooner" {
    local ACCELERATED

    insert </dev/null
    mariadb_query "REVOKE ALTER ON $database.* FROM $user@localhost"
    insert_from_pipe
    new_field 1
    assert_equal "$tries" 1
    new_field 2
    assert_equal "$tries" 0
    finish 0
    # Now faster, but for valgrind.
    accelerate 100
    [ -n "${ACCELERATED:-}" ] || return 0
    insert_from_pipe
    new_field 3
    mariadb_query "GRANT ALTER ON $database.sample TO $user@localhost"
    for n in {4..59}; do
        new_field "$n"
        [ "$tries" = 0 ] || break
        sleep 0.05
    done
    finish 0
    assert_equal "$(query "SELECT new FROM sample WHERE new IS NOT NULL")" "$n"
}

@test "a table that somebody has locked: waited for" {
    begin
    mkfifo "$BATS_TEST_TMPDIR/statements"
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        --unbuffered --batch "$database" <"$BATS_TEST_TMPDIR/statements" \
        >"$BATS_TEST_TMPDIR/answers" 3>&- &
    exec 8>"$BATS_TEST_TMPDIR/statements"
    echo "LOCK TABLES sample WRITE; SELECT 'locked';" >&8
    wait_for 30 grep -q locked "$BATS_TEST_TMPDIR/answers"
    feed 2 2
    wait_for 60 says "the database asks to try again: Lock wait timeout"
    exec 8>&-
    ends_well
}

@test "a deadlock: the other one wins, and both are in" {
    begin
    mkfifo "$BATS_TEST_TMPDIR/statements"
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        --unbuffered --batch "$database" <"$BATS_TEST_TMPDIR/statements" \
        >"$BATS_TEST_TMPDIR/answers" 3>&- &
    exec 8>"$BATS_TEST_TMPDIR/statements"
    # db-insert has the row of device and waits for that of sample; then this
    # one, which has changed more, wants that of device.
    echo "BEGIN; UPDATE sample SET n = n; SELECT SLEEP(0);
        CREATE TEMPORARY TABLE t (i INT) ENGINE=InnoDB;
        INSERT INTO t SELECT seq FROM seq_1_to_1000; SELECT 'locked';" >&8
    wait_for 30 grep -q locked "$BATS_TEST_TMPDIR/answers"
    feed 1 2
    wait_for 30 is_waiting
    echo "UPDATE device SET model = 'other'; COMMIT; SELECT 'done';" >&8
    wait_for 30 grep -q done "$BATS_TEST_TMPDIR/answers"
    exec 8>&-
    wait_for 40 has_rows 2
    finish 0
    [ ! -s "$said" ]
    assert_numbers 2
}

# Whether a transaction of db-insert waits for a row.
is_waiting() {
    [ "$(mariadb_query "SELECT COUNT(*) FROM information_schema.INNODB_TRX
        WHERE trx_state = 'LOCK WAIT'")" = 1 ]
}

# --- what a connection begins with ------------------------------------------------

# The name and the text are stored as they are: as UTF-8, of a device that has
# one row.
stores_texts() {
    printf '{"time":"2026-01-01T00:00:0%dZ","name":"Ä🔋","s":"ü🔋","l":["é🔋"]}\n' \
        1 2 >"$records"
    run -0 insert "$records"
    assert_output ""
    run -0 query "SELECT DISTINCT HEX(name), HEX(s), HEX(l) FROM sample, device"
    assert_output "C384F09F948B	C3BCF09F948B	5B22C3A9F09F948B225D"
}

@test "texts are UTF-8, whatever init_connect says" {
    mariadb_query "SET GLOBAL init_connect = \"SET NAMES latin1, sql_mode = '',
        time_zone = '+05:00', autocommit = 1\""
    stores_texts
    query "DROP TABLE device, sample, pack_sample"
    mariadb_query "SET GLOBAL init_connect = 'SET NAMES utf8mb3'"
    stores_texts
}

@test "texts are UTF-8, whatever the server takes clients for" {
    own_server --skip-character-set-client-handshake \
        --character-set-server=latin1
    mariadb_query "CREATE DATABASE $database;
        CREATE USER $user@localhost IDENTIFIED BY 'one';
        GRANT ALL ON $database.* TO $user@localhost"
    stores_texts
}

@test "a transaction reads what was there when it began" {
    mariadb_query "SET GLOBAL init_connect = 'SET SESSION TRANSACTION
        ISOLATION LEVEL READ UNCOMMITTED, READ ONLY'"
    insert_from_pipe
    feed 1 1
    wait_for 30 has_rows 1
    finish 0
    [ ! -s "$said" ]
}

@test "a server that takes small packets only" {
    mariadb_query "SET GLOBAL max_allowed_packet = 65536"
    numbered 1 5000 >"$records"
    run -0 insert "$records"
    assert_output ""
    assert_numbers 5000
}

@test "a record that is too long for them is kept, the others are inserted" {
    mariadb_query "SET GLOBAL max_allowed_packet = 65536"
    {
        numbered 1 10
        printf '{"time":"2026-01-01T00:00:00Z","name":"S","text":"%070000d"}\n' 0
        numbered 11 20
    } >"$records"
    run -65 insert "$records"
    assert_output --partial ":11: the database rejects the record: it exceeds max_allowed_packet of the server (65536 bytes)"
    assert_numbers 20
    run -0 jq -r '.record.text | length' "$spool"/*/rejected
    assert_output 70000
}
