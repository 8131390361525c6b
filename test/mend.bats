#!/usr/bin/env bats
# mend-values.sql: rows that older maps decoded, corrected in the tables.

bats_require_minimum_version 1.5.0

load common
. "$(dirname "$BATS_TEST_FILENAME")/mariadb.bash"

setup_file() {
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=test_$BATS_TEST_NUMBER
    records=$BATS_TEST_TMPDIR/records
    second=0
    mariadb_query "CREATE DATABASE $database"
}

query() {
    mariadb_query --database="$database" "$1"
}

insert() {
    db-insert --no-defaults --socket="$MARIADB_SOCKET" --user=root \
        --database="$database" "$records"
}

# record MODEL FIELDS: one more of a station of this model.
record() {
    printf '{"time":"2026-11-22T09:42:%02d.000Z","name":"%s 1","model":"%s",%s}\n' \
        "$((second++))" "$1" "$1" "$2" >>"$records"
}

# dc VOLTAGE POWER CURRENT: fields of the input of direct current.
dc() {
    printf '"internal_dc_input_voltage":%s,"internal_dc_input_power":%s,' "$1" "$2"
    printf '"internal_dc_input_current":%s' "$3"
}

# mend [UNTIL]: as the file says that an administrator runs it.
mend() {
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        --init-command="SET @until='${1:-}'" "$database" \
        <"$top/db-insert/mend-values.sql"
}

# becomes COLUMNS VALUE...: the values of the rows in their order, of a column or
# an expression in SQL; also when the file has run again.
becomes() {
    local columns=$1 expected
    shift
    printf -v expected '%s\n' "$@"
    mend ${until:+"$until"} >/dev/null
    run -0 query "SELECT $columns FROM sample ORDER BY time"
    assert_output "${expected%?}"
    mend ${until:+"$until"} >"$BATS_TEST_TMPDIR/again"
    [ ! -s "$BATS_TEST_TMPDIR/again" ]
    run -0 query "SELECT $columns FROM sample ORDER BY time"
    assert_output "${expected%?}"
}

@test "words without their sign" {
    for model in EP600 AC180P AC300; do
        record "$model" '"ac_p1_power":65120,"ac_input_power":65120'
        record "$model" '"ac_p1_power":416,"ac_input_power":416'
    done
    insert
    becomes 'ac_p1_power, ac_input_power' "-416	-416" "416	416" \
        "-416	-416" "416	416" "-416	65120" "416	416"
}

@test "words of 32 bits without their sign" {
    record AC180 '"ac_input_power":4294966880,"total_inv_power":4294967295'
    record XYZ99 '"ac_input_power":4294966880,"total_inv_power":0'
    record EP2000 '"ac_input_power":1,"consumption_power_all":4294966880'
    insert
    becomes 'ac_input_power, total_inv_power, consumption_power_all' \
        "-416	-1	NULL" "-416	0	NULL" "1	NULL	-416"
}

@test "currents without their sign" {
    record EP600 '"grid_p1_current":6549.6,"total_battery_current":6549.9'
    record EP600 '"grid_p1_current":4,"total_battery_current":3.7'
    insert
    becomes 'grid_p1_current, total_battery_current' "-4	-3.7" "4	3.7"
}

@test "direct current of an AC200M: rows with sun show it, others by their time" {
    record AC200M "$(dc 5.2 3120 6)"
    record AC200M "$(dc 52 312 6)"
    record AC200M "$(dc 1.3 0 0)"
    record AC200M "$(dc 13 0 0)"
    record AC200L "$(dc 1.3 0 0)"
    insert
    columns='internal_dc_input_voltage, internal_dc_input_power'
    becomes "$columns" "52	312" "52	312" "1.3	0" "13	0" "1.3	0"
    until="2026-11-22 09:42:03"
    becomes "$columns" "52	312" "52	312" "13	0" "13	0" "1.3	0"
    # Rows that came after the first time are not old.
    until="2027-11-22 09:42:03"
    becomes "$columns" "52	312" "52	312" "13	0" "13	0" "1.3	0"
}

