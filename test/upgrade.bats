#!/usr/bin/env bats
# Databases of older versions become those of this one: test/data/version-1 was
# made by the db-insert of commit af5ad2f, with the rights of its users.sql.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=test_$BATS_TEST_NUMBER
    old=$here/data/version-1
}

# begin: tables of version 1.
begin() {
    mariadb_query "CREATE OR REPLACE DATABASE $database CHARACTER SET utf8mb4"
    run_file "$old/tables.sql"
}

# give_users: the same with the users that were made for it.
give_users() {
    run_file "$old/users.sql"
    mariadb_query "SET PASSWORD FOR bluetti_schema = PASSWORD('s');
        SET PASSWORD FOR bluetti_insert = PASSWORD('i')"
}

insert() {
    db-insert --no-defaults --socket="$MARIADB_SOCKET" --skip-ssl --user=root \
        --database="$database" "$@"
}

# insert_as USER
insert_as() {
    insert --user="bluetti_$1" --password="${1:0:1}" </dev/null
}

# All but the time at which an upgrade was killed.
dump() {
    query "SELECT * FROM device ORDER BY id;
        SELECT * FROM sample ORDER BY device_id, time;
        SELECT * FROM pack_sample ORDER BY device_id, pack, time;
        SELECT * FROM period ORDER BY device_id, minutes, start;
        SELECT * FROM schema_version ORDER BY version"
}

assert_upgraded() {
    [ "$(query "SELECT MAX(version) FROM schema_version")" = 2 ]
    [ "$(query "SELECT COUNT(*) FROM sample")" = 10 ]
    assert_sums
    assert_longer
}

@test "rows stay, are summed, and a renamed station is one device" {
    begin
    query "SELECT device_id, time, extra, dc_input_power FROM sample
        ORDER BY device_id, time; SELECT * FROM pack_sample" \
        >"$BATS_TEST_TMPDIR/before"
    run -0 insert </dev/null
    assert_output ''
    query "SELECT device_id, time, extra, dc_input_power FROM sample
        ORDER BY device_id, time; SELECT * FROM pack_sample" |
        diff "$BATS_TEST_TMPDIR/before" -
    assert_upgraded
    run -0 query "SELECT id, part_of, name FROM device
        WHERE serial_number = 2240000000000 ORDER BY id"
    assert_output "2	2	PBOX2246000000000
3	2	PBOX2246000000000"
    [ "$(query "SELECT SUM(records) FROM period
        WHERE device_id = 2 AND minutes = 15")" = 3 ]
}

@test "records after it belong to the devices before it" {
    begin
    insert "$here/data/records.json"
    [ "$(query "SELECT COUNT(*), COUNT(DISTINCT part_of) FROM device")" = \
        "6	5" ]
    assert_upgraded
}

@test "killed at any step, it is done by the next db-insert" {
    local n status=137

    begin
    insert </dev/null
    dump >"$BATS_TEST_TMPDIR/wanted"
    for ((n = 2; status == 137; n++)); do
        begin
        status=0
        LD_PRELOAD=$build/kill.so KILL_AT="before send $n" \
            ASAN_OPTIONS=verify_asan_link_order=0 db-insert --no-defaults \
            --socket="$MARIADB_SOCKET" --user=root --database="$database" \
            </dev/null || status=$?
        insert </dev/null
        dump | diff "$BATS_TEST_TMPDIR/wanted" -
    done
    [ "$n" -gt 15 ]
}

@test "without the rights: the statements that an administrator must run" {
    begin
    give_users
    run -77 insert_as insert
    assert_line --index -1 --regexp "^db-insert: no right to upgrade the tables to version 2: an administrator must run the statements above, or GRANT CREATE, ALTER"
    sed -n 's/^db-insert: \(.*;\)$/\1/p' <<<"$output" \
        >"$BATS_TEST_TMPDIR/statements"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/statements")" -ge 7 ]
    [ "$(query "SELECT MAX(version) FROM schema_version")" = 1 ]
    run_file "$BATS_TEST_TMPDIR/statements"
    run_file "$top/db-insert/users.sql"
    insert_as insert
    assert_upgraded
}

@test "with the users of this version it needs nobody" {
    begin
    give_users
    # The first steps need no right on the new table.
    run -77 insert_as schema
    run_file "$top/db-insert/users.sql"
    run -0 insert_as schema
    assert_output ''
    run -0 insert_as insert
    assert_upgraded
}

@test "several at once upgrade it together" {
    local n pids=()

    begin
    for n in 1 2 3 4; do
        insert </dev/null 3>&- &
        pids+=($!)
    done
    for n in "${pids[@]}"; do
        wait "$n"
    done
    assert_upgraded
}

parts() {
    query "SELECT device_id, start, last_quarter, records, failed, seconds,
        charge_first, charge_last, charge_least, charge_most, dc_input_wh
        FROM period WHERE minutes = 0 ORDER BY device_id, start"
}

# Also of rows that are no longer kept.
@test "a version 2 without parts of days gets them from the quarter hours" {
    mariadb_query "CREATE DATABASE $database"
    {
        random_records 1 1774500000 300
        printf '{"time":"2026-01-%sZ","name":"S","dc_input_power":5}\n' \
            10T20:00:00 10T20:02:00 11T03:00:00 11T03:02:00
    } | insert
    parts >"$BATS_TEST_TMPDIR/before"
    query "SET time_zone = '+00:00';
        UPDATE device SET kept_from = '2026-03-28';
        DELETE FROM sample WHERE time < '2026-03-27 23:45';
        DELETE FROM period WHERE minutes = 0;
        ALTER TABLE period DROP INDEX span, DROP COLUMN last_quarter,
            ADD INDEX start (minutes, start)"
    run -0 insert </dev/null
    assert_output ''
    assert_longer
    parts | diff "$BATS_TEST_TMPDIR/before" -
}
