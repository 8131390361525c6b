#!/usr/bin/env bats
# The views: one row for a station, days of the session's time zone, what is
# newest. The server's own zone has daylight saving, and no time zone tables.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

setup_file() {
    TZ=Europe/Berlin mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
}

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    data=$here/data
    database=test_$BATS_TEST_NUMBER
    records=$BATS_TEST_TMPDIR/records
    mariadb_query "CREATE DATABASE $database"
    insert </dev/null
    run_file "$top/db-insert/views.sql"
}

assert_query() {
    run -0 query "$1"
    assert_output "$2"
}

# record TIME NAME [FIELDS]
record() {
    printf '{"time":"%s","name":"%s"%s}\n' "$1" "$2" "${3:+,$3}"
}

views="newest newest_pack cells energy_a_quarter energy_an_hour energy_a_day
    energy_a_month energy_a_year link_a_day"

# --- days -------------------------------------------------------------------

# days ZONE: covered seconds and kWh of each local day, from the quarters.
days() {
    query "SET time_zone = '+00:00'; SELECT UNIX_TIMESTAMP(start), seconds,
        COALESCE(dc_input_wh, 0) FROM period WHERE minutes = 15" |
        TZ=$1 awk -v format="$2" '{
            day = strftime(format, $1)
            seconds[day] += $2
            wh[day] += $3
        }
        END { for (day in wh) {
            if (seconds[day] > 0)
                printf "%s %.1f %.4f\n", day, seconds[day], wh[day] / 1000 } }' |
        sort
}

# view NAME KEY ZONE: the same by a view.
view() {
    query "SET time_zone = '$3'; SELECT CONCAT_WS(' ', $2,
        FORMAT(covered, 1, 'en_US'), FORMAT(COALESCE(dc_input_kwh, 0), 4, 'en_US'))
        FROM $1 WHERE covered > 0" | tr -d , | sort
}

@test "days, months and years are those of the zone, with daylight saving" {
    local zone

    random_records 1 1774500000 400 >"$records"
    random_records 2 1792700000 400 >>"$records"
    random_records 3 1798700000 100 >>"$records"
    insert "$records"
    assert_longer
    diff <(days Europe/Berlin %F) <(view energy_a_day day SYSTEM)
    diff <(days EST5 %F) <(view energy_a_day day -05:00)
    diff <(days UTC %F) <(view energy_a_day day +00:00)
    diff <(days IST-5:30 %F) <(view energy_a_day day +05:30)
    diff <(days NPT-5:45 %F) <(view energy_a_day day +05:45)
    diff <(days NST3:30 %F) <(view energy_a_day day -03:30)
    diff <(days Europe/Berlin %Y-%m) <(view energy_a_month month SYSTEM)
    diff <(days NPT-5:45 %Y-%m) <(view energy_a_month month +05:45)
    diff <(days Europe/Berlin %Y) <(view energy_a_year year SYSTEM)
    diff <(days Europe/Berlin %s) <(view energy_a_quarter epoch SYSTEM)
}

@test "days of the server's time zone and of UTC come from the parts of days" {
    local zone

    awk 'BEGIN { for (t = 1774569600; t < 1775001600; t += 600)
        printf "{\"time\":\"%s\",\"name\":\"S\",\"dc_input_power\":%d}\n",
            strftime("%Y-%m-%dT%H:%M:%SZ", t, 1), t / 600 % 97 }' | insert
    days Europe/Berlin %F >"$BATS_TEST_TMPDIR/berlin"
    days UTC %F >"$BATS_TEST_TMPDIR/utc"
    query "DELETE FROM period WHERE minutes > 0"
    view energy_a_day day SYSTEM | diff "$BATS_TEST_TMPDIR/berlin" -
    view energy_a_day day +00:00 | diff "$BATS_TEST_TMPDIR/utc" -
    for zone in +02:00 +01:00 -05:00 +05:30; do
        run -0 view energy_a_day day "$zone"
        assert_output ''
    done
}

