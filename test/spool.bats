#!/usr/bin/env bats
# db-insert's spool: where records wait for a server that is away, when they
# are synced, and what becomes of them.

bats_require_minimum_version 1.5.0

load common
load spool

setup_file() {
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
}

spool_bytes() {
    find "$spool" -name '*.json' -printf '%s\n' |
        awk '{ n += $1 } END { print n + 0 }'
}

# --- the server is away -----------------------------------------------------

@test "the server is away at the end of the input: spooled, said, 75" {
    server_away
    run -75 insert_away < <(numbered 1 1000)
    assert_line --index 0 --regexp \
        "^db-insert: waiting for the database: .*; trying again\$"
    assert_line --index 1 --regexp \
        "^db-insert: 1000 records are in the spool $spool/.*:$database: db-insert --drain delivers them\$"
    assert_equal "${#lines[@]}" 2
    server_back
    run -0 insert --drain
    assert_output ""
    assert_numbers 1000
    assert_spool_empty
}

@test "files are spooled as well" {
    numbered 1 1000 >"$records.1"
    numbered 1001 2000 >"$records.2"
    server_away
    run -75 insert_away "$records.1" "$records.2"
    server_back
    run -0 insert --drain
    assert_numbers 2000
}

@test "nothing to do and no server: 69" {
    server_away
    run -69 insert_away </dev/null
    run -69 insert_away --drain
}

@test "a drain without a server: 75, and nothing is lost" {
    server_away
    run -75 insert_away < <(numbered 1 1000)
    run -75 insert_away --drain
    assert_line --partial "1000 records are in the spool"
    server_back
    run -0 insert --drain
    assert_numbers 1000
}

@test "--drain takes no files and reads no input" {
    run -64 insert --drain "$records"
    # Nobody ever writes there: it would wait for ever.
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    exec 9<>"$BATS_TEST_TMPDIR/pipe"
    run -0 timeout 30 db-insert "${login[@]}" --drain <&9
    exec 9>&-
}

@test "what was left comes first: a newer record has the last word" {
    server_away
    run -75 insert_away < <(numbered 1 10 '"a":1')
    server_back
    run -0 insert < <(numbered 5 20 '"a":2')
    assert_numbers 20
    run -0 query "SELECT SUM(a = 1), SUM(a = 2) FROM sample"
    assert_output "4	16"
}

@test "input is read while the server is away, and while it drains" {
    server_away
    insert_from_pipe
    wait_for 30 says "waiting for the database"
    feed 1 100000
    server_back
    wait_for 30 has_some_rows
    feed 100001 110000
    finish 0
    says "the database is back"
    assert_numbers 110000
    assert_spool_empty
}

@test "once all is delivered, the spool goes on for the next time" {
    insert_from_pipe
    feed 1 100
    wait_for 30 has_rows 100
    wait_for 30 is_spool_empty
    feed 101 200
    wait_for 30 has_rows 200
    wait_for 30 is_spool_empty
    finish 0
}

is_spool_empty() {
    [ -z "$(segments)" ]
}

# --- left by version 0.1 ---------------------------------------------------------

