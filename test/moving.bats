#!/usr/bin/env bats
# classic-records: what the tables of a classic logger become, once and again.
# Nobody wrote down their types: those here are what people would choose.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

setup_file() {
    TZ=Europe/Berlin mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
    mariadb_query "CREATE USER reader; GRANT SELECT ON *.* TO reader"
}

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=new_$BATS_TEST_NUMBER
    old=old_$BATS_TEST_NUMBER
    mariadb_query "CREATE DATABASE $database; CREATE DATABASE $old"
    cd "$BATS_TEST_TMPDIR"
}

# Nobody may write to the old tables, nor make any.
classic_records() {
    "$top/db-insert/classic-records" --no-defaults --skip-ssl \
        --socket="$MARIADB_SOCKET" --user=reader "$old"
}

old() {
    mariadb_query --database="$old" "$1"
}

# old_tables TIME: the four, with this column for the time.
old_tables() {
    old "CREATE TABLE general_data (id INT AUTO_INCREMENT PRIMARY KEY,
            time $1, device VARCHAR(64), device_type VARCHAR(16),
            serial_number BIGINT, arm_version VARCHAR(16),
            dsp_version DECIMAL(10,2), dc_input_power INT,
            ac_input_power INT, ac_output_power FLOAT,
            dc_output_power VARCHAR(16), power_generation DECIMAL(10,2),
            total_battery_percent INT, ac_output_on BOOLEAN,
            dc_output_on BIT(1));
        CREATE TABLE internal_data (id INT AUTO_INCREMENT PRIMARY KEY,
            time $1, device VARCHAR(64), ac_output_mode VARCHAR(64),
            internal_ac_voltage FLOAT, internal_current_one DOUBLE,
            internal_power_one INT, internal_ac_frequency FLOAT,
            internal_current_two FLOAT, internal_power_two INT,
            ac_input_voltage VARCHAR(16), internal_current_three FLOAT,
            internal_power_three INT, ac_input_frequency FLOAT,
            internal_dc_input_voltage DECIMAL(6,1),
            internal_dc_input_power INT, internal_dc_input_current FLOAT);
        CREATE TABLE settings_data (time $1, device TEXT,
            ups_mode VARCHAR(64), split_phase_on VARCHAR(5),
            split_phase_machine_mode VARCHAR(64), pack_num INT,
            ac_output_on BOOLEAN, dc_output_on BOOLEAN,
            grid_charge_on BOOLEAN, time_control_on BOOLEAN,
            battery_range_start INT, battery_range_end INT,
            bluetooth_connected BOOLEAN, auto_sleep_mode VARCHAR(64));
        CREATE TABLE battery_pack_data (device TEXT, pack_num_max INT,
            total_battery_voltage FLOAT, pack_num INT, pack_voltage FLOAT,
            pack_battery_percent INT, cell_voltages TEXT, noted $1)"
}

# A poll each 20 seconds, as the logger stores it: each read in a row of its own,
# a second later; settings are unknown in some, packs are read in a loop of
# their own.
a_thousand_rows() {
    old_tables "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"
    old "SET @begin = UNIX_TIMESTAMP('2026-03-29 00:50:00');
        INSERT INTO general_data (time, device, dc_input_power,
            ac_input_power, ac_output_power, dc_output_power,
            total_battery_percent)
        SELECT FROM_UNIXTIME(@begin + 20 * seq), 'AC300-2232000000000',
            IF(seq % 11, seq, NULL), IF(seq % 50 < 25, 300, 0), 100, 12,
            seq DIV 4 FROM seq_0_to_299;
        INSERT INTO internal_data (time, device, ac_output_mode,
            internal_ac_voltage)
        SELECT FROM_UNIXTIME(@begin + 20 * seq + 1), 'AC300-2232000000000',
            'OutputMode.INVERTER_OUTPUT', 229 + seq / 10 FROM seq_0_to_299;
        INSERT INTO settings_data (time, device, ups_mode)
        SELECT FROM_UNIXTIME(@begin + 20 * seq + 1), 'AC300-2232000000000',
            IF(seq % 7, 'UpsMode.STANDARD', NULL) FROM seq_0_to_299;
        INSERT INTO battery_pack_data (noted, device, pack_num_max, pack_num,
            total_battery_voltage, pack_voltage, cell_voltages)
        SELECT FROM_UNIXTIME(@begin + 30 * seq), 'AC300-2232000000000', 2,
            1 + seq % 2, 53.9, 53.95, \"['3.36', '3.35', '3.3']\"
        FROM seq_0_to_199"
}

