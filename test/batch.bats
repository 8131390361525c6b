#!/usr/bin/env bats
# Batches that a server cannot take in one piece: because it is slow, because
# they are too long for it, or because of one record. Nothing is sent unchanged
# for ever.

bats_require_minimum_version 1.5.0

load common
load spool

setup_file() {
    export BATS_NO_PARALLELIZE_WITHIN_FILE=true
    spool_server
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    spool_setup
}

teardown() {
    spool_teardown
    MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock \
        mariadb_query "SET GLOBAL max_allowed_packet = 16777216"
}

# record SECOND FIELDS
record() {
    printf '{"time":"2026-10-22T09:42:%02dZ","name":"S",%s}\n' "$1" "$2"
}

# list COUNT [ADD]: of numbers.
list() {
    seq "$((1 + ${2:-0}))" "$(($1 + ${2:-0}))" | paste -sd , | sed 's/.*/[&]/'
}

# registers COUNT ADD: from address to value.
registers() {
    seq "$1" | sed "s/.*/\"&\":1$2/" | paste -sd , | sed 's/.*/{&}/'
}

# rejected: the numbers n of the records that were refused.
rejected() {
    jq .record.n "$spool"/*:"$database"/rejected | paste -sd ' '
}

# --- extra --------------------------------------------------------------------

@test "a long extra is merged in time that grows with its length" {
    local start=$SECONDS

    { record 1 "\"X\":$(list 40000)"; record 1 "\"X\":$(list 40000)"
        record 1 "\"X\":$(list 40000 7)"
        record 2 "\"registers\":$(registers 13500 1)"
        record 2 "\"registers\":$(registers 13500 2)"
        record 3 "\"failed\":$(list 40000)"
        record 3 "\"failed\":$(list 40000 7)"; } >"$records"
    run -0 insert "$records"
    assert_output ""
    run -0 insert "$records"
    [ $((SECONDS - start)) -lt 20 ]
    run -0 query "SELECT JSON_LENGTH(extra, '$.X'), JSON_LENGTH(extra, '$.registers'),
        JSON_LENGTH(extra, '$.failed'), JSON_VALUE(extra, '$.X[0]'),
        JSON_VALUE(extra, '$.registers.\"13500\"') FROM sample ORDER BY time"
    assert_output "40000	NULL	NULL	8	NULL
NULL	13500	NULL	NULL	12
NULL	NULL	40007	NULL	NULL"
}

@test "an extra that is no JSON object, or gets too long: refused and kept" {
    record 1 '"A":1' >"$records"
    run -0 insert "$records"
    query "ALTER TABLE sample DROP CONSTRAINT IF EXISTS extra,
        MODIFY extra LONGTEXT; UPDATE sample SET extra = 'mine'"
    { record 1 '"A":2,"n":7'; record 2 '"A":3'; } >"$records"
    run -65 insert "$records"
    assert_output --partial "rejects the record: column extra of its row is not a JSON object"
    assert_equal "$(rejected)" 7
    query "DELETE FROM sample"
    for n in 1 2 3 4 5 6; do
        run insert < <(record 3 "\"n\":$n,\"X$n\":\"$(printf '%0200000d' 0)\"")
        echo "$n: $status $output"
    done
    assert_output --partial "rejects the record: column extra of its row would be longer than 1048576 bytes"
    assert_equal "$(rejected)" "7 6"
}

# --- a slow server --------------------------------------------------------------

@test "a server that becomes slow gets smaller batches" {
    accelerate 10
    insert_from_pipe --timeout=0
    feed 1 5000
    wait_for 30 has_rows 5000
    # A full batch would take longer than an answer may: 30 s, which are three.
    query "CREATE TRIGGER slow BEFORE INSERT ON sample
        FOR EACH ROW SET NEW.n = NEW.n + SLEEP(0.01)"
    feed 5001 7000
    finish 0
    assert_numbers 7000
    [ ! -e "$spool"/*/rejected ]
}

@test "one record that takes too long is refused alone, and kept" {
    accelerate 20
    run -0 insert < <(numbered 1 1)
    query "CREATE TRIGGER hangs BEFORE INSERT ON sample
        FOR EACH ROW SET NEW.n = NEW.n + IF(NEW.n = 7, SLEEP(4), 0)"
    insert_from_pipe
    feed 1 20
    wait_for 60 has_rows 19
    finish 65
    says "the database rejects the record: the server does not accept it in time"
    assert_equal "$(rejected)" 7
    assert_spool_empty
}

@test "a server that hangs costs no record" {
    local n

    accelerate 20
    own_server
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe
    feed 1 1
    wait_for 30 has_rows 1
    kill -STOP "$(cat "$BATS_TEST_TMPDIR/own/pid")"
    feed 2 2
    # Six times as long as an answer may take.
    sleep 9
    kill -CONT "$(cat "$BATS_TEST_TMPDIR/own/pid")"
    wait_for 30 has_rows 2
    finish 0
    [ ! -e "$spool"/*/rejected ]
}

# --- small packets ----------------------------------------------------------------

@test "records that each need a statement of their own" {
    awk 'BEGIN { for (n = 0; n < 4000; n++)
        printf "{\"time\":\"2026-11-22T09:42:00Z\",\"name\":\"S\",\"%s\":%d}\n",
            n % 2 ? "odd" : "even", n }' >"$records"
    run -0 insert "$records"
    assert_output ""
    run -0 query "SELECT odd, even FROM sample"
    assert_output "3999	3998"
}

@test "the smallest packets that a server may ask for" {
    run -0 insert < <(numbered 1 1)
    mariadb_query "SET GLOBAL max_allowed_packet = 1024"
    mariadb_query "CREATE USER IF NOT EXISTS small@localhost;
        GRANT ALL ON $database.* TO small@localhost"
    run -0 insert --user=small < <(numbered 1 3000)
    assert_output ""
    assert_numbers 3000
}

@test "more new columns at once than one packet can ask for" {
    run -0 insert < <(numbered 1 1)
    mariadb_query "CREATE USER IF NOT EXISTS small@localhost;
        GRANT ALL ON $database.* TO small@localhost;
        SET GLOBAL max_allowed_packet = 16384"
    record 1 "$(printf '"%s":true,' {a..r}{a..z})\"n\":7" >"$records"
    run -0 timeout 20 db-insert "${login[@]}" --user=small "$records"
    assert_output ""
    run -0 query "SELECT aa, rz FROM sample WHERE n = 7"
    assert_output "1	1"
}

@test "numbers that are written longer than they came" {
    mariadb_query "SET GLOBAL max_allowed_packet = 65536"
    { numbered 1 10
        record 1 "\"n\":11,\"l\":[$(repeat 5000 1e14 | paste -sd ,)]"
        numbered 12 20; } >"$records"
    run -65 insert "$records"
    assert_output --partial ":11: the database rejects the record: it exceeds max_allowed_packet of the server (65536 bytes)"
    assert_equal "$(rejected)" 11
    run -0 query "SELECT COUNT(*) FROM sample"
    assert_output 19
}
