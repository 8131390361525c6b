#!/usr/bin/env bats
# The whole pipe: what the station has is what the database holds, once.

load common
. "$(dirname "$BATS_TEST_FILENAME")/mariadb.bash"

setup_file() {
    load common
    export DB=$BATS_FILE_TMPDIR/db
    mkdir "$DB"
    mariadb_start "$DB"
    # One record of three polls and two packs serves several tests.
    export LOG=$BATS_FILE_TMPDIR/station.log
    export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
    accelerate 10
    sim_start station AC300
    ${ACCELERATED:-} bt-poll -n 3 -i 1 "unix:$BATS_FILE_TMPDIR/station" >"$LOG"
    sim_stop station
}

teardown_file() {
    mariadb_stop "$DB"
}

setup() {
    export MARIADB_SOCKET=$DB/sock
    database=test$BATS_TEST_NUMBER
    mariadb_query "CREATE DATABASE $database CHARACTER SET utf8mb4"
    cd "$BATS_TEST_TMPDIR"
}

insert() {
    db-insert --no-defaults --socket="$DB/sock" --user=root --database="$database" "$@"
}

query() {
    mariadb_query "USE $database; $1"
}

rows() {
    query "SELECT * FROM device; SELECT * FROM sample ORDER BY device_id, time;
        SELECT * FROM pack_sample ORDER BY device_id, pack, time"
}

# unchanged FILE...: these lines, sent again, leave all rows as they are.
unchanged() {
    cat "$@" | bt-decode | insert
    rows | diff "$BATS_TEST_TMPDIR/before" -
}

@test "three polls of a station are three rows, and one for each pack" {
    bt-decode "$LOG" | insert
    run query "SELECT COUNT(*) FROM device; SELECT COUNT(*) FROM sample; SELECT COUNT(*) FROM pack_sample"
    assert_output $'1\n3\n2'
}

@test "values in the tables are those of the station's image" {
    bt-decode "$LOG" | insert
    run query "SELECT name, model, serial_number FROM device"
    assert_output $'AC3002232000000000\tAC300\t2232000000000'
    run query "SELECT DISTINCT device_type, arm_version, dc_input_power,
        ac_input_power, ac_output_power, dc_output_power, power_generation,
        total_battery_percent, ac_output_on, ac_output_mode, internal_ac_voltage,
        internal_ac_frequency, internal_dc_input_current, pack_num_max,
        total_battery_voltage FROM sample"
    assert_output $'AC300\t4339.40\t752\t230\t418\t96\t1234.5\t78\t1\tINVERTER_OUTPUT\t230.1\t50.01\t6.6\t2\t53.9'
    run query "SELECT ups_mode, split_phase_on, battery_range_end FROM sample WHERE ups_mode IS NOT NULL"
    assert_output $'PV_PRIORITY\t0\t90'
    run query "SELECT pack, pack_status, pack_voltage, pack_battery_percent, cell_voltages FROM pack_sample"
    assert_line --index 0 $'1\tCHARGE\t53.95\t81\t[3.36,3.37,3.38,3.39,3.36,3.37,3.38,3.35,3.36,3.37,3.34,3.36,3.37,3.38,3.36,3.37]'
    assert_line --index 1 $'2\tDISCHARGE\t53.61\t75\t[3.31,3.32,3.33,3.34,3.35,3.31,3.32,3.33,3.34,3.35,3.31,3.32,3.33,3.34,3.35,3.3]'
}

@test "times in the tables are those of the first lines of the polls" {
    bt-decode "$LOG" | insert
    awk '$5 == "end" && ! ($4 in seen) { print $4; seen[$4] = 1 }' "$LOG" | sort >times
    query "SELECT DATE_FORMAT(time, '%Y-%m-%dT%H:%i:%s.%f') FROM sample
        UNION SELECT DATE_FORMAT(time, '%Y-%m-%dT%H:%i:%s.%f') FROM pack_sample" |
        sed 's/000$/Z/' | sort | diff times -
}

@test "the same lines again, and cut at any line, change no row" {
    bt-decode "$LOG" | insert
    rows >before
    [ -s before ]
    unchanged "$LOG"
    unchanged "$LOG" "$LOG"
    local n
    for ((n = 1; n < $(wc -l <"$LOG"); n++)); do
        head -n "$n" "$LOG" >head
        tail -n "+$((n + 1))" "$LOG" >tail
        unchanged head
        unchanged tail
        unchanged head "$LOG"
        unchanged tail "$LOG"
    done
}

@test "what comes through the pipe live is what a replay gives" {
    sim_start s EB3A
    bt-poll -n 2 -i 1 "unix:$PWD/s" | tee log | bt-decode | insert
    rows >before
    [ "$(query 'SELECT COUNT(*) FROM sample')" -eq 2 ]
    unchanged log
}

@test "the rows of an encrypted station are those of a plain one" {
    local columns="device_type, dc_input_power, total_battery_percent, ups_mode, arm_version"

    install -m 600 "$here"/data/test.keys "$here"/data/station.keys .
    accelerate 10
    sim_start e AC300 --encrypt --keys station.keys
    ${ACCELERATED:-} bt-poll --keys test.keys -n 3 -i 1 "unix:$PWD/e" | bt-decode | insert
    query "SELECT $columns FROM sample; SELECT pack, pack_voltage, cell_voltages FROM pack_sample" >encrypted
    query "DELETE FROM sample; DELETE FROM pack_sample"
    bt-decode "$LOG" | insert
    query "SELECT $columns FROM sample; SELECT pack, pack_voltage, cell_voltages FROM pack_sample" |
        diff - encrypted
    [ "$(wc -l <encrypted)" -eq 5 ]
}

@test "every recording reaches the database" {
    local log model name n=0
    for log in "$here"/data/*.log; do
        n=$((n + 1))
        model=$(sed -n 's/^# options:.* *\(--model [A-Z0-9]*\).*/\1/p' "$log")
        # Cut-off frames are refused (65); what is whole goes on.
        # shellcheck disable=SC2086
        { bt-decode $model --name "station$n" --time "2024-01-01T00:00:00Z" "$log" 2>/dev/null ||
            [ $? -eq 65 ]; } >records
        insert records
        # Recordings share masked addresses: some are one device, whose name is
        # that of the newest.
        while IFS='	' read -r name address; do
            [ "$(query "SELECT COUNT(*) FROM device WHERE name = '$name' OR
                address = '$address'" </dev/null)" -ge 1 ]
        done < <(jq -r '[.name, .address // "-"] | @tsv' records | sort -u)
    done
    [ "$n" -ge 11 ]
    [ "$(query 'SELECT COUNT(*) FROM sample')" -ge 9 ]
}
