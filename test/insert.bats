#!/usr/bin/env bats
# db-insert: records in, rows in, whatever comes.
#
# One server for all tests, a database for each; a test that stops a server
# has one of its own.

bats_require_minimum_version 1.5.0

load common
. "$(dirname "$BATS_TEST_FILENAME")/mariadb.bash"

setup_file() {
    # Newer servers offer TLS with a certificate that they make themselves.
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    data=$here/data
    database=test_$BATS_TEST_NUMBER
    records=$BATS_TEST_TMPDIR/records
    mariadb_query "CREATE DATABASE $database"
}

teardown() {
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || :
    [ ! -d "$BATS_TEST_TMPDIR/own" ] || mariadb_stop "$BATS_TEST_TMPDIR/own"
}

insert() {
    db-insert --no-defaults --socket="$MARIADB_SOCKET" --user=root \
        --database="$database" "$@"
}

query() {
    mariadb_query --database="$database" "$1"
}

# record SECOND [FIELDS]: one of station S.
record() {
    printf '{"time":"2026-11-22T09:42:%02d.000Z","name":"S"%s}\n' \
        "$1" "${2:+,$2}"
}

# All that the tables hold, to be compared.
dump() {
    query 'SELECT * FROM device ORDER BY id;
        SELECT * FROM sample ORDER BY device_id, time;
        SELECT * FROM pack_sample ORDER BY device_id, pack, time'
}

assert_query() {
    run -0 query "$1"
    assert_output "$2"
}

rows() {
    query "SELECT COUNT(*) FROM sample" 2>/dev/null || echo none
}

has_rows() {
    [ "$(rows)" = "$1" ]
}

says() {
    grep -q -- "$1" "$BATS_TEST_TMPDIR/said"
}

# Runs the program on a pipe whose other end is descriptor 9; pid is its
# process. What it says goes to the file "said".
insert_from_pipe() {
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    # Not through insert(): the process must be the program itself.
    ${ACCELERATED:-} db-insert --no-defaults --socket="$MARIADB_SOCKET" \
        --user=root --database="$database" "$@" <"$BATS_TEST_TMPDIR/pipe" \
        2>"$BATS_TEST_TMPDIR/said" 3>&- &
    pid=$!
    exec 9>"$BATS_TEST_TMPDIR/pipe"
}

# finish STATUS...: the program ends by itself, with one of these.
finish() {
    local status=0

    wait_for 30 has_ended "$pid"
    wait "$pid" || status=$?
    assert_regex " $* " " $status "
}

# --- rows ------------------------------------------------------------------

@test "tables are made, values and types are those of the records" {
    insert "$data/records.json"
    assert_query "SELECT id, name, model, serial_number, address,
        first_seen, last_seen FROM device" \
        "1	AC3001234567890123	AC300	1234567890123	00:11:22:33:44:55	2026-11-22 09:42:00.101	2026-11-22 09:42:10.101"
    assert_query "SELECT time, dc_input_power, arm_version, ac_output_on,
        ups_mode, power_generation FROM sample" \
        "2026-11-22 09:42:00.101	752	2053.08	1	PV_PRIORITY	3.7
2026-11-22 09:42:10.101	0	NULL	0	NULL	3.8"
    assert_query "SELECT pack, time, pack_status, pack_voltage,
        cell_voltages FROM pack_sample" \
        "2	2026-11-22 09:42:00.101	CHARGE	53.95	[3.36,3.36,3.4,53.95]"
    assert_query "SELECT DISTINCT COLUMN_NAME, COLUMN_TYPE
        FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME IN
        ('ac_output_on', 'arm_version', 'dc_input_power',
        'cell_voltages') ORDER BY COLUMN_NAME" \
        "ac_output_on	tinyint(1)
arm_version	varchar(64)
cell_voltages	longtext
dc_input_power	double"
    assert_query "SELECT version FROM schema_version" 2
}

@test "the tables are InnoDB and utf8mb4, with the keys of the design" {
    insert </dev/null
    assert_query "SELECT TABLE_NAME, ENGINE, TABLE_COLLATION
        FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME" \
        "device	InnoDB	utf8mb4_nopad_bin
pack_sample	InnoDB	utf8mb4_nopad_bin
period	InnoDB	utf8mb4_nopad_bin
sample	InnoDB	utf8mb4_nopad_bin
schema_version	InnoDB	utf8mb4_nopad_bin"
    assert_query "SELECT TABLE_NAME, GROUP_CONCAT(COLUMN_NAME
        ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS
        WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'PRIMARY'
        GROUP BY TABLE_NAME ORDER BY TABLE_NAME" \
        "device	id
pack_sample	device_id,pack,time
period	device_id,minutes,start
sample	device_id,time
schema_version	version"
}

@test "the same records again change nothing" {
    insert "$data/records.json"
    dump >"$BATS_TEST_TMPDIR/before"
    insert "$data/records.json" "$data/records.json"
    dump | diff "$BATS_TEST_TMPDIR/before" -
}

@test "the same records cut at any line and sent again change nothing" {
    local lines n

    insert "$data/records.json"
    dump >"$BATS_TEST_TMPDIR/before"
    lines=$(wc -l <"$data/records.json")
    for n in $(seq "$lines"); do
        head -n "$n" "$data/records.json" | insert
        tail -n "$n" "$data/records.json" | insert
    done
    dump | diff "$BATS_TEST_TMPDIR/before" -
}

@test "several files, and - for standard input" {
    record 1 '"a":1' >"$records.1"
    record 3 '"a":3' >"$records.3"
    record 2 '"a":2' | insert "$records.1" - "$records.3"
    assert_query "SELECT a FROM sample ORDER BY time" "1
2
3"
}

@test "a last line without newline and one with CR LF are lines" {
    { record 1 | tr '\n' '\r'; echo; echo; record 2 | tr -d '\n'; } | insert
    assert_query "SELECT COUNT(*) FROM sample" 2
}

@test "a station without a name goes by its address" {
    echo '{"time":"2026-11-22T09:42:00Z","address":"00:11:22:33:44:55"}' |
        insert
    assert_query "SELECT name, address FROM device" \
        "00:11:22:33:44:55	00:11:22:33:44:55"
}