@test "mains and panel of an EB3A" {
    record EB3A '"ac_input_voltage":23.9,"ac_input_power":0'
    record EB3A '"ac_input_voltage":12,"ac_input_power":61'
    record EB3A '"ac_input_voltage":0.1,"internal_dc_input_voltage":1.8'
    record EB3A '"ac_input_voltage":239,"internal_dc_input_voltage":17.1'
    record AC60 '"ac_input_voltage":0.2,"ac_input_power":0'
    insert
    becomes 'ac_input_voltage, internal_dc_input_voltage' "239	NULL" \
        "120	NULL" "1	NULL" "239	17.1" "0.2	NULL"
}

@test "what was no such value, or has another name now" {
    record "Elite 200 V2" '"grid_parallel_soc":44,"self_sufficiency_rate":44,"pv_to_ac_power":404'
    record AC180 '"grid_parallel_soc":44,"self_sufficiency_rate":44,"pv_to_ac_power":404'
    insert
    becomes 'grid_parallel_soc, self_sufficiency_rate, pv_to_ac_power' \
        "NULL	NULL	NULL" "44	44	404"
}

@test "the temperature of an Elite 300, the time of an AP300, modes" {
    record "Elite 300" '"battery_temperature":24,"charging_mode":"4"'
    record "Elite 300" '"total_grid_charging_energy":2.5,"charging_mode":"TURBO"'
    record AP300 '"estimated_time_hr":40.9,"ctrl_working_mode":"11"'
    record AP300 '"time_remaining":408,"ctrl_working_mode":"3"'
    record EP2000 '"ems_control_mode":"5","total_dc_energy":0'
    record EP2000 '"ems_control_mode":"AI"'
    insert
    becomes 'COALESCE(battery_temperature, estimated_time_hr, total_dc_energy),
        COALESCE(total_grid_charging_energy, time_remaining),
        COALESCE(charging_mode, ctrl_working_mode, ems_control_mode)' \
        "NULL	2.4	CUSTOM" "NULL	2.5	TURBO" \
        "NULL	409	SELF_CONSUMPTION_EXPORT" "NULL	408	STANDARD_UPS" \
        "NULL	NULL	DYNAMIC_PRICING" "NULL	NULL	AI"
}

@test "energies are of the older map before the time that is given" {
    record AC180 '"pack_dsg_energy_total":412,"pv_to_ac_energy":404'
    record AC180 '"pack_dsg_energy_total":41.2,"pv_to_ac_energy":40.4'
    record EP2000 '"total_grid_feed":0'
    insert
    until="2026-11-22 09:42:01"
    becomes 'pack_dsg_energy_total, pv_to_ac_energy, total_grid_feed' \
        "41.2	40.4	NULL" "41.2	40.4	NULL" "NULL	NULL	0"
}

@test "so is the current of a smart meter" {
    record EP600 '"sm_p1_current":18'
    record EP600 '"sm_p1_current":1.8'
    record EP2000 '"sm_p1_current":1.8'
    insert
    until="2026-11-22 09:42:01"
    becomes sm_p1_current 1.8 1.8 1.8
}

@test "tables without these columns, and those without a row" {
    record AC300 '"total_battery_percent":78'
    insert
    becomes 'total_battery_percent' 78
    query "DELETE FROM sample"
    run -0 mend "2026-11-22 09:42:01"
    assert_output ''
}

@test "it tells how many rows it changed, of which column" {
    record EP600 '"ac_p1_power":65120'
    record EP600 '"ac_p1_power":64737'
    insert
    run -0 mend
    assert_output "field	changed
ac_p1_power	2"
}

@test "the sums are computed again from the corrected rows" {
    record AC180P '"ac_input_power":65176'
    record AC180P '"ac_input_power":65176'
    insert
    mend >/dev/null
    : >"$records"
    insert
    run -0 query "SELECT ac_input_reverse_wh * 3600 FROM period
        WHERE minutes = 15"
    assert_output 360
}

@test "an error leaves all rows and the time as they were" {
    record EP600 '"ac_p1_power":65120'
    record EP600 '"total_battery_current":6549.9'
    insert
    query "CREATE TRIGGER no BEFORE UPDATE ON sample FOR EACH ROW
        SET NEW.total_battery_current = IF(NEW.total_battery_current < 0,
            (SELECT 1 UNION SELECT 2), NEW.total_battery_current)"
    run mend "2026-11-22 09:42:01"
    assert_failure
    run -0 query "SELECT ac_p1_power FROM sample ORDER BY time"
    assert_output "65120
NULL"
    run -0 query "SELECT * FROM mended_values"
    assert_output ''
}
