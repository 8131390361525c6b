#!/usr/bin/env bats
# Sums of quarter hours: what a plain computation over the raw rows gives,
# whatever came late, again, or corrected.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=test_$BATS_TEST_NUMBER
    records=$BATS_TEST_TMPDIR/records
    mariadb_query "CREATE DATABASE $database"
}

# record TIME [FIELDS]: one of station S on 22 November.
record() {
    printf '{"time":"2026-11-22T%sZ","name":"S"%s}\n' "$1" "${2:+,$2}"
}

# sums COLUMNS: of the quarter hours with any.
sums() {
    query "SET time_zone = '+00:00'; SELECT TIME(start), $1 FROM period
        WHERE minutes = 15 AND (records > 0 OR seconds > 0) ORDER BY start"
}

@test "a power holds until the next record, but for ten minutes at most" {
    {
        record 10:00:00 '"dc_input_power":360,"total_battery_percent":50'
        record 10:05:00 '"dc_input_power":720,"total_battery_percent":40'
        record 10:44:00 '"dc_input_power":36,"total_battery_percent":60'
        record 10:46:00 '"dc_input_power":3600'
    } | insert
    run -0 sums "records, seconds, dc_input_wh, charge_first, charge_last,
        charge_least, charge_most"
    assert_output "10:00:00	2	900	150	50	40	40	50
10:30:00	1	60	0.6	60	60	60	60
10:45:00	1	60	0.6	NULL	NULL	NULL	NULL"
    assert_sums
}

@test "the newest record counts once another one follows, however late" {
    record 10:14:00 '"dc_input_power":360' | insert
    run -0 sums "seconds, dc_input_wh"
    assert_output "10:00:00	0	0"
    record 20:00:00 | insert
    run -0 sums "seconds, dc_input_wh"
    assert_output "10:00:00	60	6
10:15:00	540	54
20:00:00	0	NULL"
    assert_sums
}

@test "flows of either direction are split" {
    {
        record 10:00:00 '"ac_input_power":360,"ac_output_power":-36'
        record 10:01:00 '"ac_input_power":-720,"ac_output_power":0'
        record 10:02:00
    } | insert
    run -0 sums "ac_input_wh, ac_input_reverse_wh, ac_output_wh,
        ac_output_reverse_wh, dc_output_wh"
    assert_output "10:00:00	6	12	0	0.6	NULL"
    assert_sums
}

@test "home systems have solar, mains and load" {
    {
        record 10:00:00 '"pv_input_power_all":360,"grid_power_all":-720,"consumption_power_all":36'
        record 10:01:00
    } | insert
    run -0 sums "dc_input_wh, ac_input_wh, ac_input_reverse_wh, ac_output_wh"
    assert_output "10:00:00	6	0	12	0.6"
}

# Late, again and corrected, in any order and in parts of any size; the four
# days have either change of daylight saving in them.
@test "random records give what a plain computation gives" {
    local seed size

    for seed in 1 2 3 4 5 6; do
        query "DROP TABLE IF EXISTS sample, pack_sample, device, period,
            schema_version"
        {
            random_records "$seed" 1774656000.25 300
            random_records "$seed" 1792800000.5 300
            random_records "$((seed + 100))" 1774656000.25 60
        } | shuffled "$seed" >"$records"
        size=$((seed * 97))
        rm -f "$records".*
        split -l "$size" "$records" "$records."
        for part in "$records".*; do
            insert "$part"
            assert_sums
        done
        # As an identity of its own, which is of the same device.
        random_records "$((seed + 200))" 1774700000 50 |
            sed 's/"name"/"address":"00:11:22:33:44:55",&/' | insert
        insert "$records.aa"
        assert_sums
        assert_longer
    done
}

@test "a record corrected with --replace, and one out of range" {
    {
        record 10:00:00 '"dc_input_power":360,"ac_input_power":36'
        record 10:05:00 '"dc_input_power":720'
        record 10:10:00
    } >"$records"
    insert "$records"
    record 10:00:00 '"dc_input_power":36' | insert --replace
    record 10:05:00 '"out_of_range":["dc_input_power"]' | insert
    run -0 sums "dc_input_wh, ac_input_wh"
    assert_output "10:00:00	3	NULL"
    assert_sums
}

@test "rows deleted by hand: one statement" {
    random_records 7 1774656000 400 | insert
    query "DELETE FROM sample WHERE time >= '2026-03-28 12:00'
        AND time < '2026-03-28 18:00'"
    query "SET time_zone = '+00:00';
        UPDATE period SET touched = touched + 1 WHERE minutes = 15
        AND start BETWEEN '2026-03-28 12:00' AND '2026-03-28 18:00'"
    insert </dev/null
    assert_sums
    assert_longer
}

@test "several at once: nothing is missed" {
    local n pids=()

    random_records 8 1774656000 2000 | shuffled 8 >"$records"
    rm -f "$records".*
    split -n l/4 "$records" "$records."
    for n in a b c d; do
        insert "$records.a$n" 3>&- &
        pids+=($!)
    done
    for n in "${pids[@]}"; do
        wait "$n"
    done
    insert </dev/null
    assert_sums
    assert_longer
}

@test "times that a sum cannot have are stored all the same" {
    printf '{"time":"%s","name":"S","dc_input_power":1}\n' \
        1970-01-01T00:00:00Z 2038-06-01T00:00:00Z 9999-12-31T23:59:59Z \
        2026-01-01T00:00:00Z >"$records"
    insert "$records"
    [ "$(query "SELECT COUNT(*) FROM sample")" = 4 ]
    [ "$(query "SELECT COUNT(*) FROM period
        WHERE records AND minutes = 15")" = 1 ]
}

@test "what a killed db-insert left touched, the next one computes" {
    random_records 9 1774656000 300 >"$records"
    insert "$records"
    query "UPDATE period SET touched = 3, dc_input_wh = 5, records = 7
        WHERE minutes = 15"
    run assert_sums
    assert_failure
    assert_output --partial 'records is 7, not '
    insert </dev/null
    assert_sums
    assert_longer
}

@test "sums that cannot be computed: a message, and the rows are stored" {
    record 10:00:00 | insert
    query "ALTER TABLE sample DROP COLUMN grid_power_all"
    record 10:01:00 >"$records"
    run -0 insert "$records"
    assert_output --regexp "^db-insert: cannot compute the sums: Unknown column 'grid_power_all' in .*; trying again later\$"
    [ "$(query "SELECT COUNT(*) FROM sample")" = 2 ]
    query "ALTER TABLE sample ADD COLUMN grid_power_all DOUBLE"
    insert </dev/null
    assert_sums
}
