#!/usr/bin/env bats
# db-insert and a Galera cluster: nodes are killed, cut off, stopped and come
# back while numbered records with ever new fields come in. Nothing is lost,
# nothing is twice, and all nodes agree.
#
# One cluster for all tests, which run one after the other; a database for
# each.

bats_require_minimum_version 1.5.0

load ../common
. "$(dirname "$BATS_TEST_FILENAME")/../galera.bash"
. "$(dirname "$BATS_TEST_FILENAME")/../sums.bash"

HOSTS=127.0.0.1,127.0.0.2,127.0.0.3

# Records of a stream at least; so many of them have a field of their own.
RECORDS=30000
WIDTH=250

# Records that are written at once, and seconds between.
BURST=100
PAUSE=0.2

setup_file() {
    export BATS_NO_PARALLELIZE_WITHIN_FILE=true
    galera_start "$BATS_FILE_TMPDIR/cluster"
}

teardown_file() {
    galera_end
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    database=test_$BATS_TEST_NUMBER
    login=(--no-defaults --skip-ssl --host="$HOSTS" --port="$GALERA_PORT"
        --user=bluetti_schema --password=secret --database="$database"
        --spool=spool)
    pids=()
    all_are_ready
    galera_query 1 "CREATE DATABASE $database"
    galera_query 1 --database="$database" "$(cat "$top/db-insert/users.sql")"
    galera_query 1 "SET PASSWORD FOR bluetti_schema = PASSWORD('secret')"
}

# A test that failed leaves processes, and nodes that are away.
teardown() {
    local n starting=()

    for n in ${pids[@]+"${pids[@]}"}; do
        kill -KILL "$n" 2>/dev/null || :
    done
    cat said.* 2>/dev/null || :
    for n in 1 2 3; do
        galera_continue "$n" 2>/dev/null || galera_node "$n" &
        starting+=($!)
    done
    wait "${starting[@]}" || :
    for n in 1 2 3; do
        galera_mend "$n"
    done
}

query() {
    galera_query 1 --database="$database" "SET SESSION wsrep_sync_wait = 1; $1"
}

# --- the cluster --------------------------------------------------------------

all_are_ready() {
    local n

    for n in 1 2 3; do
        mariadb_wait galera_is_ready "$n"
    done
}

# rows N: as node N has them; 0 if it cannot be asked.
rows() {
    galera_query "$1" "SELECT COUNT(*) FROM $database.sample" 2>/dev/null ||
        echo 0
}

has_rows() {
    [ "$(rows "$1")" -ge "$2" ]
}

# uses N: whether a db-insert is connected to node N.
uses() {
    galera_query "$1" "SELECT ID FROM information_schema.PROCESSLIST
        WHERE USER = 'bluetti_schema'" 2>/dev/null | grep -q .
}

find_node() {
    for node in 1 2 3; do
        ! uses "$node" || return 0
    done
    return 1
}

# Sets node to the one in use, other and third to the rest.
look() {
    wait_for 60 find_node
    other=$((node % 3 + 1))
    third=$((other % 3 + 1))
    echo "node $node is in use, it has $(rows "$node") rows"
}

# rows_come N: node N gets new ones.
rows_come() {
    wait_for 120 has_rows "$1" $(($(rows "$1") + 1000))
    echo "node $1 has $(rows "$1") rows"
}

# --- records ------------------------------------------------------------------

# numbered NAME FIRST LAST: records that have their number, twice: in a field
# of all and in one that only WIDTH of them have.
numbered() {
    awk -v name="$1" -v first="$2" -v last="$3" -v width="$WIDTH" 'BEGIN {
        for (n = first; n <= last; n++)
            printf "{\"time\":\"2026-11-%02dT%02d:%02d:%02dZ\"," \
                "\"name\":\"%s\",\"n\":%d,\"of_%d\":%d}\n",
                1 + n / 86400, n / 3600 % 24, n / 60 % 60, n % 60, name, n,
                n / width, n
    }'
}

# feed NAME: records at a rate, until all are written and "enough" is there;
# the file fed.NAME says how many.
feed() {
    local n=0

    until [ "$n" -ge "$RECORDS" ] && [ -e enough ]; do
        numbered "$1" "$n" $((n + BURST - 1))
        n=$((n + BURST))
        sleep "$PAUSE"
    done
    echo "$n" >"fed.$1"
}

# start_insert NAME HOSTS: db-insert in the background, fed with the records of
# a station.
start_insert() {
    mkfifo "pipe.$1"
    db-insert "${login[@]}" --host="$2" <"pipe.$1" 2>"said.$1" 3>&- &
    pids+=($!)
    feed "$1" >"pipe.$1" 3>&- &
    pids+=($!)
}

# Changes the table ten times a second, until the input ends.
alter() {
    local n=0

    until [ -e enough ]; do
        galera_query 3 "ALTER TABLE $database.sample COMMENT '$((n++))'" || :
        sleep 0.1
    done
}

are_over() {
    local pid

    for pid in "${pids[@]}"; do
        has_ended "$pid" || return 1
    done
}

