#!/usr/bin/env bats
# users.sql: what each of the three users can do, and what it cannot.
#
# One server for all tests; a database for each, and one that none of the users
# may know of.

bats_require_minimum_version 1.5.0

load common
. "$(dirname "$BATS_TEST_FILENAME")/mariadb.bash"

setup_file() {
    # Newer servers offer TLS with a certificate that they make themselves.
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
    mariadb_query "CREATE DATABASE other; CREATE TABLE other.t (a INT)"
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    data=$here/data
    database=test_$BATS_TEST_NUMBER
    mariadb_query "CREATE DATABASE $database"
}

teardown() {
    [ ! -d "$BATS_TEST_TMPDIR/own" ] || mariadb_stop "$BATS_TEST_TMPDIR/own"
}

# The administrator's part.
apply() {
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        "$database" <"$top/db-insert/users.sql"
}

give_passwords() {
    local user

    for user in schema insert read; do
        mariadb_query "SET PASSWORD FOR bluetti_$user = PASSWORD('to $user')"
    done
}

# as USER SQL
as() {
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" \
        --user="bluetti_$1" --password="to $1" --batch --skip-column-names \
        --database="$database" --execute="$2"
}

# insert_as USER [OPTION...]
insert_as() {
    local user=$1
    shift

    db-insert --no-defaults --socket="$MARIADB_SOCKET" --skip-ssl \
        --user="bluetti_$user" --password="to $user" \
        --database="$database" "$@"
}

# Fails unless the server refuses each statement, a line of standard input, for
# want of a right: on a database, to log in or for files, on a table, on a
# column, a global one.
denied() {
    local statement

    while read -r statement; do
        run as "$1" "$statement"
        assert_failure
        assert_output --regexp 'ERROR (1044|1045|1142|1143|1227) '
    done
}

# What none of the users may.
forbidden() {
    cat <<END
DROP TABLE sample
DROP DATABASE $database
TRUNCATE sample
DELETE FROM sample
DELETE FROM device
CREATE TABLE mine (a INT)
CREATE TEMPORARY TABLE mine (a INT)
CREATE INDEX mine ON sample (time)
CREATE TRIGGER mine BEFORE INSERT ON sample FOR EACH ROW SET @a = 1
CREATE PROCEDURE mine() SELECT 1
CREATE EVENT mine ON SCHEDULE EVERY 1 DAY DO DELETE FROM sample
CREATE VIEW mine AS SELECT 1
CREATE DATABASE mine
CREATE USER mine
LOCK TABLES sample WRITE
GRANT SELECT ON sample TO bluetti_read
SELECT * FROM other.t
INSERT INTO other.t VALUES (1)
USE other
SELECT * FROM mysql.global_priv
SELECT 1 INTO OUTFILE '$BATS_TEST_TMPDIR/outfile'
LOAD DATA INFILE '/etc/hostname' INTO TABLE sample
SET GLOBAL max_connections = 1
SHUTDOWN
END
}

@test "nobody gets in before there is a password" {
    local user password

    mariadb_start "$BATS_TEST_TMPDIR/own" --skip-ssl
    mariadb_query "CREATE DATABASE $database"
    apply
    for user in schema insert read; do
        for password in '' invalid "to $user" "bluetti_$user"; do
            run -77 insert_as "$user" --password="$password" </dev/null
            assert_output --partial 'Access denied for user'
        done
    done
    give_passwords
    insert_as schema </dev/null
    insert_as insert </dev/null
    as read 'SELECT 1'
}

@test "before the tables are there, after, and again: passwords stay" {
    apply
    give_passwords
    run -77 insert_as insert </dev/null
    assert_output --partial 'no right to make the missing table'
    insert_as schema </dev/null
    insert_as insert </dev/null
    apply
    insert_as insert </dev/null

    mariadb_query "DROP DATABASE $database; CREATE DATABASE $database"
    db-insert --no-defaults --socket="$MARIADB_SOCKET" --user=root \
        --database="$database" "$data/records.json"
    apply
    insert_as insert </dev/null
    [ "$(as read 'SELECT COUNT(*) FROM sample')" = 2 ]
}

@test "which database must be said" {
    run mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" \
        --user=root <"$top/db-insert/users.sql"
    assert_failure
    assert_output --partial 'No database selected'
}

