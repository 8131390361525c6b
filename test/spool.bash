# What the tests of db-insert's spool share: numbered records, what of them
# the spool and the database hold, a server that is away, db-insert killed at
# a named step. After common.bash; setup() calls spool_setup.

. "$here/mariadb.bash"

# The server of a file: it syncs its log, or db-insert would warn.
spool_server() {
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl \
        --innodb-flush-log-at-trx-commit=1
}

spool_setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=test_$BATS_TEST_NUMBER
    spool=$BATS_TEST_TMPDIR/spool
    said=$BATS_TEST_TMPDIR/said
    steps=$BATS_TEST_TMPDIR/steps
    records=$BATS_TEST_TMPDIR/records
    # The way to the server, which may end nowhere.
    socket=$BATS_TEST_TMPDIR/sock
    login=(--no-defaults --socket="$socket" --user=root
        --database="$database" --spool="$spool")
    server_back
    mariadb_query "CREATE DATABASE $database"
}

# Ends what a test has left: its processes and its own server. If it failed,
# what db-insert said is of use.
spool_teardown() {
    [ ! -e "$said" ] || cat "$said"
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || :
    [ ! -d "$BATS_TEST_TMPDIR/own" ] || mariadb_kill "$BATS_TEST_TMPDIR/own"
}

# own_server [OPTION...]: a server that the test may stop and kill.
own_server() {
    mariadb_start "$BATS_TEST_TMPDIR/own" --skip-ssl \
        --innodb-flush-log-at-trx-commit=1 "$@"
    server_back
}

# Without the way to it, no new connection finds the server.
server_away() {
    rm -f "$socket"
}

server_back() {
    ln -sfn "$MARIADB_SOCKET" "$socket"
}

query() {
    mariadb_query --database="$database" "$1"
}

# --- db-insert ------------------------------------------------------------------

insert() {
    db-insert "${login[@]}" "$@"
}

# insert_away [OPTION...]: while the server is away, for a second that is soon
# over.
insert_away() {
    local ACCELERATED
    accelerate 10
    ${ACCELERATED:-} db-insert "${login[@]}" --timeout=1 "$@"
}

# at "[alone|cut] WHEN STEP N" COMMAND...: the db-insert in it is killed there,
# or one of its processes, or its connection cut: see kill.c. The steps are in
# the file $steps.
at() {
    local where=$1

    shift
    LD_PRELOAD=$build/kill.so KILL_AT=$where KILL_LOG=$steps \
        ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}

# logged COMMAND...: nothing happens to it, but its steps are in $steps.
logged() {
    rm -f "$steps"
    LD_PRELOAD=$build/kill.so KILL_LOG=$steps \
        ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}

# insert_from_pipe [OPTION...]: in the background, on a pipe whose other end is
# descriptor 9; pid is its process, what it says goes to the file $said.
insert_from_pipe() {
    rm -f "$BATS_TEST_TMPDIR/pipe"
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    # Not through insert(): the process must be the program itself.
    ${ACCELERATED:-} db-insert "${login[@]}" "$@" <"$BATS_TEST_TMPDIR/pipe" \
        >"$said" 2>&1 3>&- &
    pid=$!
    exec 9>"$BATS_TEST_TMPDIR/pipe"
}

says() {
    grep -qE -- "$1" "$said"
}

# finish STATUS...: the input ends, and the program with one of these.
finish() {
    local status=0

    exec 9>&-
    wait_for 60 has_ended "$pid"
    wait "$pid" || status=$?
    pid=
    assert_regex " $* " " $status "
}

# feed FIRST LAST: these records into descriptor 9, unless nobody reads them.
feed() {
    local writer

    numbered "$1" "$2" >&9 3>&- &
    writer=$!
    if ! wait_for 30 has_ended "$writer"; then
        kill "$writer"
        echo "the input is not read"
        return 1
    fi
    wait "$writer"
}

# --- numbered records -------------------------------------------------------------