@test "names differ by every byte" {
    local name

    for name in a A 'a ' "a'b" 'a\"b' 'a\\b' 'ä' 'a;DROP TABLE sample'; do
        echo "{\"time\":\"2026-11-22T09:42:00Z\",\"name\":\"$name\"}"
    done | insert
    assert_query "SELECT COUNT(*), MAX(name = 'a''b'), MAX(name = 'a\"b'),
        MAX(name = 'ä') FROM device" "8	1	1	1"
}

@test "times are UTC, whatever zone they are written in" {
    echo '{"time":"2026-11-22T10:42:00.5+01:00","name":"S"}' | insert
    assert_query "SELECT time FROM sample" "2026-11-22 09:42:00.500"
}

@test "first_seen and last_seen are those of the records, in any order" {
    { record 20; record 10; record 30; } | insert
    assert_query "SELECT first_seen, last_seen FROM device" \
        "2026-11-22 09:42:10.000	2026-11-22 09:42:30.000"
    record 5 | insert
    record 15 | insert
    assert_query "SELECT first_seen, last_seen FROM device" \
        "2026-11-22 09:42:05.000	2026-11-22 09:42:30.000"
}

@test "old records sent again do not take back what newer ones said" {
    record 1 '"address":"old"' >"$records.1"
    record 2 '"address":"new","model":"AC300"' >"$records.2"
    insert "$records.1" "$records.2"
    insert "$records.1"
    assert_query "SELECT address, model FROM device" "new	AC300"
    insert "$records.2" "$records.1"
    assert_query "SELECT address, model FROM device" "new	AC300"
}

# --- columns ---------------------------------------------------------------

@test "an absent key leaves its column alone" {
    record 1 '"a":1,"b":true' | insert
    record 1 '"a":2' | insert
    record 1 '"c":"x"' | insert
    assert_query "SELECT a, b, c FROM sample" "2	1	x"
}

@test "a null is an absent key" {
    record 1 '"a":1' | insert
    record 1 '"a":null,"b":null' | insert
    assert_query "SELECT a, extra FROM sample" "1	NULL"
}

@test "a name in out_of_range makes its column NULL" {
    record 1 '"a":1,"b":2' | insert
    record 1 '"out_of_range":["a","never_seen","extra","time"]' | insert
    assert_query "SELECT a, b, JSON_COMPACT(JSON_QUERY(extra, '$.out_of_range'))
        FROM sample" 'NULL	2	["a","never_seen","extra","time"]'
}

@test "records of one row in one batch come in order" {
    {
        record 1 '"a":1'
        record 1 '"a":2,"b":1'
        record 1 '"a":3'
        record 1 '"b":4'
        record 1 '"b":5,"a":6'
    } | insert
    assert_query "SELECT a, b FROM sample" "6	5"
}

@test "--replace clears every column that the record does not have" {
    record 1 '"a":1,"b":2,"failed":["x"]' | insert
    query "ALTER TABLE sample ADD COLUMN note TEXT DEFAULT 'mine'"
    record 1 '"a":3' | insert --replace
    assert_query "SELECT a, b, extra, note FROM sample" "3	NULL	NULL	mine"
    record 1 '"b":4,"failed":["y"]' | insert -r
    assert_query "SELECT a, b, extra FROM sample" 'NULL	4	{"failed":["y"]}'
}

# all_fields SECOND TEXT: a record with every known field; all of its texts
# are TEXT.
all_fields() {
    grep -vE '^(model|serial_number)	' "$data/field-names.tsv" |
        awk -v second="$1" -v text="$2" 'BEGIN {
            value["number"] = "1.5"; value["boolean"] = "true"
            value["list"] = "[1.5,53.95]"; value["string"] = text
            printf "{\"time\":\"2026-11-22T09:42:%02dZ\",\"name\":\"S\"", second
        }
        { printf ",\"%s\":%s", $1, value[$2] }
        END { print "}" }'
}

# many_fields COUNT VALUE: a record with so many fields f1, f2 …
many_fields() {
    seq "$1" | awk -v value="$2" 'BEGIN {
            printf "{\"time\":\"2026-11-22T09:42:00Z\",\"name\":\"S\""
        }
        { printf ",\"f%d\":%s", $1, value }
        END { print "}" }'
}

@test "all known field names fit into one table" {
    local count

    count=$(grep -cvE '^(model|serial_number)	' "$data/field-names.tsv")
    [ "$count" -ge 716 ]
    # Texts of 40 bytes take the most room of a page: longer ones may move out.
    all_fields 1 "\"$(printf '%064d' 0)\"" >"$records"
    all_fields 2 "\"$(printf '%040d' 0)\"" >>"$records"
    insert "$records"
    assert_query "SELECT COUNT(*), COUNT(extra) FROM sample" "2	0"
    assert_query "SELECT COUNT(*) FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'sample'" \
        $((count + 3))
}

@test "fields beyond the columns that fit go to extra, with a message" {
    many_fields 1200 12345.5 >"$records"
    run -0 insert "$records"
    assert_output "db-insert: new fields of sample go to column extra: the table can have no more columns"
    assert_query "SELECT f1, f900, JSON_VALUE(extra, '$.f1200')
        FROM sample" "12345.5	12345.5	12345.5"
    dump >"$BATS_TEST_TMPDIR/before"
    insert "$records"
    dump | diff "$BATS_TEST_TMPDIR/before" -
}

@test "so do texts" {
    many_fields 300 "\"$(printf '%040d' 1)\"" >"$records"
    insert "$records"
    assert_query "SELECT f1 + f180 + JSON_VALUE(extra, '$.f300')
        FROM sample" 3
}

@test "what has no column goes to extra" {
    record 1 '"Bad":1,"a b":2,"a`b":3,"_x":4,"":5,"9x":6,"device_id":7,
        "extra":8,"o":{"x":1},"ä":9' | tr -d '\n\t' | insert
    assert_query "SELECT JSON_LENGTH(extra),
        JSON_VALUE(extra, '$.device_id'), JSON_VALUE(extra, '$.o.x')
        FROM sample" "10	7	1"
    assert_query "SELECT COUNT(*) FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'sample'" 12
}

