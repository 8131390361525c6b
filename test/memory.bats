#!/usr/bin/env bats
# db-insert takes no more than 12 MB of anonymous memory, whatever the input.
# A line may have 262144 bytes.

bats_require_minimum_version 1.5.0

load common
load spool
load memory

MOST=$((12 * 1024)) # KiB

setup_file() {
    spool_server
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    ! grep -q __asan_init "$build/db-insert" ||
        skip "a sanitizer takes memory of its own"
    spool_setup
}

teardown() {
    spool_teardown
}

# runs PID NAME: and has memory, which it lacks just after it was executed.
runs() {
    [ "$(cat "/proc/$1/comm")" = "$2" ] && [ "$(anonymous_memory "$1")" -gt 0 ]
}

# frugal STATUS [OPTION...]: db-insert with $records ends with the status, and
# never had much memory.
frugal() {
    local want=$1 peak status=0 go=$BATS_TEST_TMPDIR/go
    shift

    rm -f "$go"
    db-insert "${login[@]}" "$@" < <(wait_for 30 test -e "$go" &&
        cat "$records") >"$said" 2>&1 3>&- &
    pid=$!
    wait_for 30 runs "$pid" db-insert
    peak=$(peak_memory "$pid" "$go")
    wait "$pid" || status=$?
    pid=
    echo "# $BATS_TEST_DESCRIPTION: $peak KiB"
    assert_equal "$status" "$want"
    [ "$peak" -gt 100 ] && [ "$peak" -le "$MOST" ]
}

# each COUNT AWK: so many records; the command prints the fields of number n,
# without the first comma.
each() {
    awk -v count="$1" 'BEGIN {
        for (n = 1; n <= count; n++) {
            printf "{\"time\":\"2026-11-%02dT%02d:%02d:%02dZ\",\"name\":\"S\",",
                1 + n / 86400, n / 3600 % 24, n / 60 % 60, n % 60
            '"$2"'
            print "}"
        }
    }' >"$records"
}


# alike COUNT: so many records; their fields are on standard input.
alike() {
    local fields=$BATS_TEST_TMPDIR/fields

    cat >"$fields"
    each "$1" 'printf "\"n\":%d,", n
        while ((getline line <"'"$fields"'") > 0) printf "%s", line
        close("'"$fields"'")'
}

# list COUNT VALUE: a field with a list of so many values.
list() {
    printf '"l":['
    repeat "$1" "$2" | paste -sd ,
    printf ']'
}

count() {
    run -0 query "SELECT COUNT(*) FROM sample"
    assert_output "$1"
}

# --- rows -------------------------------------------------------------------

# wide COUNT: records of 45 columns.
wide() {
    each "$1" 'for (i = 1; i <= 44; i++)
            printf "\"field%d\":%.1f,", i, n * i % 5000 / 10
        printf "\"mode\":\"PV_PRIORITY\""'
}

@test "rows of 45 columns" {
    wide 50000
    frugal 0
    count 50000
}

@test "a backlog" {
    wide 50000
    server_away
    frugal 75 --timeout=1
    server_back
    : >"$records"
    frugal 0 --drain
    count 50000
}

@test "many stations" {
    each 10000 'printf "\"n\":%d", n'
    awk '{ sub(/"S"/, "\"station number " NR "\""); print }' "$records" \
        >"$records.names"
    mv "$records.names" "$records"
    frugal 0
    run -0 query "SELECT COUNT(*) FROM device"
    assert_output 10000
}

@test "many kinds of records" {
    each 4000 'printf "\"n\":%d", n
        for (i = 1; i <= 100; i++)
            if (rand() < 0.5)
                printf ",\"field%d\":%d", i, n'
    frugal 0
    count 4000
}

@test "battery packs" {
    each 50000 'printf "\"pack\":%d,\"n\":%d,\"volts\":3.3", n % 255 + 1, n'
    frugal 0
    run -0 query "SELECT COUNT(*) FROM pack_sample"
    assert_output 50000
}

# --- large records ----------------------------------------------------------

@test "dense lists" {
    list 131000 1 | alike 30
    frugal 65
    says "record has too many values"
    list 60000 1 | alike 30
    frugal 0
    count 30
}

@test "lists of empty texts" {
    list 87000 '""' | alike 200
    frugal 65
    says "record has too many values"
    list 30000 '""' | alike 30
    frugal 0
    count 30
}

@test "lists of empty objects" {
    list 87000 '{}' | alike 200
    frugal 65
    says "record has too many values"
}

@test "lists of lists" {
    list 15000 '[[[[[[1]]]]]]' | alike 200
    frugal 65
    says "record has too many values"
}

@test "lists of small objects" {
    list 32000 '{"a":1}' | alike 200
    frugal 65
    says "record has too many values"
}

@test "long texts" {
    { printf '"text":"'; head -c 262000 /dev/zero | tr '\0' x; printf '"'; } |
        alike 30
    frugal 0
    count 30
}

@test "texts that are all escapes" {
    { printf '"text":"'; repeat 43000 '\u0001' | tr -d '\n'
        printf '"'; } | alike 30
    frugal 0
    count 30
}

@test "3000 short keys" {
    seq 3000 | sed 's/.*/"k&":&/' | paste -sd , | alike 200
    frugal 0
    count 200
}

@test "15000 short keys, and too many of them" {
    seq 15000 | sed 's/.*/"k&":1/' | paste -sd , | alike 50
    frugal 0
    count 50
    seq 22000 | sed 's/.*/"k&":1/' | paste -sd , | alike 50
    frugal 65
    says "record has too many values"
}

@test "new keys in each record" {
    each 200 'printf "\"n\":%d", n
        for (i = 1; i <= 3000; i++)
            printf ",\"k%d\":%d", n * 3000 + i, i'
    frugal 0
    count 200
}

@test "registers that are merged with what is there" {
    each 100 'printf "\"registers\":{\"0\":0"
        for (i = 1; i <= 1000; i++)
            printf ",\"%d\":%d", i, n
        printf "}"'
    frugal 0
    frugal 0
    count 100
}

# --- what is refused --------------------------------------------------------

@test "large records that the server refuses" {
    list 131000 1 | alike 40
    run -0 insert < <(numbered 1 1)
    query "ALTER TABLE sample ADD CONSTRAINT none CHECK (mode IS NOT NULL)"
    frugal 65
    count 1
}

@test "large lines that are no records" {
    local n

    list 131000 1 | tr -d '\n' >"$records.line"
    for n in {1..30}; do
        cat "$records.line"
        echo
    done >"$records"
    frugal 65
}

@test "no line at all" {
    head -c 50000000 /dev/zero | tr '\0' '[' >"$records"
    frugal 65
}