# All that is stored, and of which device.
everything() {
    query "SET time_zone = '+00:00'; SELECT name, sample.* FROM sample
            JOIN device ON id = device_id ORDER BY name, time;
        SELECT name, pack_sample.* FROM pack_sample
            JOIN device ON id = device_id ORDER BY name, pack, time;
        SELECT device_id, minutes, start, records, seconds, charge_last,
            dc_input_wh, ac_input_wh FROM period
            ORDER BY device_id, minutes, start;
        SELECT * FROM device ORDER BY id"
}

move() {
    classic_records | insert --timeout=0
}

@test "a thousand rows: once, twice, interrupted and again are the same tables" {
    a_thousand_rows
    old "CHECKSUM TABLE general_data, internal_data, settings_data,
        battery_pack_data" >before
    move
    everything >once
    assert_equal "$(query 'SELECT COUNT(*), COUNT(dc_input_power),
        COUNT(internal_ac_voltage), COUNT(ups_mode), COUNT(pack_num_max)
        FROM sample')" '300	272	300	257	200'
    assert_equal "$(query 'SELECT COUNT(*), MIN(pack_voltage) FROM pack_sample')" \
        '200	53.95'
    assert_sums
    assert_longer
    move
    everything | diff once -
    query "DROP DATABASE $database; CREATE DATABASE $database"
    { classic_records || :; } | head -n 333 | insert
    run diff once <(everything)
    assert_failure
    move
    everything | diff once -
    old "CHECKSUM TABLE general_data, internal_data, settings_data,
        battery_pack_data" | diff before -
}