@test "a key that can be no column does not keep others from it" {
    record 1 '"a":1,"db_row_id":2,"b":3,"fts_doc_id":4,"db_trx_id":5,"c":6' \
        >"$records"
    run -0 insert "$records"
    assert_output --partial "new fields of sample go to column extra: "
    assert_query "SELECT a, b, c, JSON_VALUE(extra, '$.db_row_id') FROM sample" \
        "1	3	6	2"
}

@test "columns that an administrator has changed" {
    insert_from_pipe
    record 1 '"s":"longer","n":1.5,"a":1' >&9
    wait_for 30 has_rows 1
    query "DELETE FROM sample; ALTER TABLE sample MODIFY s VARCHAR(3),
        MODIFY n TINYINT"
    record 2 '"s":"longer","n":1000.5,"a":2' >&9
    wait_for 30 has_rows 1
    assert_query "SELECT s, n, a, JSON_COMPACT(extra) FROM sample" \
        'NULL	NULL	2	{"s":"longer","n":1000.5}'
    # Without it, a record is refused alone.
    query "ALTER TABLE sample ADD note INT NOT NULL"
    query "ALTER TABLE sample ALTER note DROP DEFAULT"
    { record 3 '"a":3'; record 4 '"a":4,"note":7'; } >&9
    wait_for 30 says "rejects the record: Field 'note' doesn't have a default value"
    exec 9>&-
    finish 65
    run -0 jq -c .record.a "$XDG_STATE_HOME"/db-insert/*:"$database"/rejected
}

@test "names of 64 characters are columns, longer ones are not" {
    local name

    name=$(printf '%064d' 0 | tr 0 a)
    record 1 "\"$name\":1,\"${name}b\":2" | insert
    assert_query "SELECT $name, JSON_VALUE(extra, '$.${name}b')
        FROM sample" "1	2"
}

@test "words of SQL are names of columns like others" {
    record 1 '"select":1,"table":2,"null":3' | insert
    assert_query 'SELECT `select`, `table`, `null` FROM sample' "1	2	3"
}

@test "a value that does not fit its column goes to extra" {
    record 1 '"b":true,"n":1.5,"s":"x","l":[1]' | insert
    record 2 '"b":1,"n":"x","s":2,"l":true' | insert
    record 3 '"b":"x","n":true,"s":[1],"l":1,"big":1' | insert
    record 4 "\"s\":\"$(printf '%065d' 0)\",\"big\":9007199254740993" |
        insert
    assert_query "SELECT b, n, s, l, JSON_LENGTH(extra) FROM sample
        ORDER BY time" "1	1.5	x	[1]	NULL
NULL	NULL	NULL	NULL	4
NULL	NULL	NULL	NULL	4
NULL	NULL	NULL	NULL	2"
    assert_query "SELECT JSON_VALUE(extra, '$.big') FROM sample
        WHERE JSON_EXISTS(extra, '$.big')" 9007199254740993
}

@test "64 characters fit, of however many bytes" {
    record 1 "\"s\":\"$(printf '%064d' 0 | sed 's/0/ä/g')\",\"t\":\"🔋\"" |
        insert
    assert_query "SELECT CHAR_LENGTH(s), t, extra FROM sample" "64	🔋	NULL"
}

@test "lists that grow when a poll comes in parts are united in extra" {
    record 1 '"failed":["1+1 timeout"],"registers":{"1":10}' | insert
    record 1 '"failed":["2+1 crc"],"registers":{"2":20}' | insert
    assert_query "SELECT JSON_COMPACT(extra) FROM sample" \
        '{"failed":["1+1 timeout","2+1 crc"],"registers":{"1":10,"2":20}}'
    record 1 '"failed":["1+1 timeout"]' | insert
    record 1 '"failed":["1+1 timeout","2+1 crc"]' | insert
    assert_query "SELECT JSON_COMPACT(extra) FROM sample" \
        '{"failed":["1+1 timeout","2+1 crc"],"registers":{"1":10,"2":20}}'
}

@test "several at once make the tables and columns together" {
    local n pids=()

    for n in 1 2 3 4; do
        record "$n" "\"a\":1,\"b$n\":2,\"pack\":$n" >"$records.$n"
        record "$n" "\"a\":1,\"c$n\":2" >>"$records.$n"
        insert "$records.$n" 3>&- &
        pids+=($!)
    done
    for n in "${pids[@]}"; do
        wait "$n"
    done
    assert_query "SELECT COUNT(*), SUM(a), SUM(c1), SUM(c4) FROM sample" \
        "4	4	2	2"
    assert_query "SELECT COUNT(*) FROM device" 1
}

@test "numbers in lists and in extra come as they are" {
    record 1 '"l":[0.30000000000000004,53.95,1.7976931348623157e308,5e-324],
        "X":0.30000000000000004,"o":{"a":[53.95,1152921504606846977]}' |
        tr -d '\n\t' | insert
    assert_query "SELECT l, extra FROM sample" \
        '[0.30000000000000004,53.95,1.7976931348623157e308,4.94065645841247e-324]	{"X":0.30000000000000004,"o":{"a":[53.95,1152921504606846977]}}'
}

@test "a newer value in extra replaces the older one" {
    record 1 '"X":[1,2,3],"Y":1152921504606846976,"Z":{"a":[1],"b":2}' | insert
    record 1 '"X":[1],"Y":1152921504606846977,"Z":{"a":[]}' | insert
    assert_query "SELECT JSON_COMPACT(extra) FROM sample" \
        '{"X":[1],"Y":1152921504606846977,"Z":{"a":[],"b":2}}'
}

# --- refusals --------------------------------------------------------------

@test "each bad line is named with its reason, the rest is inserted" {
    {
        record 1
        echo 'not json'
        echo '[1]'
        echo '{"name":"S"}'
        echo '{"time":"2026-11-22T09:42:00Z"}'
        echo '{"time":"2026-11-22","name":"S"}'
        echo '{"time":"2026-02-29T00:00:00Z","name":"S"}'
        echo '{"time":1,"name":"S"}'
        echo '{"time":"2026-11-22T09:42:00Z","name":5}'
        printf '{"time":"2026-11-22T09:42:00Z","name":"\0"}\n'
        record 2 '"a":1,"a":2'
        record 2 '"a":1e400'
        record 2 '"a":99999999999999999999'
        record 2 '"pack":0'
        record 2 '"pack":256'
        record 2 '"pack":"1"'
        record 2 '"a":"\u0000"'
        record 2 "\"a\":$(printf '[%.0s' {1..9})$(printf ']%.0s' {1..9})"
        printf '{"time":"2026-11-22T09:42:00Z","name":"\xff"}\n'
        printf '[%.0s' {1..5000}; echo
        head -c 1000000 /dev/zero | tr '\0' x; echo
        echo '{} {}'
        echo "{\"time\":\"2026-11-22T09:42:00Z\",\"name\":\"$(
            printf '%0256d' 0)\"}"
        record 3
        printf '{"time":"2026-11-22T09'
    } >"$records"
    run -65 insert "$records"
    # A line that is too long is told of before it waits in the spool.
    sed "s|^db-insert: $records:||" <<<"$output" |
        sort -n >"$BATS_TEST_TMPDIR/said"
    diff - "$BATS_TEST_TMPDIR/said" <"$data/refused.txt"
    assert_query "SELECT COUNT(*), COUNT(DISTINCT time) FROM sample" "2	2"
}

@test "equal refusals in a row have few messages, with a count" {
    { repeat 100 '{"name":"S"}'; record 1; echo '[1]'; } >"$records"
    run -65 insert "$records"
    assert_line --index 0 "db-insert: $records:1: record has no time (bt-decode --time gives it one)"
    assert_line --index 2 --partial ":3: record has no time"
    # In parts, if the machine is busy.
    assert_equal "$(grep -c "no time" <<<"$output")" 3
    assert_equal "$(sed -nE 's/.* same error in ([0-9]+) more .*/\1/p' <<<"$output" |
        awk '{ n += $1 } END { print n }')" 97
    assert_line --partial "$records:100: the same error in "
    assert_line --index -1 "db-insert: $records:102: not a JSON object"
    assert_query "SELECT COUNT(*) FROM sample" 1
}

