# What the tests of devices, sums and views share: a server for each file,
# random records, and whether the sums are what the raw rows say. After
# mariadb.bash; setup() names the $database.

setup_file() {
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

insert() {
    db-insert --no-defaults --socket="$MARIADB_SOCKET" --user=root \
        --database="$database" "$@"
}

query() {
    mariadb_query --database="$database" "$1"
}

# run_file FILE: as an administrator does.
run_file() {
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        "$database" <"$1"
}

# random_records SEED TIME COUNT: records of station S from a time in seconds
# since 1970 on, with gaps, powers of either sign and values that are missing.
random_records() {
    awk -v seed="$1" -v time="$2" -v count="$3" '
        function pick(list, n, part) {
            n = split(list, part, " ")
            return part[int(rand() * n) + 1]
        }
        function field(name, value) {
            return rand() < 0.1 ? "" : sprintf(",\"%s\":%s", name, value)
        }
        BEGIN {
            srand(seed)
            for (i = 0; i < count; i++) {
                printf "{\"time\":\"%s.%03dZ\",\"name\":\"S\"%s%s%s%s%s%s}\n",
                    strftime("%Y-%m-%dT%H:%M:%S", int(time), 1),
                    (time - int(time)) * 1000 + 0.5,
                    field("dc_input_power", int(rand() * 900)),
                    field("ac_input_power", int(rand() * 900) - 400),
                    field("ac_output_power", rand() < 0.3 ? 0 : 100),
                    field("dc_output_power", int(rand() * 30)),
                    field("total_battery_percent", int(rand() * 101)),
                    rand() < 0.05 ? ",\"failed\":[\"70+21 timeout\"]" : ""
                time += pick("60 60 60 60 60 60 59.999 5 119 599.999 600 " \
                    "600.001 840 900 4000 20000") + int(rand() * 500) / 1000
            }
        }' /dev/null
}

# shuffled SEED: the lines of standard input in another order.
shuffled() {
    awk -v seed="$1" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' |
        sort -n | cut -f 2-
}

# All that is stored is summed, and right: by the plain computation.
assert_sums() {
    query "SET time_zone = '+00:00';
        SELECT part_of, UNIX_TIMESTAMP(time) + 0e0,
            JSON_EXISTS(sample.extra, '$.failed') <=> 1,
            total_battery_percent,
            COALESCE(dc_input_power, pv_input_power_all),
            COALESCE(ac_input_power, grid_power_all),
            COALESCE(ac_output_power, consumption_power_all),
            dc_output_power
        FROM sample JOIN device ON id = device_id ORDER BY part_of, time" \
        >"$BATS_TEST_TMPDIR/rows"
    query "SET time_zone = '+00:00';
        SELECT device_id, minutes, UNIX_TIMESTAMP(start), records, failed,
            seconds, charge_first, charge_last, charge_least, charge_most,
            dc_input_wh, dc_input_reverse_wh, ac_input_wh,
            ac_input_reverse_wh, ac_output_wh, ac_output_reverse_wh,
            dc_output_wh, dc_output_reverse_wh
        FROM period" >"$BATS_TEST_TMPDIR/periods"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/rows")" -gt 0 ]
    awk -f "$here/sums.awk" "$BATS_TEST_TMPDIR/rows" \
        "$BATS_TEST_TMPDIR/periods"
    [ "$(query "SELECT COUNT(*) FROM period WHERE touched")" = 0 ]
}

# longer_differ MINUTES SECONDS: how many spans of SECONDS the sums of MINUTES
# are not those of the quarter hours in.
longer_differ() {
    query "SELECT COUNT(*) FROM (
        SELECT device_id, FLOOR(UNIX_TIMESTAMP(start) / $2) AS span,
            SUM(IF(minutes = 15, records, 0)) AS q_records,
            SUM(IF(minutes = $1, records, 0)) AS l_records,
            SUM(IF(minutes = 15, seconds, 0)) AS q_seconds,
            SUM(IF(minutes = $1, seconds, 0)) AS l_seconds,
            SUM(IF(minutes = 15, ac_input_reverse_wh, 0)) AS q_wh,
            SUM(IF(minutes = $1, ac_input_reverse_wh, 0)) AS l_wh,
            MIN(IF(minutes = 15, charge_least, NULL)) AS q_least,
            MIN(IF(minutes = $1, charge_least, NULL)) AS l_least
        FROM period GROUP BY device_id, span
        HAVING q_records <> l_records OR ABS(q_seconds - l_seconds) > 1e-6
            OR ABS(q_wh - l_wh) > 1e-6 OR NOT q_least <=> l_least) AS h"
}

# Hours, and parts of days, are the sums of their quarters.
assert_longer() {
    [ "$(longer_differ 60 3600)" = 0 ]
    [ "$(longer_differ 0 86400)" = 0 ]
}
