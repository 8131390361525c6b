#!/usr/bin/env bats
# What a service manager sees of the pipe: when db-insert is ready, and that
# each program is alive. test/foreign/service is the service itself.

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
    touch "$heard"
    unset NOTIFY_SOCKET WATCHDOG_USEC
}

teardown() {
    [ -z "${listener:-}" ] || kill "$listener" 2>/dev/null || :
    [ -z "${polling:-}" ] || kill -KILL "$polling" 2>/dev/null || :
    spool_teardown
}

# listen ADDRESS: writes what comes to a datagram socket to $heard, a line each.
listen() {
    perl -MSocket -e '
        my ($to, $path) = @ARGV;
        socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die;
        bind($s, sockaddr_un($path =~ s/^\@/\0/r)) or die "$path: $!";
        open(my $out, ">>", $to); select($out); $| = 1;
        print "listening\n";
        while (defined recv($s, my $text, 4096, 0)) { print "$text\n" }
    ' "$heard" "$1" 3>&- &
    listener=$!
    export NOTIFY_SOCKET=$1
    wait_for 10 grep -q listening "$heard"
}

hears() {
    grep -qx "$1" "$heard"
}

# How many signs of life came.
signs() {
    grep -cx WATCHDOG=1 "$heard" || :
}

# lives: another sign of life, and one more, come.
lives() {
    local before
    before=$(signs)
    more() { [ "$(signs)" -ge $((before + 2)) ]; }
    wait_for 30 more
}

@test "db-insert is ready when the database was tried, not before" {
    listen "$BATS_TEST_TMPDIR/notify"
    insert_from_pipe
    wait_for 30 hears READY=1
    exec 9>&-
    finish 0
    assert_equal "$(signs)" 1
    : >"$heard"
    run -78 insert --database=none </dev/null
    run ! hears READY=1
}

@test "db-insert is ready while the database is away, at an abstract address too" {
    listen "@bluetti-$BATS_TEST_NUMBER-$$"
    server_away
    insert_from_pipe
    wait_for 30 hears READY=1
    says "waiting for the database"
    kill -KILL "$pid"
    exec 9>&-
}

@test "db-insert gives signs of life as long as empty lines come" {
    listen "$BATS_TEST_TMPDIR/notify"
    WATCHDOG_USEC=400000 insert_from_pipe
    wait_for 30 hears READY=1
    while sleep 0.05; do echo; done >&9 3>&- &
    polling=$!
    lives
    server_away
    lives
    server_back
    lives
    end_process "$polling" TERM || :
    # A station that is polled does not show that all of bt-poll lives.
    numbered 1 10 >&9
    silent() { local n; n=$(signs); sleep 0.5; [ "$n" -eq "$(signs)" ]; }
    wait_for 10 silent
    exec 9>&-
    finish 0
}

@test "db-insert gives signs of life while the spool is full" {
    local writer
    listen "$BATS_TEST_TMPDIR/notify"
    server_away
    WATCHDOG_USEC=400000 insert_from_pipe --spool-limit=100K
    numbered 1 30000 >&9 3>&- &
    writer=$!
    wait_for 30 says "the spool is full"
    lives
    server_back
    wait_for 60 has_ended "$writer"
    exec 9>&-
    finish 0
}

@test "signs of life go through bt-poll and bt-decode, with the station off" {
    mkfifo "$BATS_TEST_TMPDIR/frames"
    WATCHDOG_USEC=400000 bt-poll "unix:$BATS_TEST_TMPDIR/none" \
        >"$BATS_TEST_TMPDIR/frames" 2>/dev/null 3>&- &
    polling=$!
    WATCHDOG_USEC=400000 bt-decode <"$BATS_TEST_TMPDIR/frames" \
        >"$BATS_TEST_TMPDIR/records" 3>&- &
    pid=$!
    came() { [ "$(wc -l <"$BATS_TEST_TMPDIR/records")" -ge "$1" ]; }
    wait_for 30 came 3
    kill -STOP "$polling"
    silent() { local n; n=$(wc -l <"$BATS_TEST_TMPDIR/records"); sleep 0.5; ! came $((n + 1)); }
    wait_for 10 silent
    kill -CONT "$polling"
    end_process "$polling" TERM
    wait "$pid"
    pid=
    [ -z "$(tr -d '\n' <"$BATS_TEST_TMPDIR/records")" ]
}

@test "without a watchdog there are no empty lines" {
    run -0 bt-decode <<<''
    assert_output ''
    run -0 env WATCHDOG_USEC=1000000 bt-decode <<<''
    assert_equal "$(env WATCHDOG_USEC=1000000 bt-decode <<<'' | wc -l)" 1
    bt-poll -n 1 -t 1 "unix:$BATS_TEST_TMPDIR/none" >"$BATS_TEST_TMPDIR/out" || :
    [ ! -s "$BATS_TEST_TMPDIR/out" ]
}

@test "a process that delivers and is stuck is replaced" {
    [ -z "${VALGRIND:-}" ] || skip "its time does not run faster"
    accelerate 60
    insert_from_pipe
    numbered 1 1 >&9
    wait_for 30 has_rows 1
    kill -STOP "$(pgrep -P "$pid")"
    numbered 2 2 >&9
    wait_for 60 says "the delivery process is killed, as it did not respond for 300 s"
    wait_for 30 has_rows 2
    exec 9>&-
    finish 0
}