@test "they do not wait for what comes next" {
    insert_from_pipe
    repeat 10 '{"name":"S"}' >&9
    wait_for 30 says ":10: the same error in [0-9]* more lines* up to this one"
    echo '{"name":"S"}' >&9
    wait_for 30 says ":11: the same error in 1 more line"
    exec 9>&-
    finish 65
}

@test "lines of bt-poll: it says that bt-decode is missing" {
    run -65 insert "$data/eb3a-logger.log" "$data/ac300-small-reads.log"
    assert_line --partial "output of bt-poll: pipe it through bt-decode"
}

@test "standard input is named in messages" {
    run -65 insert <<<'x'
    assert_output --partial "db-insert: standard input:1: not JSON"
}

@test "a record that the server refuses does not stop the others" {
    local n

    record 0 '"a":0' | insert
    query "ALTER TABLE sample ADD CONSTRAINT small CHECK (a < 100)"
    for n in {1..59}; do
        record "$n" "\"a\":$((n % 20 == 7 ? 500 : n))"
    done >"$records"
    run -65 insert "$records"
    assert_line "db-insert: $records:7: the database rejects the record: CONSTRAINT \`small\` failed for \`$database\`.\`sample\`"
    assert_line --partial "$records:27: "
    assert_line --partial "$records:47: "
    [ "${#lines[@]}" = 3 ]
    assert_query "SELECT COUNT(*), MAX(a) FROM sample" "57	59"
}

@test "the first record of a station is refused: the second one makes its device" {
    record 0 '"a":0' | insert
    query "ALTER TABLE sample ADD CONSTRAINT small CHECK (a < 100)"
    printf '{"time":"2026-11-22T09:42:%02dZ","name":"New","a":%d}\n' \
        1 500 2 1 >"$records"
    insert_from_pipe
    head -n 1 "$records" >&9
    wait_for 30 says "the database rejects the record"
    tail -n 1 "$records" >&9
    wait_for 30 has_rows 2
    exec 9>&-
    finish 65
    assert_query "SELECT a FROM sample JOIN device ON device.id = device_id
        WHERE name = 'New'" 1
    # In one batch, too.
    query "DELETE FROM sample; DELETE FROM device"
    run -65 insert "$records"
    assert_query "SELECT name, a FROM sample JOIN device ON device.id = device_id" \
        "New	1"
}

@test "a file that cannot be read does not stop the others: 74" {
    record 1 >"$records"
    run -74 insert "$BATS_TEST_TMPDIR/none" "$records"
    assert_output "db-insert: cannot read $BATS_TEST_TMPDIR/none: No such file or directory"
    assert_query "SELECT COUNT(*) FROM sample" 1
}

@test "a closed standard input is reported, and nothing else is read" {
    local command="db-insert --no-defaults -S $MARIADB_SOCKET -u root -D $database"

    run -74 bash -c "$command <&-"
    assert_output "db-insert: cannot read standard input: Bad file descriptor"
    record 1 >"$records"
    run -0 bash -c "$command $records <&- 2>&-"
    assert_query "SELECT COUNT(*) FROM sample" 1
}

@test "a standard error that nobody reads holds up nothing" {
    mkfifo "$BATS_TEST_TMPDIR/unread"
    exec 8<>"$BATS_TEST_TMPDIR/unread"
    dd if=/dev/zero bs=4096 count=16 >&8 2>/dev/null
    { repeat 20 x; record 1; } >"$records"
    run -65 timeout 60 db-insert --no-defaults --socket="$MARIADB_SOCKET" \
        --user=root --database="$database" "$records" 2>&8
    exec 8>&-
    assert_query "SELECT COUNT(*) FROM sample" 1
}

# --- usage -----------------------------------------------------------------

@test "help and version" {
    run -0 db-insert --help
    assert_line --index 0 "Usage: db-insert [option...] [file...]"
    run -0 db-insert '-?'
    assert_line --index 0 "Usage: db-insert [option...] [file...]"
    run -0 db-insert --version
    assert_output --regexp '^db-insert \(bluetti-tools\) [0-9.]+$'
}

@test "bad usage: 64" {
    run -64 db-insert --no-such-option
    run -64 db-insert -Z
    run -64 db-insert --timeout=soon
    run -64 db-insert --timeout=-1
    run -64 db-insert --port=70000
    run -64 db-insert --ssl=perhaps
    run -64 db-insert --host
    run -64 db-insert --host=a,,b
    run -64 db-insert --spool-limit=much
    run -64 db-insert --spool-limit=0
    run -64 db-insert --spool-limit=99999999999G
    run -64 db-insert --drain "$data/records.json"
}