# What was stored while the server had another time zone is right in each, and
# touched, it is fast again.
@test "the server gets another time zone" {
    random_records 1 1774500000 400 >"$records"
    insert "$records"
    query "SET time_zone = '+00:00'; UPDATE period
        SET start = start - INTERVAL 3 HOUR WHERE minutes = 0 AND TIME(start)"
    diff <(days Europe/Berlin %F) <(view energy_a_day day SYSTEM)
    query "UPDATE period SET touched = touched + 1 WHERE minutes = 15"
    insert </dev/null
    assert_longer
    days Europe/Berlin %F >"$BATS_TEST_TMPDIR/berlin"
    query "DELETE FROM period WHERE minutes > 0"
    view energy_a_day day SYSTEM | diff "$BATS_TEST_TMPDIR/berlin" -
}

@test "days have 23 and 25 hours, and the doubled hour is two" {
    awk 'BEGIN { for (t = 1774738800 - 3600; t < 1774738800 + 86400; t += 300)
            print t
        for (t = 1792875600 - 3600; t < 1792875600 + 97200; t += 300)
            print t }' | TZ=UTC awk '{ printf "{\"time\":\"%s\",\"name\":\"S\"," \
            "\"dc_input_power\":1000}\n", strftime("%Y-%m-%dT%H:%M:%SZ", $1) }' |
        insert
    assert_query "SELECT day, covered / 3600, dc_input_kwh FROM energy_a_day
        WHERE day IN ('2026-03-29', '2026-10-25')" \
        "2026-03-29	23	23
2026-10-25	25	25"
    assert_query "SELECT COUNT(*), COUNT(DISTINCT epoch) FROM energy_an_hour
        WHERE DATE(time) = '2026-10-25'" "25	25"
    assert_query "SELECT COUNT(*), COUNT(DISTINCT epoch) FROM energy_an_hour
        WHERE DATE(time) = '2026-10-25' AND HOUR(time) = 2" "2	2"
    run -0 query "SET time_zone = '+05:30'; SELECT COUNT(*),
        MIN(MINUTE(time)), MAX(epoch % 3600), MAX(covered)
        FROM energy_an_hour WHERE DATE(time) = '2026-10-26'"
    assert_output --regexp '^[0-9]+	0	1800	3600$'
}

# What energy_a_day of version 1 showed, by days of UTC.
old_days() {
    query "SELECT DATE(power.time), ROUND(SUM(dc_input_power * hours) / 1000, 3)
        FROM (SELECT time, dc_input_power,
            LEAST(TIMESTAMPDIFF(MICROSECOND, time, LEAD(time) OVER
                (ORDER BY time)) / 3600e6, 1 / 6) AS hours
            FROM sample) AS power GROUP BY DATE(power.time)"
}

@test "a month of clear days: within 2 % of what the older view showed" {
    awk 'BEGIN { for (t = 1780272000; t < 1782864000; t += 60) {
        power = -900 * cos(2 * 3.14159265 * t / 86400)
        printf "%d %.1f\n", t, (power > 0 ? power : 0) } }' |
        TZ=UTC awk '{ printf "{\"time\":\"%s\",\"name\":\"S\"," \
            "\"dc_input_power\":%s}\n",
            strftime("%Y-%m-%dT%H:%M:%SZ", $1), $2 }' >"$records"
    insert "$records"
    old_days >"$BATS_TEST_TMPDIR/old"
    query "SET time_zone = '+00:00'; SELECT day, dc_input_kwh
        FROM energy_a_day" | paste "$BATS_TEST_TMPDIR/old" - | awk '
        $1 != $3 || $2 < 6 || $4 < 0.98 * $2 || $4 > 1.02 * $2 {
            print; failed = 1 }
        END { if (NR != 30) print NR; exit failed || NR != 30 }'
    assert_sums
}

# --- one row for a station ----------------------------------------------------

@test "a renamed station is one row in each view, two of one name are two" {
    local name

    {
        record 2026-11-22T10:00:00Z OLD '"address":"00:11:22:33:44:01","serial_number":1'
        record 2026-11-22T10:05:00Z NEW '"address":"00:11:22:33:44:01","serial_number":1,"cell_voltages":[3.3,3.2]'
        record 2026-11-22T10:05:00Z NEW '"address":"00:11:22:33:44:02","serial_number":2,"cell_voltages":[3.3,3.2]'
        record 2026-11-22T10:00:00Z OLD '"address":"00:11:22:33:44:01","pack":1'
        record 2026-11-22T10:05:00Z NEW '"address":"00:11:22:33:44:01","pack":1'
        record 2026-11-22T10:05:00Z NEW '"address":"00:11:22:33:44:02","pack":1'
    } | insert
    run_file "$top/db-insert/views.sql"
    for name in $views; do
        assert_query "SELECT COUNT(*), COUNT(DISTINCT device_id), MIN(name),
            MAX(name) FROM $name" "2	2	NEW	NEW"
    done
    assert_query "SELECT records FROM energy_a_day ORDER BY records" "1
2"
}

