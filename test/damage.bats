#!/usr/bin/env bats
# A spool that a disk has damaged, or that somebody else may write: no wrong
# value gets into the database, no record is lost without a word, and no file of
# others is touched.

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
    whole=$BATS_TEST_TMPDIR/whole
    folder=$spool/${socket//\//%2F}:3306:$database/1
    run -0 insert </dev/null
}

teardown() {
    spool_teardown
}

# spool_whole: 100 records in three segments; a checkpoint beside them, which was
# written by a drain of them.
spool_whole() {
    server_away
    run -75 insert_away < <(numbered 1 100)
    server_back
    (
        cd "$folder"
        mv 0000000001.json all
        sed -n 1,50p all >0000000001.json
        sed -n 51,80p all >0000000002.json
        sed -n 81,100p all >0000000003.json
        rm all
    )
    run -137 at "after rename 1" insert --drain
    mv "$folder/checkpoint" "$BATS_TEST_TMPDIR/checkpoint"
    cp -a "$spool" "$whole"
}

# flip FILE BIT
flip() {
    perl -e 'open F, "+<", $ARGV[0] or die; local $/; my $all = <F>;
        vec($all, $ARGV[1], 1) ^= 1; seek F, 0, 0; print F $all' "$1" "$2"
}

# restore: the whole spool, and no rows.
restore() {
    rm -rf "$spool"
    cp -a "$whole" "$spool"
    query "DELETE FROM sample"
}

# right_or_kept: all rows are right, and where one is missing there is a line in
# the file of refused ones.
right_or_kept() {
    local count kept

    count=$(rows)
    kept=$(cat "$spool"/*/rejected 2>/dev/null | wc -l)
    assert_equal "$(query "SELECT COUNT(*) FROM sample WHERE extra IS NULL AND
        mode = 'ECO' AND volts = n % 500 / 10 AND \`on\` = n % 2 AND
        time = '2026-11-01' + INTERVAL n SECOND")" "$count"
    [ "$count" -eq 100 ] || [ "$kept" -gt 0 ] && [ "$count" -ge 98 ]
    [ "$kept" -eq 0 ] || assert_equal "$status" 65
}

@test "a flipped bit in a segment: no wrong value, and the line is kept" {
    local bit bits

    spool_whole
    bits=$((8 * $(stat -c %s "$folder/0000000002.json")))
    for ((bit = 3; bit < bits; bit += bits / 80 + 1)); do
        restore
        flip "$folder/0000000002.json" "$bit"
        run insert --drain
        echo "# bit $bit: $status: $output"
        right_or_kept
        assert_spool_empty
    done
}

@test "a damaged line is kept as it is" {
    spool_whole
    restore
    printf '\x80"\\' | dd of="$folder/0000000002.json" bs=1 seek=60 \
        conv=notrunc status=none
    run -65 insert --drain
    assert_output --regexp "the spool:51: wrong checksum in the spool$"
    run -0 jq -r .line "$spool"/*/rejected
    assert_output --regexp '^\{"time":"2026-11-01T00:00:51Z".*\}$'
    # U+0080, in any locale.
    assert_output --partial $'\xc2\x80"\\'
}

@test "a flipped bit in the checkpoint costs no record" {
    local bit bits

    spool_whole
    cp "$BATS_TEST_TMPDIR/checkpoint" "$whole/checkpoint"
    bits=$((8 * ($(stat -c %s "$whole/checkpoint") - 1)))
    for ((bit = 0; bit < bits; bit++)); do
        restore
        mv "$spool/checkpoint" "$folder/checkpoint"
        flip "$folder/checkpoint" "$bit"
        run insert --drain
        echo "# bit $bit: $status: $output"
        [ "$(rows)" = 100 ]
        assert_spool_empty
    done
    # One without a checksum, of an earlier version: of a segment that is there,
    # at a line.
    rm "$whole/checkpoint"
    for text in '7 0' '1 77' '4 0' '200 1' '9999999999 0'; do
        restore
        echo "$text" >"$folder/checkpoint"
        run -0 insert --drain
        echo "# $text"
        [ "$(rows)" = 100 ]
        assert_spool_empty
    done
}

@test "what follows a checkpoint of a large number is delivered" {
    spool_whole
    restore
    echo '9999999999 0' >"$folder/checkpoint"
    run -0 insert < <(numbered 101 110)
    assert_equal "$(rows)" 110
    assert_spool_empty
    server_away
    run -75 insert_away < <(numbered 111 120)
    server_back
    run -0 insert --drain
    assert_equal "$(rows)" 120
}

# --- files of others --------------------------------------------------------------

@test "no link is followed, no FIFO is waited for" {
    local victim=$BATS_TEST_TMPDIR/victim

    echo mine >"$victim"
    numbered 1 60000 >"$records"
    spool_records
    ln -s "$victim" "$folder/checkpoint.new"
    ln -s "$victim" "$folder/checkpoint"
    run timeout 30 db-insert "${login[@]}" --drain
    echo "# $status $output"
    assert_equal "$(cat "$victim")" mine
    rm -f "$folder/checkpoint"
    run -0 insert --drain
    assert_numbers 60000

    # The file of refused records.
    ln -s "$victim" "$spool/$(basename "$(dirname "$folder")")/rejected"
    query "ALTER TABLE sample ADD CONSTRAINT small CHECK (n < 70000)"
    run timeout 30 db-insert "${login[@]}" --timeout=1 < <(numbered 70001 70001)
    assert_output --partial "cannot save a rejected record in"
    assert_equal "$status" 75
    assert_equal "$(cat "$victim")" mine

    # A FIFO in place of a segment or the checkpoint.
    rm -rf "$spool"
    mkdir -p "$folder"
    mkfifo "$folder/0000000001.json" "$folder/checkpoint"
    run timeout 30 db-insert "${login[@]}" < <(numbered 1 1)
    [ "$status" != 124 ]

    # The directory.
    rm -rf "$spool"
    mkdir -p "$(dirname "$(dirname "$folder")")" "$BATS_TEST_TMPDIR/other"
    ln -s "$BATS_TEST_TMPDIR/other" "$(dirname "$folder")"
    run insert < <(numbered 1 1)
    assert_output --partial "cannot use the spool "
    assert_equal "$(ls "$BATS_TEST_TMPDIR/other")" ""
}

# bats test_tags=root
@test "a directory of somebody else is refused" {
    [ "$(id -u)" -eq 0 ] || skip "needs root, to give a directory away"
    chown nobody "$folder"
    run -77 insert < <(numbered 1 1)
    assert_output --partial "cannot use the spool "
    assert_output --partial ": it belongs to another user"
    chown root "$folder"
    chown nobody "$(dirname "$folder")"
    run -77 insert < <(numbered 1 1)
}

# --- refused records ----------------------------------------------------------------

# rejecting FIRST LAST: all of them are refused.
rejecting() {
    insert --timeout=0 < <(numbered "$1" "$2") 3>&-
}

@test "two that keep refused records at once" {
    local a b

    run -0 insert < <(numbered 1 1)
    query "ALTER TABLE sample ADD CONSTRAINT small CHECK (n < 2)"
    rejecting 2 400 2>/dev/null &
    a=$!
    rejecting 401 800 2>/dev/null &
    b=$!
    wait "$a" || [ $? = 65 ]
    wait "$b" || [ $? = 65 ]
    run -0 jq .record.n "$spool"/*/rejected
    assert_equal "$(sort -nu <<<"$output" | wc -l)" 799
    assert_equal "$(stat -c %a "$spool"/*/rejected)" 600
}