@test "each value is what it was: sign, unit and type; unknown is absent" {
    old_tables "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"
    old "INSERT INTO general_data VALUES (1, '2026-01-01 11:00:00',
            'AC300-2232000000000', 'AC300', 2232000000000, '2053.1', 2052.11,
            752, -5, 100.5, '12', 17.10, 78, 1, b'0'),
        (2, '2026-07-01 12:00:00', 'AC300-2232000000000', NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO internal_data (time, device, ac_output_mode,
            internal_ac_voltage, internal_current_one, ac_input_voltage)
        VALUES ('2026-01-01 11:00:01', 'AC300-2232000000000',
            'OutputMode.BYPASS_OUTPUT_C', 229.9, 0.3, '230.1');
        INSERT INTO settings_data (time, device, ups_mode, split_phase_on,
            split_phase_machine_mode, pack_num, ac_output_on, auto_sleep_mode)
        VALUES ('2026-01-01 11:00:02', 'AC300-2232000000000',
            'UpsMode.PV_PRIORITY', 'False', 'MachineAddress.SLAVE', 2, 1,
            'AutoSleepMode.NEVER');
        INSERT INTO battery_pack_data VALUES ('AC300-2232000000000', 2, 53.9,
            1, 53.95, 81, \"['3.36', '3.3']\", '2026-01-01 11:00:12'),
            ('AC300-2232000000000', 2, 53.8, 2, 53.85, NULL,
            \"[Decimal('3.35'), Decimal('3')]\", '2026-01-01 11:00:22')"
    # Later versions of jq leave 17.10 as it is.
    classic_records | jq -c 'del(.name, .model, .serial_number) |
        walk(if type == "number" then . + 0 else . end)' >records
    diff - records <<'END'
{"time":"2026-01-01T10:00:00.000Z","arm_version":"2053.10","dsp_version":"2052.11","dc_input_power":752,"ac_input_power":-5,"ac_output_power":100.5,"dc_output_power":12,"power_generation":17.1,"total_battery_percent":78,"ac_output_on":true,"dc_output_on":false}
{"time":"2026-01-01T10:00:00.000Z","ac_output_mode":"BYPASS_OUTPUT_C","internal_ac_voltage":229.9,"internal_current_one":0.3,"ac_input_voltage":230.1}
{"time":"2026-01-01T10:00:00.000Z","ups_mode":"PV_PRIORITY","split_phase_on":false,"split_phase_machine_mode":"SLAVE","pack_num":2,"ac_output_on":true,"auto_sleep_mode":"NEVER"}
{"time":"2026-01-01T10:00:00.000Z","pack_num_max":2,"total_battery_voltage":53.9}
{"time":"2026-01-01T10:00:12.000Z","pack":1,"pack_voltage":53.95,"pack_battery_percent":81,"cell_voltages":[3.36,3.3]}
{"time":"2026-01-01T10:00:22.000Z","pack":2,"pack_voltage":53.85,"cell_voltages":[3.35,3]}
END
    move
    assert_equal "$(query "SELECT name, model, serial_number, arm_version,
        dc_input_power, internal_ac_voltage, ups_mode, total_battery_voltage
        FROM sample JOIN device ON id = device_id")" \
        'AC3002232000000000	AC300	2232000000000	2053.10	752	229.9	PV_PRIORITY	53.9'
}

@test "what is no value of its column is left out, and counted" {
    old_tables "TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP"
    old "SET sql_mode = '';
        INSERT INTO general_data (time, device, dc_output_power) VALUES
            ('2026-01-01 11:00:00', 'AC300-1', '1e1'),
            ('2026-01-01 11:00:20', 'AC300-1', '12 W'),
            ('2026-01-01 11:00:40', 'AC300-1', 'NaN'),
            ('2026-01-01 11:01:00', 'AC300-1', '1\\n'),
            ('2026-01-01 11:01:20', 'AC300-1', ''),
            (NULL, 'AC300-1', '1'), ('0000-00-00', 'AC300-1', '1'),
            ('2026-01-01 11:01:40', NULL, '1'),
            ('2026-01-01 11:02:00', 'AC300', '1'),
            ('2026-01-01 11:02:20', '\"}-1', '1');
        INSERT INTO internal_data (time, device, ac_output_mode) VALUES
            ('2026-01-01 11:00:01', 'AC300-1', 'OutputMode.\"},{'),
            ('2026-01-01 11:00:21', 'AC300-1', '');
        INSERT INTO settings_data (time, device, split_phase_on) VALUES
            ('2026-01-01 11:00:01', 'AC300-1', 'maybe'),
            ('2026-01-01 11:00:02', 'AC300-1', '');
        INSERT INTO battery_pack_data (device, pack_num, cell_voltages, noted)
        VALUES ('AC300-1', 1, '[3.3, , 3.2]', '2026-01-01 11:00:01'),
            ('AC300-1', 0, '[3.3]', '2026-01-01 11:00:01'),
            ('AC300-1', NULL, '[3.3]', '2026-01-01 11:00:01')"
    run -65 --separate-stderr classic_records
    assert_output '{"time":"2026-01-01T10:00:00.000Z","name":"AC3001","model":"AC300","serial_number":1,"dc_output_power":1e1}
{"time":"2026-01-01T10:00:01.000Z","name":"AC3001","model":"AC300","serial_number":1,"pack":1}'
    assert_equal "$stderr" 'classic-records: left out: 3 rows without a device such as AC300-2232000000000
classic-records: left out: 2 rows without a time
classic-records: left out: 2 rows of battery_pack_data without the number of the pack
classic-records: left out: 9 values that are none of their column'
}

@test "times become UTC, whichever way the server kept them" {
    local type
    for type in TIMESTAMP 'DATETIME(3)'; do
        old_tables "$type DEFAULT CURRENT_TIMESTAMP"
        old "INSERT INTO general_data (time, device, dc_input_power) VALUES
            ('2026-01-01 11:00:00', 'AC300-1', 1),
            ('2026-07-01 12:00:00', 'AC300-1', 2),
            ('2026-07-01 12:00:00', 'AC300-1', 3)"
        assert_equal "$(classic_records | jq -r '[.time, .dc_input_power] | @tsv')" \
            '2026-01-01T10:00:00.000Z	1
2026-07-01T10:00:00.000Z	2
2026-07-01T10:00:00.001Z	3'
        old "DROP TABLE general_data, internal_data, settings_data,
            battery_pack_data"
    done
}

@test "the hour that comes twice: a TIMESTAMP has both" {
    old_tables "TIMESTAMP DEFAULT CURRENT_TIMESTAMP"
    old "SET time_zone = '+00:00';
        INSERT INTO general_data (time, device, dc_input_power) VALUES
            ('2026-10-25 00:30:00', 'AC300-1', 1),
            ('2026-10-25 01:30:00', 'AC300-1', 2)"
    assert_equal "$(old 'SELECT DISTINCT CONCAT(time) FROM general_data')" \
        '2026-10-25 02:30:00'
    assert_equal "$(classic_records | jq -r .time)" '2026-10-25T00:30:00.000Z
2026-10-25T01:30:00.000Z'
}

@test "a read belongs to the poll before it, within a minute and once" {
    old_tables "TIMESTAMP DEFAULT CURRENT_TIMESTAMP"
    old "INSERT INTO general_data (time, device, dc_input_power) VALUES
            ('2026-01-01 11:00:00', 'AC300-1', 1),
            ('2026-01-01 11:00:00', 'AC300-2', 1),
            ('2026-01-01 12:00:00', 'AC300-1', 2);
        INSERT INTO internal_data (time, device, internal_power_one) VALUES
            ('2026-01-01 11:00:03', 'AC300-1', 1),
            ('2026-01-01 11:00:20', 'AC300-1', 2),
            ('2026-01-01 12:01:01', 'AC300-1', 3),
            ('2026-01-01 10:59:00', 'AC300-2', 4)"
    assert_equal "$(classic_records |
        jq -r 'select(.internal_power_one) | [.time, .internal_power_one] | @tsv')" \
        '2026-01-01T10:00:00.000Z	1
2026-01-01T10:00:20.000Z	2
2026-01-01T11:01:01.000Z	3
2026-01-01T09:59:00.000Z	4'
}

@test "steps of registers that the logger had wrong" {
    old_tables "TIMESTAMP DEFAULT CURRENT_TIMESTAMP"
    old "INSERT INTO internal_data (time, device, ac_input_voltage,
            internal_dc_input_voltage, internal_dc_input_power) VALUES
            ('2026-01-01 11:00:00', 'AC200M-1', '230.1', 3.5, 605),
            ('2026-01-01 11:00:00', 'AC300-1', '230.1', 35.2, 605),
            ('2026-01-01 11:00:00', 'EB3A-1', '22.9', 12.5, 60),
            ('2026-01-01 11:01:00', 'EB3A-1', '0', 0, 0),
            ('2026-01-01 11:02:00', 'EB3A-1', '0', 1.5, 0)"
    assert_equal "$(classic_records 2>/dev/null | jq -r '[.model, .ac_input_voltage,
        .internal_dc_input_voltage, .internal_dc_input_power]
        | map(numbers += 0) | @tsv')" \
        'AC200M	230.1	35	60.5