# --- login -----------------------------------------------------------------

# make_user NAME PASSWORD RIGHTS
make_user() {
    mariadb_query "CREATE OR REPLACE USER $1@localhost
        IDENTIFIED BY '$2'; GRANT $3 ON $database.* TO $1@localhost"
}

@test "the minimal rights of the manual suffice" {
    make_user maker_$database secret "SELECT, INSERT, UPDATE, CREATE, ALTER"
    insert --user=maker_$database --password=secret "$data/records.json"
    assert_query "SELECT COUNT(*) FROM sample" 2
    mariadb_query "DROP USER maker_$database@localhost"
}

@test "without the right to add columns, fields go to extra: one message" {
    local statement

    insert </dev/null
    make_user writer_$database secret "SELECT, INSERT, UPDATE"
    { record 1 '"a":1,"b":true'; record 2 '"c":"x"'; } >"$records"
    run -0 insert --user=writer_$database --password=secret "$records"
    statement=${output##*run: }
    assert_output "db-insert: new fields of sample go to column extra: no right to add columns; an administrator must GRANT ALTER or run: ALTER TABLE sample ADD COLUMN IF NOT EXISTS \`a\` DOUBLE, ADD COLUMN IF NOT EXISTS \`b\` BOOLEAN, ADD COLUMN IF NOT EXISTS \`c\` VARCHAR(64), ALGORITHM=INSTANT"
    assert_query "SELECT extra FROM sample ORDER BY time" '{"a":1,"b":true}
{"c":"x"}'
    query "$statement"
    insert --user=writer_$database --password=secret "$records"
    assert_query "SELECT a, b, c FROM sample ORDER BY time" "1	1	NULL
NULL	NULL	x"
    mariadb_query "DROP USER writer_$database@localhost"
}

@test "the statement that an administrator must run is complete" {
    insert </dev/null
    make_user short_$database secret "SELECT, INSERT, UPDATE"
    awk -F '	' 'BEGIN {
        printf "{\"time\":\"2026-11-22T09:42:00Z\",\"name\":\"S\"" }
    { printf ",\"%s\":1", $1 } END { print "}" }' <(grep -vE \
        '^(model|serial_number)	' "$data/field-names.tsv") >"$records"
    run -0 insert --user=short_$database --password=secret "$records"
    [ "${#lines[@]}" = 1 ]
    query "${output##*run: }"
    mariadb_query "DROP USER short_$database@localhost"
}

@test "missing tables and no right to make them: 77, with the statement" {
    make_user reader_$database secret "SELECT, INSERT, UPDATE"
    run -77 insert --user=reader_$database --password=secret \
        "$data/records.json"
    assert_output --partial "an administrator must run: CREATE TABLE"
    mariadb_query "DROP USER reader_$database@localhost"
}

@test "no right to write: 77" {
    insert </dev/null
    make_user looker_$database secret SELECT
    run -77 insert --user=looker_$database --password=secret \
        "$data/records.json"
    assert_output --partial "3 records are in the spool "
    assert_output --partial "command denied"
    mariadb_query "DROP USER looker_$database@localhost"
}

@test "wrong password: 77, and what to do" {
    make_user locked_$database secret SELECT
    run -77 insert --user=locked_$database --password=wrong </dev/null
    assert_output --partial "Access denied for user"
    assert_output --partial "with -u and -p"
    mariadb_query "DROP USER locked_$database@localhost"
}

@test "no right on the database: 77; unknown database: 78" {
    mariadb_query "CREATE USER nobody_$database@localhost"
    run -77 insert --user=nobody_$database </dev/null
    assert_output --partial "must GRANT rights"
    run -78 insert --database=no_such_$database </dev/null
    assert_output --partial "CREATE DATABASE \`no_such_$database\`"
    mariadb_query "DROP USER nobody_$database@localhost"
}

@test "tables of a newer version: 78" {
    insert </dev/null
    query "INSERT INTO schema_version VALUES (3)"
    run -78 insert </dev/null
    assert_output --partial "for a newer db-insert"
}

@test "option files: groups, quotes, comments, includes; arguments win" {
    local file=$BATS_TEST_TMPDIR/my.cnf

    cat >"$file" <<END
# a comment
[mysqld]
socket = /nowhere
[client]
user = "nobody"
unknown_to_us = 1
socket = /nowhere/else
[db-insert]
user = 'root' # a comment
!include $BATS_TEST_TMPDIR/more.cnf
END
    cat >"$BATS_TEST_TMPDIR/more.cnf" <<END
[client-mariadb]
socket=$MARIADB_SOCKET
database=wrong
END
    record 1 | db-insert --defaults-file="$file" -D "$database"
    assert_query "SELECT COUNT(*) FROM sample" 1
    record 2 | HOME=$BATS_TEST_TMPDIR db-insert \
        --defaults-extra-file="$file" --database="$database"
    cp "$file" "$BATS_TEST_TMPDIR/.my.cnf"
    record 3 >"$records"
    HOME=$BATS_TEST_TMPDIR run -0 db-insert -D "$database" "$records"
    assert_output ""
    assert_query "SELECT COUNT(*) FROM sample" 3
}

@test "option files: blanks and # within quotes" {
    local file=$BATS_TEST_TMPDIR/my.cnf user=quoted_$BATS_TEST_NUMBER

    mariadb_query "CREATE USER $user@localhost IDENTIFIED BY 'a #b';
        GRANT ALL ON $database.* TO $user@localhost"
    for quoted in '"a #b"' "'a #b'" '"a #b" # c' 'a\s#b # c'; do
        printf '[client]\nsocket=%s\nuser=%s\npassword = %s\n' \
            "$MARIADB_SOCKET" "$user" "$quoted" >"$file"
        run -0 db-insert --defaults-file="$file" -D "$database" </dev/null
    done
    mariadb_query "DROP USER $user@localhost"
}

