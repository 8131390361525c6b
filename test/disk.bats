#!/usr/bin/env bats
# db-insert and disks that are full: that of the spool, and the server's.
#
# The disks are small file systems in memory. A name space of their own lets
# anybody mount them.

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
    unshare -rm true 2>/dev/null ||
        skip "this user may not have name spaces for mounts"
    spool_setup
    disk=$BATS_TEST_TMPDIR/disk
}

teardown() {
    spool_teardown
    [ -z "${holder:-}" ] || kill "$holder"
}

# small_disk SIZE DIR: mounts it there, for the processes that in_disk() runs;
# others find it below /proc/$holder/root.
small_disk() {
    mkdir -p "$2"
    unshare -rm sh -c 'mount -t tmpfs -o size="$1" none "$2" &&
        echo ready && exec sleep 1000' sh "$1" "$2" \
        >"$BATS_TEST_TMPDIR/ready" 2>&1 3>&- &
    holder=$!
    wait_for 10 grep -q ready "$BATS_TEST_TMPDIR/ready"
}

# in_disk COMMAND...: also functions of mariadb.bash.
in_disk() {
    nsenter --preserve-credentials -U -m -t "$holder" \
        bash -c '. "$0"; "$@"' "$here/mariadb.bash" "$@"
}

# resize_disk SIZE DIR
resize_disk() {
    in_disk mount -o remount,size="$1" none "$2"
}

# The spool on a disk of its own: spool_disk SIZE.
spool_disk() {
    small_disk "$1" "$disk"
    spool=/proc/$holder/root$disk/spool
    login+=(--spool="$spool")
}

@test "the disk of the spool is full: it stops reading, and drops nothing" {
    local writer

    spool_disk 1m
    server_away
    insert_from_pipe
    numbered 1 30000 >&9 3>&- &
    writer=$!
    exec 9>&-
    wait_for 30 says "cannot write the spool in .*: No space left on device"
    kill -0 "$writer"
    assert_equal "$(grep -c "cannot write the spool" "$said")" 1
    server_back
    finish 0
    wait "$writer"
    assert_numbers 30000
    assert_spool_empty
}

@test "there is room again, but no server: it reads on" {
    local writer

    spool_disk 1m
    server_away
    insert_from_pipe --timeout=1
    numbered 1 30000 >&9 3>&- &
    writer=$!
    exec 9>&-
    wait_for 30 says "cannot write the spool"
    resize_disk 20m "$disk"
    finish 75
    wait "$writer"
    says "30000 records are in the spool"
    assert_equal "$(held)" 30000
    server_back
    run -0 insert --drain
    assert_numbers 30000
    assert_spool_empty
}

@test "kill -9 while the disk is full" {
    local writer count

    spool_disk 1m
    server_away
    insert_from_pipe
    numbered 1 30000 >&9 3>&- &
    writer=$!
    wait_for 30 says "cannot write the spool"
    kill -KILL "$pid"
    finish 137
    wait "$writer" || :
    count=$(held)
    [ "$count" -gt 5000 ]
    server_back
    run -0 insert --drain
    assert_numbers "$count"
    assert_spool_empty
    run -0 insert < <(numbered 1 30000)
    assert_numbers 30000
}

@test "more than the disk holds goes through it while the server is well" {
    spool_disk 1m
    run -0 insert < <(numbered 1 60000)
    assert_numbers 60000
    assert_spool_empty
}

@test "no room at all, and a server that is well: past the spool" {
    local n

    spool_disk 64k
    insert_from_pipe
    wait_for 30 has_rows 0
    in_disk dd if=/dev/zero of="$disk/filler" bs=4k count=20 status=none || :
    feed 1 10
    wait_for 30 says "cannot write the spool in .*: No space left on device"
    wait_for 30 has_rows 10
    feed 11 20000
    # The process that delivers is killed in between.
    kill -KILL $(cat "/proc/$pid/task/$pid/children")
    echo 'not json' >&9
    feed 20001 20100
    wait_for 60 has_rows 20100
    finish 65
    says ":20001: not JSON"
    assert_numbers 20100
    assert_equal "$(grep -c "cannot write the spool" "$said")" 1
}

@test "no room at all, no server, and then some" {
    spool_disk 64k
    server_away
    insert_from_pipe --timeout=0
    wait_for 30 says "waiting for the database"
    in_disk dd if=/dev/zero of="$disk/filler" bs=4k count=20 status=none || :
    feed 1 10
    wait_for 30 says "cannot write the spool in .*: No space left on device"
    in_disk rm "$disk/filler"
    server_back
    finish 0
    assert_numbers 10
    assert_spool_empty
}

# own_server_in_disk: on a disk of its own, restarted as init would.
own_server_in_disk() {
    in_disk mariadb_start "$own" --skip-ssl \
        --innodb-flush-log-at-trx-commit=1 --innodb-log-file-size=8M
    MARIADB_SOCKET=$own/sock
}

@test "the disk of the server is full: it waits, and goes on when there is room" {
    local own=$BATS_TEST_TMPDIR/own used

    small_disk 500m "$own/data"
    own_server_in_disk
    server_back
    mariadb_query "CREATE DATABASE $database"
    run -0 insert < <(numbered 1 10)
    used=$(in_disk du -sk "$own/data" | cut -f 1)
    resize_disk $((used + 4000))k "$own/data"
    insert_from_pipe
    feed 11 100000
    wait_for 60 says "trying again"
    kill -0 "$pid"
    resize_disk 500m "$own/data"
    # InnoDB may have ended the server, if a rollback wanted room as well.
    mariadb_query "DO 1" || own_server_in_disk
    finish 0
    says "the database is back"
    assert_numbers 100000
    assert_spool_empty
}