# numbered FIRST LAST [FIELDS]: a record for each number n, each with a time of
# its own.
numbered() {
    awk -v first="$1" -v last="$2" -v more="${3:+,$3}" 'BEGIN {
        for (n = first; n <= last; n++)
            printf "{\"time\":\"2026-11-%02dT%02d:%02d:%02dZ\",\"name\":\"S\"," \
                "\"n\":%d,\"volts\":%.1f,\"on\":%s,\"mode\":\"ECO\"%s}\n",
                1 + n / 86400, n / 3600 % 24, n / 60 % 60, n % 60, n,
                n % 500 / 10, n % 2 ? "true" : "false", more
    }'
}

# The segments of the spool that hold anything.
segments() {
    find "$spool" -name '??????????.json' -size +0 | sort
}

# The numbers of all whole lines in the spool, delivered or not.
spooled() {
    find "$spool" -name '*.json' -exec \
        awk '/}$/ { sub(/.*"n":/, ""); print $0 + 0 }' {} +
}

stored() {
    query "SELECT n FROM sample" 2>/dev/null || :
}

rows() {
    query "SELECT COUNT(*) FROM sample" 2>/dev/null || echo none
}

has_rows() {
    [ "$(rows)" = "$1" ]
}

# has_row NUMBER
has_row() {
    [ "$(query "SELECT COUNT(*) FROM sample WHERE n = $1" 2>/dev/null)" = 1 ]
}

has_some_rows() {
    [ "$(rows)" != none ] && [ "$(rows)" -gt 0 ]
}

# How many records the spool and the database have together: they must be all
# from the first one to the last.
held() {
    { spooled; stored; } | sort -nu | awk '
        $1 != NR {
            print "number " NR " is missing, " $1 " is there" >"/dev/stderr"
            exit failed = 1
        }
        END { if (!failed) print NR }'
}

# assert_numbers COUNT: the database has the numbers from 1 on, each once.
assert_numbers() {
    run -0 query "SELECT COUNT(*), COUNT(DISTINCT n), MIN(n), MAX(n)
        FROM sample"
    assert_output "$1	$1	1	$1"
}

assert_spool_empty() {
    assert_equal "$(segments)" ""
}

# --- killed and started again -------------------------------------------------------

# An empty database and no spool.
afresh() {
    rm -rf "$spool" "$steps"
    mariadb_query "CREATE OR REPLACE DATABASE $database"
}

# drains: the spool is delivered. It may have a last line that is not whole: a
# kill ends a write in its middle.
drains() {
    run insert "$@"
    if [ "$status" = 65 ]; then
        assert_output --regexp "^db-insert: the spool:[0-9]+: line is cut off: [^
]*\$"
    else
        assert_equal "$status $output" "0 "
    fi
}

# recovers COUNT: after a kill so many records are held, and a drain brings
# them into the database; after all $records again each is there once.
recovers() {
    local all

    all=$(wc -l <"$records")
    assert_equal "$(held)" "$1"
    drains --drain
    if [ "$1" -gt 0 ]; then
        assert_numbers "$1"
    fi
    assert_spool_empty
    run -0 insert < <(cat "$records")
    assert_output ""
    assert_numbers "$all"
    assert_spool_empty
}

# killed_feeding "WHEN STEP N": while $records come in by a pipe.
killed_feeding() {
    echo "# $1"
    afresh
    run -137 at "$1" insert < <(cat "$records")
    recovers "$(held)"
}

# spool_records: $records are in the spool, and the server is there again.
spool_records() {
    server_away
    run -75 insert_away < <(cat "$records")
    server_back
}

# killed_draining "WHEN STEP N": while the spool is drained that holds them
# all, and was synced.
killed_draining() {
    echo "# $1"
    afresh
    spool_records
    run -137 at "$1" insert --drain
    recovers "$(wc -l <"$records")"
}

# killed_away "WHEN STEP N": while the server is away.
killed_away() {
    echo "# $1"
    afresh
    server_away
    run -137 at "$1" insert < <(cat "$records")
    server_back
    recovers "$(wc -l <"$records")"
}