AC300	230.1	35.2	605
EB3A	229	12.5	60
EB3A	0	0	0
EB3A	0		0'
}

@test "moved in beside what bt-poll has stored: one device, each second once" {
    a_thousand_rows
    awk 'BEGIN { for (t = 1774741800; t < 1774741800 + 7200; t += 20)
        print strftime("%Y-%m-%dT%H:%M:%S", t + 7, 1) }' |
        sed 's/.*/{"time":"&Z","address":"00:11:22:33:44:55","name":"AC3002232000000000","model":"AC300","serial_number":2232000000000,"dc_input_power":100}/' |
        insert
    move
    move
    assert_sums
    run_file "$top/db-insert/views.sql"
    assert_equal "$(query 'SELECT name, records, ROUND(covered) FROM energy_a_day')" \
        'AC3002232000000000	660	7187'
    assert_equal "$(query 'SELECT COUNT(*), MIN(name), MIN(dc_input_power)
        FROM newest')" '1	AC3002232000000000	100'
}

@test "old tables in the same database: moved in, renamed, then views of their names" {
    database=$old
    old_tables "TIMESTAMP DEFAULT CURRENT_TIMESTAMP"
    old "INSERT INTO general_data (time, device, dc_input_power) VALUES
        ('2026-01-01 11:00:00', 'AC300-1', 7)"
    move
    run ! run_file "$top/db-insert/classic-views.sql"
    assert_output --partial "general_data' is not of type 'VIEW'"
    for table in general_data internal_data settings_data battery_pack_data; do
        query "RENAME TABLE $table TO old_$table"
    done
    run_file "$top/db-insert/classic-views.sql"
    assert_equal "$(query "SELECT time, device, dc_input_power FROM general_data")" \
        '2026-01-01 10:00:00.000	AC300-1	7'
    # Of its own views nothing is moved in.
    run -78 classic_records
}

@test "no such tables, or without the time: a message says so, nothing is written" {
    run -78 classic_records
    assert_output --partial 'no table general_data, internal_data, settings_data or battery_pack_data in this database'
    old "CREATE VIEW general_data AS SELECT 1 AS device"
    run -78 classic_records
    assert_output --partial 'views of these names are'
    old "DROP VIEW general_data; CREATE TABLE general_data (device TEXT, x INT)"
    run -78 classic_records
    assert_output 'classic-records: general_data has no column with the device, or none with the time'
    old=none
    run -69 classic_records
    assert_output --partial "Unknown database 'none'"
    run -64 "$top/db-insert/classic-records"
    assert_line --partial 'classic-records [OPTION ...] DATABASE'
    run -0 "$top/db-insert/classic-records" --help
}
