#!/usr/bin/env bats
# Room: raw rows go, sums stay. Backup and restore as bluetti-database(7) says.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=test_$BATS_TEST_NUMBER
    records=$BATS_TEST_TMPDIR/records
    mariadb_query "CREATE DATABASE $database CHARACTER SET utf8mb4"
}

# keep DAYS
keep() {
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        --init-command="SET @days=$1" "$database" <"$top/db-insert/keep.sql"
}

# Records of the last twelve days, and of a pack.
store_days() {
    random_records 1 $((EPOCHSECONDS - 12 * 86400)) 500 |
        awk -v now="$EPOCHSECONDS" '{ print }
            NR % 10 == 0 { sub(/"name"/, "\"pack\":" NR % 3 + 1 ",&"); print }' \
            >"$records"
    insert "$records"
}

# The sums of before or since the date of which rows are kept, but for the hours
# that it is in.
sums() {
    query "SET time_zone = '+00:00'; SELECT * FROM period
        WHERE start $1 (SELECT MAX(kept_from) FROM device)
        ORDER BY device_id, minutes, start"
}

@test "rows go, sums stay, those that come later too" {
    store_days
    query "SELECT * FROM period ORDER BY device_id, minutes, start" \
        >"$BATS_TEST_TMPDIR/before"
    run -0 keep 5
    query "SELECT * FROM period ORDER BY device_id, minutes, start" |
        diff "$BATS_TEST_TMPDIR/before" -
    run -0 query "SELECT MIN(time) BETWEEN
            UTC_DATE() - INTERVAL 5 DAY - INTERVAL 15 MINUTE
            AND UTC_DATE() - INTERVAL 4 DAY,
        (SELECT MIN(time) FROM pack_sample) > UTC_DATE() - INTERVAL 6 DAY,
        (SELECT COUNT(*) FROM pack_sample) > 5, COUNT(*) > 50 FROM sample"
    assert_output "1	1	1	1"
    # All quarter hours are touched; only those since the date are computed.
    query "UPDATE period SET touched = 1 WHERE minutes = 15"
    insert </dev/null
    query "SELECT * FROM period ORDER BY device_id, minutes, start" |
        diff "$BATS_TEST_TMPDIR/before" -
    run -0 keep 5
    assert_output "rows of stations	of packs
0	0"
}

@test "a record older than that is stored and reported, the sums stay" {
    store_days
    keep 5
    sums '<' >"$BATS_TEST_TMPDIR/before"
    head -n 1 "$records" >"$records.old"
    run -0 insert "$records.old"
    assert_output --regexp "^db-insert: a record of S is older than the rows that are kept \(.*\): it is stored, but the sums do not change\$"
    [ "$(query "SELECT COUNT(*) FROM sample
        WHERE time < UTC_DATE() - INTERVAL 6 DAY")" = 1 ]
    sums '<' | diff "$BATS_TEST_TMPDIR/before" -
    [ "$(query "SELECT COUNT(*) FROM period WHERE touched")" = 0 ]
}

@test "what is not summed yet does not go" {
    local count

    store_days
    count=$(query "SELECT COUNT(*) FROM sample")
    query "SET time_zone = '+00:00'; UPDATE period SET touched = 1
        WHERE minutes = 15 AND start < UTC_DATE() - INTERVAL 8 DAY"
    keep 5
    [ "$(query "SELECT COUNT(*) FROM sample")" = "$count" ]
    insert </dev/null
    keep 5
    [ "$(query "SELECT COUNT(*) FROM sample")" -lt "$count" ]
}

@test "the date does not move back, and how many days must be said" {
    store_days
    keep 5
    keep 9
    [ "$(query "SELECT DISTINCT kept_from = UTC_DATE() - INTERVAL 5 DAY
        FROM device")" = 1 ]
    run keep 0
    assert_failure
    run keep NULL
    assert_failure
    assert_output --partial 'how many days?'
}

@test "backup and restore" {
    command -v mariadb-dump >/dev/null || skip "there is no mariadb-dump"
    store_days
    run_file "$top/db-insert/views.sql"
    mariadb-dump --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" \
        --user=root --single-transaction "$database" >"$BATS_TEST_TMPDIR/dump"
    query "SELECT * FROM energy_a_day; SELECT * FROM sample" \
        >"$BATS_TEST_TMPDIR/before"
    mariadb_query "CREATE OR REPLACE DATABASE $database"
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        "$database" <"$BATS_TEST_TMPDIR/dump"
    query "SELECT * FROM energy_a_day; SELECT * FROM sample" |
        diff "$BATS_TEST_TMPDIR/before" -
    insert "$records"
    assert_sums
}