@test "option files: those of a directory in the order of their names" {
    local file=$BATS_TEST_TMPDIR/my.cnf dir=$BATS_TEST_TMPDIR/my.cnf.d n

    mkdir "$dir"
    # However the directory has them: the last one wins.
    for n in 5 9 1 7 3 2 8 4 6; do
        printf '[client]\nuser=%s\n' $([ "$n" = 9 ] && echo root || echo no) \
            >"$dir/$n.cnf"
    done
    printf '[client]\nuser=no\n' >"$dir/a.conf"
    printf '[client]\nsocket=%s\nuser=no\n!includedir %s\n' \
        "$MARIADB_SOCKET" "$dir" >"$file"
    run -0 db-insert --defaults-file="$file" -D "$database" </dev/null
    printf '[client]\nuser=no\n' >"$dir/a.cnf"
    run -77 db-insert --defaults-file="$file" -D "$database" </dev/null
}

@test "bad option files: 78, with file and line" {
    local file=$BATS_TEST_TMPDIR/my.cnf

    run -78 db-insert --defaults-file="$BATS_TEST_TMPDIR/none"
    assert_output --partial "none: No such file or directory"
    printf '[db-insert]\nuser=root\nspeling=1\n' >"$file"
    run -78 db-insert --defaults-file="$file"
    assert_output "db-insert: $file:3: unknown option"
    printf '[client]\nport=x\n' >"$file"
    run -78 db-insert --defaults-file="$file"
    assert_output --partial "$file:2: "
    printf '!include %s\n' "$file" >"$file"
    run -78 db-insert --defaults-file="$file"
    assert_output --partial "too many files within files"
    printf '[client\n' >"$file"
    run -78 db-insert --defaults-file="$file"
    printf '[client]\nuser=a\0b\n' >"$file"
    run -78 db-insert --defaults-file="$file"
    assert_output "db-insert: $file: has a zero byte"
    run -78 db-insert --defaults-file=/
    assert_output "db-insert: /: Is a directory"
    run -78 db-insert --defaults-file=<(printf '[db-insert]\nspeling=1\n')
    assert_output --regexp '^db-insert: /dev/fd/[0-9]+:2: unknown option$'
}

@test "an option file that all the world may write is passed over, with a message" {
    printf '[db-insert]\nspeling=1\n' >"$BATS_TEST_TMPDIR/my.cnf"
    chmod 666 "$BATS_TEST_TMPDIR/my.cnf"
    run -0 db-insert --defaults-file="$BATS_TEST_TMPDIR/my.cnf" \
        -S "$MARIADB_SOCKET" -u root -D "$database" </dev/null
    assert_output "db-insert: $BATS_TEST_TMPDIR/my.cnf: ignored, since any user may write it: chmod o-w makes it safe"
}

@test "a password in the argument vector is wiped" {
    [ -z "${VALGRIND:-}" ] || skip "valgrind keeps a vector of its own"
    # Nobody answers there, so that it stays.
    insert_from_pipe --socket="$BATS_TEST_TMPDIR/none" --password=secret
    wait_for 30 grep -q xxxxxx "/proc/$pid/cmdline"
    run -1 grep -q secret "/proc/$pid/cmdline"
    kill -TERM "$pid"
    kill -INT "$pid"
    finish 130 143
}

@test "-p alone without a terminal says so" {
    run setsid db-insert --no-defaults -p </dev/null
    assert_output --partial "cannot ask for the password: "
    assert_equal "$status" 74
}

@test "-p alone asks on the terminal, without echo" {
    local command

    make_user asked_$database secret "SELECT, INSERT, UPDATE, CREATE, ALTER"
    record 1 >"$records"
    command="db-insert --no-defaults -S $MARIADB_SOCKET -D $database"
    command+=" -u asked_$database -p <$records"
    mkfifo "$BATS_TEST_TMPDIR/keys"
    script -qec "$command" /dev/null <"$BATS_TEST_TMPDIR/keys" \
        >"$BATS_TEST_TMPDIR/said" 3>&- &
    pid=$!
    exec 9>"$BATS_TEST_TMPDIR/keys"
    wait_for 30 says "Password: "
    echo secret >&9
    wait_for 30 has_rows 1
    exec 9>&-
    finish 0
    run -1 says secret
    mariadb_query "DROP USER asked_$database@localhost"
}

@test "a terminal as input is reported, and one ^C ends it" {
    local command start

    command="exec db-insert --no-defaults -S $MARIADB_SOCKET -D $database"
    mkfifo "$BATS_TEST_TMPDIR/keys"
    script -qec "$command -u root" /dev/null <"$BATS_TEST_TMPDIR/keys" \
        >"$BATS_TEST_TMPDIR/said" 3>&- &
    pid=$!
    exec 9>"$BATS_TEST_TMPDIR/keys"
    wait_for 30 grep -q 'reading from the terminal: end with Ctrl-D' "$BATS_TEST_TMPDIR/said"
    record 1 >&9
    wait_for 30 has_rows 1
    start=$SECONDS
    printf '\003' >&9
    finish 0
    # Not after the five seconds that a pipe has.
    [ $((SECONDS - start)) -lt 5 ]
    exec 9>&-
}

# --- TLS -------------------------------------------------------------------

# Certificates of an authority, the server and a stranger.
make_certificates() {
    local dir=$1 name

    for name in authority stranger; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
            -subj "/CN=$name" -keyout "$dir/$name.key" \
            -out "$dir/$name.pem" 2>/dev/null
    done
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost \
        -keyout "$dir/server.key" -out "$dir/server.csr" 2>/dev/null
    openssl x509 -req -in "$dir/server.csr" -days 2 -CAcreateserial \
        -CA "$dir/authority.pem" -CAkey "$dir/authority.key" \
        -out "$dir/server.pem" 2>/dev/null
}