# old_spool NAME SUFFIX: a spool of test/data/spools, as db-insert 0.1 has left
# it, in the place of this database.
old_spool() {
    local place=$spool/${socket//\//%2F}:3306:$database$2/1

    mkdir -p "$place"
    cp "$here/data/spools/$1"/* "$place"
}

@test "a spool of db-insert 0.1 is delivered" {
    old_spool left ""
    run -0 insert --drain
    assert_output ""
    assert_numbers 60
    assert_spool_empty
}

@test "one with a checkpoint: what lies before it is not sent again" {
    old_spool checkpoint ""
    run -0 insert < <(numbered 81 90)
    assert_output ""
    # Killed behind the first batch, of 16.
    run -0 query "SELECT COUNT(*), MIN(n), MAX(n) FROM sample"
    assert_output "74	17	90"
    assert_spool_empty
}

@test "one of --replace: with that option only" {
    old_spool replace :replace
    numbered 1 60 | insert
    run -0 insert --drain
    run -0 query "SELECT COUNT(volts), COUNT(n) FROM sample"
    assert_output "60	60"
    run -0 insert --drain --replace
    run -0 query "SELECT COUNT(volts), COUNT(n) FROM sample"
    assert_output "0	60"
    assert_spool_empty
}

# --- how much ---------------------------------------------------------------

@test "--spool-limit: it stops reading, says so once, and drops nothing" {
    local writer

    server_away
    insert_from_pipe --spool-limit=300K
    wait_for 30 says "waiting for the database"
    numbered 1 30000 >&9 3>&- &
    writer=$!
    exec 9>&-
    wait_for 30 says "the spool is full"
    [ "$(spool_bytes)" -le $((400 * 1024)) ]
    kill -0 "$writer"
    server_back
    wait_for 30 has_ended "$writer"
    finish 0
    assert_numbers 30000
    assert_equal "$(grep -c "the spool is full" "$said")" 1
}

@test "SIGTERM while the spool is full: what was read is kept, 75" {
    local writer count next

    accelerate 10
    server_away
    insert_from_pipe --spool-limit=100K
    exec 8<"$BATS_TEST_TMPDIR/pipe"
    numbered 1 30000 >&9 3>&- 8<&- &
    writer=$!
    wait_for 30 says "the spool is full"
    kill -TERM "$pid"
    finish 75
    says "input did not end within 5 s of a signal: stopped"
    count=$(held)
    [ "$(spool_bytes)" -le $((500 * 1024)) ]
    # The last one may be there in part: its end is still in the pipe.
    says "^db-insert: ($count|$((count + 1))) records are in the spool"
    next=$(sed -n '2s/.*"n":\([0-9]*\),.*/\1/p;2q' <&8)
    exec 8<&-
    wait "$writer" || :
    assert_equal "$next" $((count + 2))
    server_back
    run insert --drain
    assert_regex "$status" '^(0|65)$'
    assert_numbers "$count"
}

# --- whose ------------------------------------------------------------------

@test "the usual place" {
    local place=$BATS_TEST_TMPDIR/place

    login=("${login[@]:0:4}")
    server_away
    run -75 env STATE_DIRECTORY="$place/a:/nowhere" XDG_STATE_HOME="$place/b" \
        db-insert "${login[@]}" --timeout=1 < <(numbered 1 3)
    run -75 env -u STATE_DIRECTORY XDG_STATE_HOME="$place/b" \
        db-insert "${login[@]}" --timeout=1 < <(numbered 4 6)
    run -75 env -u STATE_DIRECTORY -u XDG_STATE_HOME HOME="$place/c" \
        db-insert "${login[@]}" --timeout=1 < <(numbered 7 9)
    [ -d "$place"/a/*:"$database"/1 ]
    [ -d "$place"/b/db-insert/*:"$database"/1 ]
    [ -d "$place"/c/.local/state/db-insert/*:"$database"/1 ]
    server_back
    run -0 env STATE_DIRECTORY="$place/a" db-insert "${login[@]}" --drain
    run -0 query "SELECT COUNT(*) FROM sample"
    assert_output 3
}

@test "nobody else may read it" {
    server_away
    (umask 0 && run -75 insert_away < <(numbered 1 3))
    run -0 find "$spool"/*:"$database" -perm /077
    assert_output ""
}

@test "records for one database never drain into another" {
    local other=other_$BATS_TEST_NUMBER

    mariadb_query "CREATE DATABASE $other"
    server_away
    run -75 insert_away < <(numbered 1 10)
    run -75 insert_away --database="$other" < <(numbered 11 20)
    server_back
    run -0 insert --drain
    assert_numbers 10
    run -0 mariadb_query --database="$other" "SHOW TABLES"
    assert_output ""
    run -0 insert --drain --database="$other"
    run -0 mariadb_query --database="$other" \
        "SELECT COUNT(*), MIN(n), MAX(n) FROM sample"
    assert_output "10	11	20"
    assert_numbers 10
}

@test "nor do those for one server into another" {
    server_away
    run -75 insert_away < <(numbered 1 10)
    run -0 insert --socket="$MARIADB_SOCKET" < <(numbered 11 20)
    run -0 insert --socket="$MARIADB_SOCKET" --drain
    run -0 query "SELECT COUNT(*), MIN(n), MAX(n) FROM sample"
    assert_output "10	11	20"
    server_back
    run -0 insert --drain
    assert_numbers 20
}

@test "a long list of hosts" {
    local many

    many=$(seq -f 'host%.0f.example.org' 30 | paste -sd ,)
    login=("${login[@]:0:1}" --socket="$socket" --user=root
        --database="$database" --spool="$spool" --host="$many,localhost")
    run -75 at "before insert 1" timeout 30 db-insert "${login[@]}" \
        --timeout=1 < <(numbered 1 3)
    assert_output --partial "3 records are in the spool"
    assert_equal "$(ls "$spool" | wc -l)" 1
    # Another list has another spool.
    run -75 timeout 30 db-insert "${login[@]}" --host="$many,nowhere" \
        --timeout=1 < <(numbered 4 6)
    assert_equal "$(ls "$spool" | wc -l)" 2
}

@test "a second one at the same time has a spool of its own" {
    insert_from_pipe
    feed 1 10
    wait_for 30 has_rows 10
    # The first one keeps its connection.
    server_away
    run -75 insert_away < <(numbered 21 30)
    run -75 insert_away < <(numbered 31 40)
    feed 11 20
    wait_for 30 has_rows 20
    server_back
    run -0 insert --drain
    assert_numbers 40
    finish 0
}

@test "what a second one left is taken over by whoever comes next" {
    insert_from_pipe
    feed 1 10
    wait_for 30 has_rows 10
    server_away
    run -75 insert_away < <(numbered 11 2000)
    finish 0
    server_back
    run -0 insert < <(numbered 2001 2010)
    assert_numbers 2010
    assert_spool_empty
}

@test "several at once lose nothing" {
    local n pids=()

    for n in 0 1 2 3 4; do
        numbered $((n * 3000 + 1)) $(((n + 1) * 3000)) |
            insert --timeout=0 3>&- &
        pids+=($!)
    done
    for n in "${pids[@]}"; do
        wait "$n"
    done
    assert_numbers 15000
    assert_spool_empty
}

# --- what is synced, and in which order -------------------------------------

# How often a step was logged.
count_step() {
    grep -cx "$1" "$steps" || :
}

has_step() {
    grep -qsx "$1" "$steps"
}

@test "while the server is well, nothing is synced" {
    local n start now late=0

    logged insert_from_pipe
    wait_for 30 has_rows 0
    for n in {1..10}; do
        start=$(date +%s%N)
        feed "$n" "$n"
        wait_for 30 has_rows "$n"
        wait_for 30 is_spool_empty
        now=$(date +%s%N)
        # A machine that is busy may be late: then it is synced.
        [ $((now - start)) -lt 400000000 ] || late=$((late + 1))
    done
    finish 0
    echo "late: $late"
    assert_equal "$(count_step write)" 10
    assert_equal "$(count_step unlink)" 10
    [ "$(count_step sync)" -le "$late" ]
    [ "$(count_step sync-directory)" -le "$late" ]
}

# synced_soon: what has been fed is, within a second and what a busy machine
# adds.
synced_soon() {
    local start

    wait_for 30 has_step write
    start=$(date +%s%N)
    wait_for 30 has_step sync-directory
    [ $(($(date +%s%N) - start)) -lt 1500000000 ]
}

@test "what the server does not acknowledge is synced within a second" {
    local try

    server_away
    for try in 1 2 3 4 5; do
        afresh
        logged insert_from_pipe
        wait_for 30 says "waiting for the database"
        feed 1 10
        ! synced_soon || break
        kill -KILL "$pid"
        wait "$pid" || :
        exec 9>&-
    done
    run -0 cat "$steps"
    assert_output "write
sync
sync-directory"
    # Once for all that came.
    feed 11 20
    wait_for 30 eval '[ "$(count_step sync)" = 2 ]'
    server_back
    finish 0
    assert_numbers 20
}

@test "the order of the steps" {
    numbered 1 60000 >"$records"
    spool_records
    run -0 logged insert --drain
    assert_numbers 60000
    # COMMIT, checkpoint, sync, rename, sync; only then may segments go.
    run -0 awk '
        function bad(why) { print NR ": " $1 ": " why; failed = 1 }
        BEGIN {
            follows["sync-checkpoint"] = "checkpoint"
            follows["rename"] = "sync-checkpoint"
            follows["sync-directory"] = "rename"
        }
        $1 ~ /^send|^insert$/ { next }
        # Another process commits meanwhile.
        $1 == "commit" { commits++; next }
        $1 == "checkpoint" && ++checkpoints > commits { bad("too early") }
        $1 in follows && last != follows[$1] { bad("after " last) }
        $1 == "unlink" && (last !~ /^(sync-directory|unlink)$/ ||
            ++unlinks > commits) { bad("after " last) }
        { last = $1; seen[$1]++ }
        END { exit failed || seen["rename"] < 2 || seen["unlink"] < 2 }' \
        "$steps"
}

# --- refused records --------------------------------------------------------

rejected() {
    cat "$spool"/*:"$database"/rejected
}

@test "refused records are kept with the reason, and can come again" {
    run -0 insert < <(numbered 1 1)
    query "ALTER TABLE sample ADD CONSTRAINT small CHECK (n % 100 <> 7)"
    run -65 insert < <(numbered 1 3000)
    # Three messages, and how many more: not 30 times the same. A machine that
    # is busy may say so in parts.
    assert_equal "$(grep -c "rejects the record: CONSTRAINT" <<<"$output")" 3
    assert_line --index 2 --partial ":207: the database rejects the record: "
    assert_equal "$(sed -nE 's/.* same error in ([0-9]+) more .*/\1/p' <<<"$output" |
        awk '{ n += $1 } END { print n }')" 27
    assert_line --index -1 --regexp \
        ":2907: the same error in [0-9]+ more lines? up to this one\$"
    run -0 query "SELECT COUNT(*), SUM(n % 100 = 7) FROM sample"
    assert_output "2970	0"
    assert_spool_empty
    assert_equal "$(rejected | wc -l)" 30
    assert_equal "$(rejected | jq -r .reason | sort -u)" \
        "CONSTRAINT \`small\` failed for \`$database\`.\`sample\`"
    assert_equal "$(rejected | jq .record.n | sort -n | paste -sd +)" \
        "$(seq 7 100 3000 | paste -sd +)"
    # They are what came in.
    diff <(rejected | jq -c .record) <(numbered 1 3000 | awk 'NR % 100 == 7')
    query "ALTER TABLE sample DROP CONSTRAINT small"
    run -0 insert < <(rejected | jq -c .record)
    assert_numbers 3000
}

@test "kill -9 at the file of refused records" {
    local at

    numbered 1 6000 >"$records"
    for at in "before reject 3" "after reject 3" "after reject 30"; do
        echo "# $at"
        afresh
        run -0 insert < <(numbered 1 1)
        query "ALTER TABLE sample ADD CONSTRAINT small CHECK (n % 150 <> 7)"
        run -137 at "$at" insert < <(cat "$records")
        run insert --drain
        assert_regex "$status" '^(0|65)$'
        # Twice, if it was not yet noted that it is there.
        run -65 insert < <(cat "$records")
        assert_equal "$(rejected | jq .record.n | sort -nu | wc -l)" 40
        run -0 query "SELECT COUNT(*) FROM sample"
        assert_output 5960
        query "ALTER TABLE sample DROP CONSTRAINT small"
        run -0 insert < <(rejected | jq -c .record)
        assert_numbers 6000
        assert_spool_empty
    done
}

@test "bad lines that were spooled are refused when they are delivered" {
    server_away
    { numbered 1 10; echo 'not json'; numbered 11 20; } >"$records"
    run -75 insert_away "$records"
    server_back
    run -65 insert --drain
    assert_output --regexp "^db-insert: .*: not JSON"
    assert_numbers 20
    assert_spool_empty
}

# --- after a power cut ------------------------------------------------------

# cut_power COMMAND: 1000 records in the spool, on which the command is run in
# the spool's folder; then it is drained.
cut_power() {
    local whole=$BATS_TEST_TMPDIR/whole

    afresh
    if [ ! -d "$whole" ]; then
        numbered 1 1000 >"$records"
        spool_records
        cp -a "$spool" "$whole"
    fi
    rm -rf "$spool"
    cp -a "$whole" "$spool"
    (cd "$spool"/*:"$database"/1 && eval "$1")
    run insert --drain
    echo "# $1: $status: $output"
}

# The first checkpoint, of a drain that was killed behind it.
spool_half() {
    numbered 1 20000 >"$records"
    spool_records
    run -137 at "after rename 2" insert --drain
}

@test "power cut: a last line that is not whole" {
    cut_power 'truncate -s -20 0000000001.json'
    assert_equal "$status" 65
    assert_numbers 999
    # But for its newline it is whole.
    cut_power 'truncate -s -1 0000000001.json'
    assert_equal "$status" 0
    assert_numbers 1000
}

@test "power cut: NUL bytes where lines were" {
    # At the end of the file, where the size was noted and the data was not.
    cut_power 'truncate -s -20000 0000000001.json
        truncate -s +20000 0000000001.json'
    assert_equal "$status" 65
    assert_numbers "$(rows)"
    [ "$(rows)" -gt 700 ]
    # In its middle.
    cut_power 'dd if=/dev/zero of=0000000001.json bs=4096 count=2 seek=5 \
        conv=notrunc status=none'
    assert_equal "$status" 65
    run -0 query "SELECT COUNT(*) > 900, MIN(n), MAX(n) FROM sample"
    assert_output "1	1	1000"
    # Much of it: more than a line may have.
    cut_power 'truncate -s +1M 0000000001.json
        cp 0000000001.json 0000000002.json'
    assert_equal "$status" 65
    assert_numbers 1000
}

@test "power cut: an empty segment, and files of others" {
    cut_power ': >0000000002.json; cp 0000000001.json 0000000003.json
        : >checkpoint.new; echo x >1.json; mkdir lost+found'
    assert_equal "$status" 0
    assert_numbers 1000
}

# A kill between the first step of a segment and its first line leaves one too.
@test "power cut: an empty segment is the last one" {
    cut_power ': >0000000002.json'
    assert_equal "$status $output" "0 "
    assert_numbers 1000
    assert_spool_empty
    # Left by a process of its own.
    cut_power 'mkdir ../2; : >../2/0000000001.json'
    assert_equal "$status $output" "0 "
    assert_numbers 1000
    assert_spool_empty
}

@test "power cut: a checkpoint that is empty or garbage" {
    local text

    for text in '' garbage 1 '1 ' '1 50' '-1 -1\n' '0 0\n' '1 100 junk\n' \
        '99999999999999999999 1\n' '18446744073709551615 0\n' \
        '\0\0\0\0\0\0\0\0'; do
        cut_power "printf -- '$text' >checkpoint; : >checkpoint.new"
        assert_equal "$status" 0
        assert_numbers 1000
    done
}

@test "power cut: a checkpoint whose segment is gone or shorter" {
    local text

    # What lies before it was delivered.
    cut_power "mv 0000000001.json 0000000004.json
        printf '3 100\n' >checkpoint"
    assert_equal "$status" 0
    assert_numbers 1000
    for text in '1 99999999\n' '1 18446744073709551615\n' '7 100\n'; do
        cut_power "printf -- '$text' >checkpoint"
        assert_equal "$status" 0
        # Later ones are not.
        run -0 insert < <(numbered 1 1100)
        assert_numbers 1100
        assert_spool_empty
    done
}

@test "power cut: the checkpoint is lost, or an older one is back" {
    spool_half
    rm "$spool"/*:"$database"/1/checkpoint
    run -0 insert --drain
    assert_numbers 20000
    assert_spool_empty
}

@test "power cut: a segment is back that was delivered" {
    local folder

    spool_half
    folder=$(echo "$spool"/*:"$database"/1)
    cp "$folder/0000000001.json" "$BATS_TEST_TMPDIR/kept"
    run -0 insert --drain
    cp "$BATS_TEST_TMPDIR/kept" "$folder/0000000001.json"
    run -0 insert --drain
    assert_numbers 20000
    assert_spool_empty
}

# --- signals ----------------------------------------------------------------

@test "SIGTERM while the server is away: the input is read to its end, 75" {
    server_away
    insert_from_pipe --timeout=1
    wait_for 30 says "waiting for the database"
    feed 1 100
    kill -TERM "$pid"
    feed 101 200
    finish 75
    says "200 records are in the spool"
    server_back
    run -0 insert --drain
    assert_numbers 200
}

@test "a second SIGTERM while the server is away kills, and nothing is lost" {
    server_away
    insert_from_pipe --timeout=0
    wait_for 30 says "waiting for the database"
    feed 1 100
    wait_for 30 eval '[ "$(held)" = 100 ]'
    kill -TERM "$pid"
    kill -INT "$pid"
    finish 130 143
    server_back
    run -0 insert --drain
    assert_numbers 100
}

# --- a slow server ----------------------------------------------------------

@test "--timeout: a server that takes seconds for some hundred is waited for" {
    run -0 insert < <(numbered 1 1)
    query "CREATE TRIGGER slow BEFORE INSERT ON sample
        FOR EACH ROW SET NEW.n = NEW.n + SLEEP(0.02)"
    numbered 1 300 >"$records"
    spool_records
    run -0 insert --timeout=4 --drain
    assert_output ""
    assert_numbers 300
}

@test "--timeout counts from the last COMMIT: a slow server is not given up" {
    run -0 insert < <(numbered 1 1)
    query "CREATE TRIGGER slow BEFORE INSERT ON sample
        FOR EACH ROW SET NEW.n = NEW.n + SLEEP(0.0005)"
    numbered 1 10000 >"$records"
    spool_records
    run -0 insert --timeout=4 --drain
    assert_output ""
    assert_numbers 10000
}

# --- what the server promises -----------------------------------------------

@test "a server that syncs its log only now and then is told of, once" {
    own_server --innodb-flush-log-at-trx-commit=2
    mariadb_query "CREATE DATABASE $database"
    insert_from_pipe
    feed 1 100
    wait_for 30 has_rows 100
    server_away
    mariadb_kill "$BATS_TEST_TMPDIR/own"
    feed 101 200
    own_server --innodb-flush-log-at-trx-commit=2
    finish 0
    assert_equal "$(grep -c "innodb_flush_log_at_trx_commit=2" "$said")" 1
    says "^db-insert: the server does not sync its log at every commit \(innodb_flush_log_at_trx_commit=2\): a power cut may lose the last second there\$"
    assert_numbers 200
}