# The input ends; all that was fed is delivered.
finish() {
    local pid

    touch enough
    wait_for 300 are_over
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
    pids=()
    run find spool -name '*.json' -o -name rejected
    assert_output ''
}

# --- what is there in the end ---------------------------------------------------

# check_numbers NAME COUNT: every number of the station once.
check_numbers() {
    run -0 galera_query 1 --database="$database" \
        "SELECT COUNT(*), COUNT(DISTINCT n), MIN(n), MAX(n)
        FROM sample JOIN device ON id = device_id WHERE name = '$1'"
    assert_output "$2	$2	0	$(($2 - 1))"
}

# check_columns NAME COUNT: a column for each field, with all its values.
check_columns() {
    local k first last

    for ((first = 0; first < $2; first += WIDTH)); do
        k=$((first / WIDTH))
        last=$((first + WIDTH <= $2 ? first + WIDTH - 1 : $2 - 1))
        run -0 galera_query 1 --database="$database" \
            "SELECT COUNT(*), MIN(of_$k), MAX(of_$k)
            FROM sample JOIN device ON id = device_id
            WHERE name = '$1' AND of_$k = n"
        assert_output "$((last - first + 1))	$first	$last"
    done
}

# digest N: rows and columns as node N has them.
digest() {
    galera_query "$1" --database="$database" \
        "SET SESSION wsrep_sync_wait = 1;
        CHECKSUM TABLE sample, pack_sample, device, period, schema_version;
        SELECT COUNT(*) FROM sample; SHOW CREATE TABLE sample;
        SELECT * FROM device"
}

# check NAME...: what was fed of these stations.
check() {
    local n name

    all_are_ready
    for n in 1 2 3; do
        digest "$n" >"digest.$n"
    done
    diff digest.1 digest.2
    diff digest.1 digest.3
    for name; do
        echo "$name: $(cat "fed.$name") records"
        check_numbers "$name" "$(cat "fed.$name")"
        check_columns "$name" "$(cat "fed.$name")"
    done
}

# --- tests ----------------------------------------------------------------------

@test "the node in use is killed, cut off, stopped; each comes back" {
    start_insert S "$HOSTS"
    look
    rows_come "$node"

    galera_kill "$node"
    rows_come "$other"
    galera_node "$node"
    all_are_ready

    look
    galera_cut "$node"
    rows_come "$other"
    galera_mend "$node"
    all_are_ready

    look
    galera_pause "$node"
    rows_come "$other"
    galera_continue "$node"

    finish
    check S
}

@test "a node after the other is restarted, two streams with new columns" {
    local n

    start_insert S "$HOSTS"
    start_insert T 127.0.0.2,127.0.0.3,127.0.0.1
    rows_come 1
    for n in 1 2 3 1; do
        galera_stop "$n"
        rows_come $((n % 3 + 1))
        galera_node "$n"
        all_are_ready
    done
    galera_kill 2
    rows_come 3
    galera_node 2
    finish
    check S T
}

@test "two nodes are killed: what is left waits, and nothing is lost" {
    start_insert S "$HOSTS"
    look
    rows_come "$node"
    galera_kill "$other"
    galera_kill "$third"
    wait_for 60 grep -q 'trying again' said.S
    wait_for 60 grep -q . spool/*/*/*.json
    galera_node "$other" &
    galera_node "$third"
    wait $!
    rows_come "$node"
    finish
    grep -q 'the database is back' said.S
    check S
}

@test "no primary component at the end of the input: 75, and --drain delivers" {
    galera_kill 2
    galera_kill 3
    numbered S 0 4999 >records
    run -75 db-insert "${login[@]}" --timeout=2 records
    assert_output --partial "5000 records are in the spool"
    galera_node 2 &
    galera_node 3
    wait $!
    all_are_ready
    db-insert "${login[@]}" --drain
    echo 5000 >fed.S
    check S
}

# A server may roll a batch back for such a change and yet acknowledge it.
@test "a table that is altered all the time: no batch is lost" {
    RECORDS=60000 PAUSE=0.05 WIDTH=10000
    start_insert S 127.0.0.1
    start_insert T 127.0.0.2
    rows_come 3
    alter 3>&- &
    pids+=($!)
    wait_for 300 has_rows 3 100000
    finish
    check S T
}

@test "tables of version 1 are upgraded from two nodes at once, one is killed" {
    RECORDS=6000
    mariadb --no-defaults --skip-ssl --socket="$GALERA/1/sock" --user=root \
        "$database" <"$here/data/version-1/tables.sql"
    start_insert S 127.0.0.1,127.0.0.3
    start_insert T 127.0.0.2,127.0.0.3
    rows_come 3
    galera_kill 1
    rows_come 3
    galera_node 1
    all_are_ready
    finish
    db-insert "${login[@]}" --timeout=0 </dev/null
    check S T
    [ "$(query "SELECT MAX(version) FROM schema_version")" = 2 ]
    assert_sums
    assert_longer
}