@test "TLS: what is asked for is in force, or the login is refused" {
    local dir=$BATS_TEST_TMPDIR file

    run -78 insert --ssl </dev/null
    run -78 insert --ssl-ca=/nowhere </dev/null
    make_certificates "$dir"
    mariadb_start "$dir/own" --ssl-cert="$dir/server.pem" \
        --ssl-key="$dir/server.key" --ssl-ca="$dir/authority.pem"
    mariadb_query "CREATE DATABASE $database"
    insert --ssl </dev/null
    insert --ssl-ca="$dir/authority.pem" </dev/null
    insert --ssl-ca="$dir/authority.pem" --ssl-verify-server-cert </dev/null
    run -78 insert --ssl-ca="$dir/stranger.pem" </dev/null
    run -78 insert --ssl-ca="$dir/stranger.pem" --ssl-verify-server-cert \
        </dev/null
    insert --ssl --skip-ssl-verify-server-cert </dev/null
    insert --skip-ssl </dev/null

    # Words count as numbers do, and arguments win.
    file=$dir/my.cnf
    printf '[client]\nssl-ca=%s\nssl-verify-server-cert=ON\n' \
        "$dir/stranger.pem" >"$file"
    run -78 db-insert --defaults-file="$file" -S "$MARIADB_SOCKET" -u root \
        -D "$database" </dev/null
    db-insert --defaults-file="$file" -S "$MARIADB_SOCKET" -u root \
        -D "$database" --ssl-ca="$dir/authority.pem" </dev/null
}

# tcp_server ADDRESS OPTION...: a server of its own that listens there, on a free
# port, which is then in $port.
tcp_server() {
    local address=$1
    shift
    for _ in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 10000))
        ! mariadb_start "$BATS_TEST_TMPDIR/own" --skip-skip-networking \
            --bind-address="$address" --port="$port" "$@" || return 0
    done
    return 1
}

@test "TLS over TCP: a certificate of another host, and the port, are noticed" {
    local dir=$BATS_TEST_TMPDIR login port

    make_certificates "$dir"
    openssl req -newkey rsa:2048 -nodes -subj /CN=other.example.org \
        -keyout "$dir/other.key" -out "$dir/other.csr" 2>/dev/null
    openssl x509 -req -in "$dir/other.csr" -days 2 -CAcreateserial \
        -CA "$dir/authority.pem" -CAkey "$dir/authority.key" \
        -out "$dir/other.pem" 2>/dev/null
    # Not 127.0.0.1: on that, Connector/C 3.4 compares no name.
    tcp_server 127.0.0.2 --ssl-cert="$dir/other.pem" --ssl-key="$dir/other.key" \
        --ssl-ca="$dir/authority.pem"
    mariadb_query "CREATE DATABASE $database;
        CREATE USER far@'127.%' IDENTIFIED BY 'secret' REQUIRE SSL;
        GRANT ALL ON $database.* TO far@'127.%'"
    login=(--no-defaults --host=127.0.0.2 --port="$port" --user=far
        --password=secret --database="$database")
    record 1 >"$records"
    run -78 db-insert "${login[@]}" --ssl-ca="$dir/authority.pem" "$records"
    run -78 db-insert "${login[@]}" --ssl-ca="$dir/stranger.pem" "$records"
    run -77 db-insert "${login[@]}" --skip-ssl "$records"
    run -0 db-insert "${login[@]}" --ssl "$records"
    run -0 db-insert "${login[@]}" --ssl-ca="$dir/authority.pem" \
        --skip-ssl-verify-server-cert "$records"
    assert_query "SELECT COUNT(*) FROM sample" 1
    [ -d "$XDG_STATE_HOME/db-insert/127.0.0.2:$port:$database" ]
    # Another port is another server: there is another spool.
    run -75 db-insert "${login[@]}" --port=1 --timeout=1 "$records"
    [ -s "$XDG_STATE_HOME/db-insert/127.0.0.2:1:$database/1/0000000001.json" ]
    MYSQL_TCP_PORT=2 run -75 db-insert --no-defaults -h 127.0.0.2 -u far \
        --database="$database" --timeout=1 "$records"
    [ -s "$XDG_STATE_HOME/db-insert/127.0.0.2:2:$database/1/0000000001.json" ]
}

# --- a server that comes and goes -------------------------------------------

@test "--timeout: a database out of reach is 75, the records are spooled" {
    record 1 >"$records"
    run -75 insert --socket="$BATS_TEST_TMPDIR/none" --timeout=1 "$records"
    assert_line --index 0 --partial "waiting for the database: "
    assert_line --index 1 --partial "1 records are in the spool "
    [ "${#lines[@]}" = 2 ]
}

@test "--replace: what it spooled is drained with --replace only" {
    record 1 '"a":1,"b":2' | insert
    record 1 '"a":3' >"$records"
    ln -s "$MARIADB_SOCKET" "$BATS_TEST_TMPDIR/sock"
    insert --socket="$BATS_TEST_TMPDIR/sock" </dev/null
    rm "$BATS_TEST_TMPDIR/sock"
    run -75 insert --socket="$BATS_TEST_TMPDIR/sock" --timeout=1 --replace "$records"
    assert_line --index 1 --partial "db-insert --drain --replace delivers them"
    ln -s "$MARIADB_SOCKET" "$BATS_TEST_TMPDIR/sock"
    insert --socket="$BATS_TEST_TMPDIR/sock" --drain
    assert_query "SELECT a, b FROM sample" "1	2"
    insert --socket="$BATS_TEST_TMPDIR/sock" --drain --replace
    assert_query "SELECT a, b FROM sample" "3	NULL"
}

@test "a database out of reach and no record is 69" {
    run -69 insert --socket="$BATS_TEST_TMPDIR/none" --timeout=1 </dev/null
    assert_output --partial "waiting for the database: "
    [ "${#lines[@]}" = 1 ]
}

@test "it waits for a server that starts later" {
    mkdir "$BATS_TEST_TMPDIR/own"
    MARIADB_SOCKET=$BATS_TEST_TMPDIR/own/sock
    insert_from_pipe
    record 1 >&9
    wait_for 30 says "waiting for the database"
    mariadb_start "$BATS_TEST_TMPDIR/own" \
        --init-file=<(echo "CREATE DATABASE $database;")
    wait_for 30 has_rows 1
    exec 9>&-
    finish 0
    says "the database is back"
}