@test "the newest, its age, and no record of the future" {
    local now

    printf -v now '%(%s)T'
    {
        record "$(date -u -d @$((now - 100)) +%FT%T.250Z)" S '"n":1'
        record "$(date -u -d @$((now - 200)) +%FT%TZ)" S '"n":2'
        record "$(date -u -d @$((now - 100)) +%FT%TZ)" S '"pack":1,"n":4'
        record 2036-02-07T06:28:00Z S '"n":3'
        record 2036-02-07T06:28:00Z S '"pack":1,"n":3'
        record 2036-02-07T06:28:00Z FUTURE '"n":3'
    } | insert 2>/dev/null
    run_file "$top/db-insert/views.sql"
    assert_query "SELECT name, n, age BETWEEN 99 AND 160 FROM newest" "S	1	1"
    assert_query "SELECT name, pack, n FROM newest_pack" "S	1	4"
    assert_query "SELECT time FROM newest" \
        "$(TZ=Europe/Berlin date -d @$((now - 100)) '+%F %T.250')"
    assert_query "SET time_zone = '+05:30'; SELECT time FROM newest" \
        "$(TZ=IST-5:30 date -d @$((now - 100)) '+%F %T.250')"
}

@test "records of the future are removed as the manual says" {
    record 2036-02-07T06:28:00Z S '"dc_input_power":3' | insert 2>/dev/null
    record 2026-02-07T06:28:00Z S '"dc_input_power":3' | insert
    query "DELETE FROM sample WHERE time > UTC_TIMESTAMP() + INTERVAL 1 DAY;
        DELETE FROM pack_sample WHERE time > UTC_TIMESTAMP() + INTERVAL 1 DAY;
        UPDATE period SET touched = touched + 1 WHERE minutes = 15
            AND start > NOW() + INTERVAL 1 DAY"
    insert </dev/null
    assert_query "SELECT year FROM energy_a_year" 2026
}

@test "cells: lowest, highest, spread and the number of the weakest" {
    record 2026-11-22T10:00:00Z S '"pack":2,"cell_voltages":[3.31,3.29,3.3,3.32,3.3,3.31,3.3,3.3,3.3,3.3]' |
        insert
    run_file "$top/db-insert/views.sql"
    assert_query "SELECT name, pack, cells, lowest, highest, spread, weakest
        FROM cells" "S	2	10	3.29	3.32	0.0300	2"
}

@test "the link of a day: records, failed ones, and what they cover" {
    {
        record 2026-11-22T10:00:00Z S
        record 2026-11-22T10:06:00Z S '"failed":["70+21 timeout"]'
        record 2026-11-22T13:00:00Z S
        record 2026-11-22T13:00:01Z S
    } | insert
    assert_query "SELECT day, records, failed, failed_percent, covered_hours
        FROM link_a_day" "2026-11-22	4	1	25.0	0.27"
}

@test "energy of home systems" {
    {
        record 2026-11-22T10:00:00Z S '"model":"EP600","pv_input_power_all":6000,"grid_power_all":-1200,"consumption_power_all":600'
        record 2026-11-22T10:10:00Z S
    } | insert
    assert_query "SELECT dc_input_kwh, ac_input_kwh, ac_input_reverse_kwh,
        ac_output_kwh, dc_output_kwh FROM energy_a_day" "1	0	0.2	0.1	NULL"
}

@test "names of columns that the views had stay" {
    assert_query "SELECT TABLE_NAME, GROUP_CONCAT(COLUMN_NAME
            ORDER BY ORDINAL_POSITION) FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = DATABASE() AND
        (TABLE_NAME LIKE 'newest%' AND COLUMN_NAME IN ('name', 'model',
            'device_id', 'time', 'pack', 'extra') OR
        TABLE_NAME = 'energy_a_day' AND ORDINAL_POSITION <= 6)
        GROUP BY TABLE_NAME" \
        "energy_a_day	name,day,dc_input_kwh,ac_input_kwh,ac_output_kwh,dc_output_kwh
newest	name,model,device_id,time,extra
newest_pack	name,model,device_id,pack,time,extra"
}