@test "the schema's user makes tables, columns and views, and no more" {
    apply
    give_passwords
    run -0 insert_as schema "$data/records.json"
    assert_output ''
    [ "$(as schema 'SELECT COUNT(*), SUM(dc_input_power) FROM sample')" = \
        "2	752" ]
    as schema "$(cat "$top/db-insert/views.sql")"
    as schema "$(cat "$top/db-insert/classic-views.sql")"
    as schema "$(cat "$top/db-insert/views.sql")"
    denied schema < <(forbidden)
    denied schema <<<'UPDATE schema_version SET version = 2'
    denied schema <<<'DROP TABLE device'
}

@test "the inserting user: known columns are filled, new fields go to extra" {
    apply
    give_passwords
    insert_as schema "$data/records.json"
    mariadb_query --database="$database" "DELETE FROM sample;
        DELETE FROM pack_sample; DELETE FROM device"
    run -0 insert_as insert "$data/records.json"
    assert_output ''
    [ "$(as read 'SELECT COUNT(*), SUM(dc_input_power) FROM sample')" = \
        "2	752" ]
    [ "$(as read 'SELECT pack_voltage FROM pack_sample')" = 53.95 ]

    run -0 insert_as insert \
        <<<'{"time":"2026-11-22T10:00:00Z","name":"S","dc_input_power":5,"new":7}'
    assert_output 'db-insert: new fields of sample go to column extra: no right to add columns; an administrator must GRANT ALTER or run: ALTER TABLE sample ADD COLUMN IF NOT EXISTS `new` DOUBLE, ALGORITHM=INSTANT'
    [ "$(as read "SELECT dc_input_power, extra FROM sample
        WHERE time = '2026-11-22 10:00:00'")" = '5	{"new":7}' ]
    as schema "${output##*run: }"
    insert_as insert \
        <<<'{"time":"2026-11-22T10:00:01Z","name":"S","dc_input_power":5,"new":8}'
    [ "$(as read 'SELECT new FROM sample WHERE new IS NOT NULL')" = 8 ]
}

@test "the inserting user can nothing else" {
    apply
    give_passwords
    insert_as schema "$data/records.json"
    denied insert < <(forbidden)
    denied insert <<'END'
ALTER TABLE sample ADD COLUMN mine INT
ALTER TABLE sample DROP COLUMN extra
ALTER TABLE schema_version ADD COLUMN mine INT
RENAME TABLE sample TO mine
CREATE TABLE sample (a INT)
INSERT INTO schema_version VALUES (2)
UPDATE schema_version SET version = 2
CREATE OR REPLACE VIEW newest AS SELECT 1
END
}

@test "the reading user reads tables and views, those that come later too" {
    apply
    give_passwords
    insert_as schema "$data/records.json"
    as schema "$(cat "$top/db-insert/views.sql")"
    as schema "$(cat "$top/db-insert/classic-views.sql")"
    [ "$(as read 'SELECT COUNT(*) FROM sample')" = 2 ]
    [ "$(as read 'SELECT COUNT(*) FROM newest')" = 1 ]
    as read 'SELECT * FROM device; SELECT * FROM pack_sample;
        SELECT * FROM newest_pack; SELECT * FROM energy_a_day;
        SELECT * FROM cells; SELECT * FROM energy_a_quarter;
        SELECT * FROM energy_an_hour; SELECT * FROM energy_a_month;
        SELECT * FROM energy_a_year; SELECT * FROM link_a_day;
        SELECT * FROM period;
        SELECT * FROM general_data; SELECT * FROM internal_data;
        SELECT * FROM settings_data; SELECT * FROM battery_pack_data'
    mariadb_query --database="$database" \
        'CREATE VIEW later AS SELECT time FROM sample'
    [ "$(as read 'SELECT COUNT(*) FROM later')" = 2 ]
}

@test "the reading user changes nothing" {
    apply
    give_passwords
    insert_as schema "$data/records.json"
    as schema "$(cat "$top/db-insert/views.sql")"
    denied read < <(forbidden)
    denied read <<'END'
INSERT INTO sample (device_id, time) VALUES (1, NOW())
UPDATE sample SET extra = NULL
UPDATE newest SET extra = NULL
UPDATE period SET touched = 1
INSERT INTO schema_version VALUES (2)
ALTER TABLE sample ADD COLUMN mine INT
DROP VIEW newest
CREATE OR REPLACE VIEW newest AS SELECT 1
END
    run -77 insert_as read "$data/records.json"
}