@test "a restart of the server loses nothing" {
    mariadb_start "$BATS_TEST_TMPDIR/own"
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe
    record 1 '"a":1' >&9
    wait_for 30 has_rows 1
    mariadb_stop "$BATS_TEST_TMPDIR/own"
    { record 2 '"a":2'; record 3 '"a":3'; } >&9
    wait_for 30 says "lost the database"
    record 4 '"a":4' >&9
    kill -USR1 "$pid"
    wait_for 30 says "1 rows written"
    mariadb_start "$BATS_TEST_TMPDIR/own"
    wait_for 30 has_rows 4
    mariadb_kill "$BATS_TEST_TMPDIR/own"
    record 5 '"b":5' >&9
    mariadb_start "$BATS_TEST_TMPDIR/own"
    wait_for 30 has_rows 5
    exec 9>&-
    finish 0
    [ "$(grep -c "lost the database" "$BATS_TEST_TMPDIR/said")" = 2 ]
    [ "$(grep -c "is back" "$BATS_TEST_TMPDIR/said")" = 2 ]
}

has_some_rows() {
    [ "$(rows)" -gt 0 ]
}

@test "a server killed in the middle of much input loses nothing" {
    seq 0 29999 | awk '{ printf "{\"time\":\"2026-11-22T%02d:%02d:%02dZ\"," \
        "\"name\":\"S\",\"n\":%d,\"%s\":true}\n", $1 / 3600, $1 / 60 % 60,
        $1 % 60, $1, $1 % 2 ? "odd" : "even" }' >"$records"
    mariadb_start "$BATS_TEST_TMPDIR/own"
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe
    head -n 15000 "$records" >&9
    wait_for 30 has_some_rows
    mariadb_kill "$BATS_TEST_TMPDIR/own"
    tail -n 15000 "$records" >&9 &
    wait_for 30 says "lost the database"
    mariadb_start "$BATS_TEST_TMPDIR/own"
    wait $!
    exec 9>&-
    finish 0
    assert_query "SELECT COUNT(*), SUM(n), SUM(odd), SUM(even) FROM sample" \
        "30000	449985000	15000	15000"
}

@test "a connection that is killed is made again" {
    insert_from_pipe
    record 1 >&9
    wait_for 30 has_rows 1
    query "SELECT CONCAT('KILL ', ID) FROM information_schema.PROCESSLIST
        WHERE DB = '$database' AND ID <> CONNECTION_ID()" |
        while read -r statement; do mariadb_query "$statement"; done
    record 2 >&9
    wait_for 30 has_rows 2
    exec 9>&-
    finish 0
}

@test "columns that vanish under it come again" {
    insert_from_pipe
    record 1 '"a":1' >&9
    wait_for 30 has_rows 1
    query "ALTER TABLE sample DROP COLUMN a"
    record 2 '"a":2' >&9
    wait_for 30 has_rows 2
    assert_query "SELECT a FROM sample ORDER BY time" "NULL
2"
    # One of several: each value keeps to its column.
    record 3 '"a":3,"b":4,"c":5' >&9
    wait_for 30 has_rows 3
    query "ALTER TABLE sample DROP COLUMN a"
    record 4 '"a":6,"b":7,"c":8' >&9
    wait_for 30 has_rows 4
    assert_query "SELECT a, b, c FROM sample ORDER BY time DESC LIMIT 2" "6	7	8
NULL	4	5"
    exec 9>&-
    finish 0
}

@test "a lone record is in the database within a second" {
    local start end

    insert_from_pipe
    record 1 >&9
    wait_for 30 has_rows 1
    start=$(date +%s%N)
    record 2 >&9
    wait_for 30 has_rows 2
    end=$(date +%s%N)
    [ $(((end - start) / 1000000)) -lt 1000 ]
    exec 9>&-
    finish 0
}

# --- signals ---------------------------------------------------------------

@test "SIGTERM: what comes before the end of the input is inserted" {
    insert_from_pipe
    record 1 >&9
    wait_for 30 has_rows 1
    kill -TERM "$pid"
    record 2 >&9
    wait_for 30 has_rows 2
    exec 9>&-
    finish 0
}

@test "SIGTERM: input that does not end is left after 5 s: 75" {
    accelerate 10
    insert_from_pipe
    record 1 >&9
    wait_for 30 has_rows 1
    kill -TERM "$pid"
    finish 75
    exec 9>&-
}

@test "a second SIGTERM leaves at once" {
    [ -z "${VALGRIND:-}" ] || skip "who is killed frees no memory"
    insert_from_pipe
    record 1 >&9
    wait_for 30 has_rows 1
    kill -TERM "$pid"
    kill -INT "$pid"
    finish 130 143
    exec 9>&-
}

@test "SIGTERM while the database is away: 75, and how many are spooled" {
    accelerate 10
    MARIADB_SOCKET=$BATS_TEST_TMPDIR/none insert_from_pipe
    record 1 >&9
    wait_for 30 says "waiting for the database"
    kill -TERM "$pid"
    finish 75
    says "1 records are in the spool"
    exec 9>&-
}

@test "SIGUSR1 prints counters" {
    insert_from_pipe
    { record 1; echo x; } >&9
    wait_for 30 has_rows 1
    kill -USR1 "$pid"
    wait_for 30 says "2 records read, 1 rows written, 1 rejected, 0 reconnects"
    exec 9>&-
    finish 65
}

# --- views -----------------------------------------------------------------

@test "views for people" {
    insert "$data/records.json"
    query "$(cat "$top/db-insert/views.sql")"
    assert_query "SELECT name, time, dc_input_power FROM newest" \
        "AC3001234567890123	2026-11-22 09:42:10.101	0"
    assert_query "SELECT name, pack, pack_voltage FROM newest_pack" \
        "AC3001234567890123	2	53.95"
    assert_query "SELECT name, day, ROUND(dc_input_kwh * 3600, 3)
        FROM energy_a_day" "AC3001234567890123	2026-11-22	7.520"
}

@test "views for those who know the classic tables" {
    insert </dev/null
    query "$(cat "$top/db-insert/classic-views.sql")"
    insert "$data/records.json"
    assert_query "SELECT time, device, dc_input_power, arm_version
        FROM general_data ORDER BY time LIMIT 1" \
        "2026-11-22 09:42:00.101	AC300-1234567890123	752	2053.08"
    assert_query "SELECT device, ups_mode FROM settings_data
        WHERE ups_mode IS NOT NULL" \
        "AC300-1234567890123	UpsMode.PV_PRIORITY"
    assert_query "SELECT device, pack_num, pack_voltage, cell_voltages
        FROM battery_pack_data" \
        "AC300-1234567890123	2	53.95	[3.36,3.36,3.4,53.95]"
    query "SELECT * FROM internal_data"
}
