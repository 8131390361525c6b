#!/usr/bin/env bats
# db-insert's login: what a server may ask for, and how long it may take. The
# servers that ask for too much are those of hostile-server.

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
    heard=$BATS_TEST_TMPDIR/heard
    login+=(--user=someone --password=secret)
}

teardown() {
    [ -z "${server:-}" ] || kill "$server"
    [ ! -e "${heard:-}" ] || cat -v "$heard" | head -n 20
    spool_teardown
}

# hostile MODE: in the place of the server.
hostile() {
    rm -f "$socket" "$heard"
    [ -z "${server:-}" ] || kill "$server"
    "$here/hostile-server" "$socket" "$heard" "$1" 3>&- &
    server=$!
    wait_for 10 grep -qs ready "$heard"
}

# insert_in_vain [OPTION...]: three records, into a server that does not do.
insert_in_vain() {
    local ACCELERATED
    accelerate 10
    numbered 1 3 >"$records"
    ${ACCELERATED:-} timeout 30 db-insert "${login[@]}" "$@" <"$records"
}

@test "no password in the clear, and no answer to a question" {
    local options

    for options in "" --ssl; do
        for mode in clear dialog; do
            echo "# $mode $options"
            hostile "$mode"
            run insert_in_vain $options
            assert_regex "$status" '^(75|78)$'
            assert_output --partial "3 records are in the spool"
            run grep -E 'answer: |secret|"time"' "$heard"
            assert_failure
            rm -rf "$spool"
        done
    done
}

@test "no file is sent" {
    hostile infile
    run insert_in_vain
    assert_output --partial "3 records are in the spool"
    run grep perl "$heard"
    assert_failure
}

@test "answers that do not fit the questions" {
    for mode in null short many latin1 small; do
        echo "# $mode"
        hostile "$mode"
        run insert_in_vain
        echo "$output"
        refute_output --partial "was killed"
        # What a person must mend is found before anything is read.
        case $mode in
        latin1) assert_equal "$status" 78 ;;
        *) assert_equal "$status" 75 ;;
        esac
        case $mode in
        latin1) assert_output --partial "the server would garble text: it takes it for latin1" ;;
        small) assert_output --partial "max_allowed_packet of the server is 0" ;;
        *) assert_output --partial "unexpected result from the server" ;;
        esac
        rm -rf "$spool"
    done
}

# --- how long it takes ------------------------------------------------------------

# looked_up N COMMAND...: the N-th look-up of a name does not end.
looked_up() {
    local ahead=$1 ACCELERATED
    shift
    accelerate 10
    ACCELERATED=${ACCELERATED/LD_PRELOAD=/LD_PRELOAD=$build/inject.so:}
    INJECT="getaddrinfo $ahead HANG" $ACCELERATED "$@"
}

@test "a login that drips ends, and the input is read meanwhile" {
    accelerate 10
    hostile drip
    insert_from_pipe --timeout=1
    feed 1 2000
    wait_for 20 says "waiting for the database: the login took longer than 20 s; trying again"
    finish 75
    assert_equal "$(held)" 2000
    # Once, however often.
    assert_equal "$(grep -c "took longer" "$said")" 1
}

@test "-t holds while a name is looked up" {
    local start

    login+=(--host=nowhere.invalid)
    start=$(date +%s%N)
    run -69 looked_up 1 db-insert "${login[@]}" --timeout=10 </dev/null
    # Ten seconds and a moment, ten times as fast.
    [ $((($(date +%s%N) - start) / 1000000)) -lt 2500 ]
    run -75 looked_up 1 db-insert "${login[@]}" --timeout=10 \
        < <(numbered 1 10)
}

@test "a name that is not found in time: the next host is tried" {
    login+=(--host=nowhere.invalid,localhost --user=root --password=)
    numbered 1 10 >"$records"
    run -0 looked_up 1 db-insert "${login[@]}" --timeout=40 "$records"
    assert_line --index 0 "db-insert: waiting for the database: the login took longer than 20 s; trying again"
    assert_line --index 1 "db-insert: the database is back"
    assert_numbers 10
}

# connects: how many there were.
connects() {
    grep -c '^connect ' "$BATS_TEST_TMPDIR/calls"
}

@test "pauses between tries grow to half a minute, and begin anew after success" {
    local count ACCELERATED

    accelerate 100
    [ -n "${ACCELERATED:-}" ] || skip "valgrind: the clock is not faster"
    ACCELERATED="${ACCELERATED/LD_PRELOAD=/LD_PRELOAD=$build/inject.so:}
        INJECT_LOG=$BATS_TEST_TMPDIR/calls"
    login+=(--user=root --password=)
    server_away
    run -69 $ACCELERATED db-insert "${login[@]}" --timeout=600 </dev/null
    # 250 ms for ever would make 2,400, and twice as long each time 12.
    [ "$(connects)" -gt 16 ]
    [ "$(connects)" -lt 60 ]

    insert_from_pipe --timeout=20
    wait_for 20 eval '[ "$(connects)" -gt 70 ]'
    server_back
    feed 1 1
    wait_for 20 has_rows 1
    count=$(connects)
    server_away
    mariadb_query "SELECT CONCAT('KILL ', ID) FROM information_schema.PROCESSLIST
        WHERE DB = '$database' AND ID <> CONNECTION_ID()" |
        while read -r statement; do mariadb_query "$statement"; done
    feed 2 2
    finish 75
    echo "$count, $(connects)"
    [ "$(connects)" -gt $((count + 3)) ]
}

# --- the second process is killed ---------------------------------------------------

@test "what was known of the database outlives the process that delivers" {
    local child

    insert_from_pipe --user=root --password=
    feed 1 1
    wait_for 30 has_rows 1
    # A server under repair denies, and is waited for.
    mariadb_query "CREATE USER keeper@localhost IDENTIFIED BY 'kept';
        GRANT ALL ON *.* TO keeper@localhost WITH GRANT OPTION;
        ALTER USER root@localhost ACCOUNT LOCK"
    child=$(cat "/proc/$pid/task/$pid/children")
    kill -KILL $child
    feed 2 2
    wait_for 30 says "the database denies it: "
    kill -0 "$pid"
    mariadb --no-defaults --skip-ssl -S "$MARIADB_SOCKET" -u keeper -pkept \
        -e "ALTER USER root@localhost ACCOUNT UNLOCK"
    wait_for 40 has_rows 2
    finish 0
    assert_numbers 2
}