@test "a refused record that could be kept in part only" {
    run -0 insert < <(numbered 1 1)
    query "ALTER TABLE sample ADD CONSTRAINT small CHECK (n < 2)"
    LD_PRELOAD=$build/inject.so INJECT="write 2 SHORT" INJECT_IN=rejected \
        INJECT_LOG=$BATS_TEST_TMPDIR/calls ASAN_OPTIONS=verify_asan_link_order=0 \
        run -65 insert < <(numbered 2 4)
    assert_output --partial "cannot save a rejected record in"
    assert_equal "$(jq .record.n "$spool"/*/rejected | paste -sd ' ')" "2 3 4"
    # Each is on the disk.
    assert_equal "$(grep -c '^fsync .*/rejected$' "$BATS_TEST_TMPDIR/calls")" 3
}

@test "the file of refused records may get as large as the spool" {
    run -0 insert < <(numbered 1 1)
    query "ALTER TABLE sample ADD CONSTRAINT small CHECK (n < 2)"
    run -75 insert --spool-limit=1K --timeout=2 < <(numbered 2 40)
    assert_output --partial "cannot save a rejected record in"
    assert_output --partial "File too large"
    [ "$(stat -c %s "$spool"/*/rejected)" -le 1024 ]
    mv "$spool"/*/rejected "$BATS_TEST_TMPDIR/moved"
    run -65 insert --drain
    assert_equal "$(cat "$BATS_TEST_TMPDIR/moved" "$spool"/*/rejected |
        jq .record.n | sort -nu | wc -l)" 39
}
