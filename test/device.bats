#!/usr/bin/env bats
# Which records are of one device: by address and serial number, else by name,
# in whatever order they come.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=test_$BATS_TEST_NUMBER
    records=$BATS_TEST_TMPDIR/records
    afresh
}

afresh() {
    mariadb_query "CREATE OR REPLACE DATABASE $database"
}

# record SECOND ADDRESS NAME SERIAL-NUMBER [FIELDS]; - is absent. The address
# is the last octet.
record() {
    local time

    printf -v time '2026-11-22T%02d:%02d:%02d.000Z' $(($1 / 3600)) \
        $(($1 / 60 % 60)) $(($1 % 60))
    printf '{"time":"%s","n":%d' "$time" "$1"
    [ "$2" = - ] || printf ',"address":"00:11:22:33:44:%s"' "$2"
    [ "$3" = - ] || printf ',"name":"%s"' "$3"
    [ "$4" = - ] || printf ',"serial_number":%s' "$4"
    printf '%s}\n' "${5:+,$5}"
}

# Each device, and which records it has. The ids depend on the order of the
# records, and are not shown.
devices() {
    query "ALTER TABLE pack_sample ADD COLUMN IF NOT EXISTS n DOUBLE;
        SELECT name, COALESCE(address, '-'),
        COALESCE(serial_number, '-'), (SELECT GROUP_CONCAT(n ORDER BY n)
            FROM sample JOIN device part ON part.id = device_id
            WHERE part.part_of = device.id),
        (SELECT GROUP_CONCAT(n ORDER BY n)
            FROM pack_sample JOIN device part ON part.id = device_id
            WHERE part.part_of = device.id)
        FROM device WHERE id = part_of ORDER BY 4, 5"
}

# In both orders.
becomes() {
    insert "$records"
    run -0 devices
    assert_output "$1"
    afresh
    tac "$records" | insert 2>/dev/null
    run -0 devices
    assert_output "$1"
    assert_sums
}

@test "two stations of one name are two devices" {
    { record 1 01 GARAGE 1; record 2 02 GARAGE 2; record 3 01 GARAGE 1; } \
        >"$records"
    becomes "GARAGE	00:11:22:33:44:01	1	1,3	NULL
GARAGE	00:11:22:33:44:02	2	2	NULL"
}

@test "a station that is renamed is one device" {
    { record 1 01 EP600 1; record 2 01 PBOX 1; record 3 01 PBOX -; } >"$records"
    becomes "PBOX	00:11:22:33:44:01	1	1,2,3	NULL"
}

@test "old records sent again do not take its name back" {
    { record 1 01 EP600 1; record 2 01 PBOX 1; } >"$records"
    insert "$records"
    record 1 01 EP600 1 | insert
    run -0 devices
    assert_output "PBOX	00:11:22:33:44:01	1	1,2	NULL"
}

@test "an address with another serial number is another device: one message" {
    { record 1 01 S 1; record 2 01 S 2; } >"$records"
    run -0 insert "$records"
    assert_output "db-insert: 00:11:22:33:44:01: serial number 2 is another device than 1"
    run -0 insert "$records"
    assert_output ""
    afresh
    becomes "S	00:11:22:33:44:01	1	1	NULL
S	00:11:22:33:44:01	2	2	NULL"
}

@test "packs belong to the station of their address" {
    { record 1 01 S 1; record 1 01 S - '"pack":1'; } >"$records"
    becomes "S	00:11:22:33:44:01	1	1	1"
}

@test "without an address: the device of that name" {
    { record 1 01 OLD 1; record 2 01 NEW 1; record 3 - NEW -; record 4 - NEW 1; } \
        >"$records"
    becomes "NEW	00:11:22:33:44:01	1	1,2,3,4	NULL"
}

@test "without a serial number: the device of its address that was seen last" {
    { record 1 01 S 1; record 2 01 S 2; record 3 01 S -; } | insert 2>/dev/null
    { record 9 01 S 1; record 10 01 S - '"pack":1'; } | insert
    run -0 devices
    assert_output "S	00:11:22:33:44:01	1	1,9	10
S	00:11:22:33:44:01	2	2,3	NULL"
}

@test "without an address: another serial number is another device" {
    { record 1 01 S 1; record 2 - S 2; } >"$records"
    becomes "S	00:11:22:33:44:01	1	1	NULL
S	-	2	2	NULL"
}

@test "without an address, several of that name: the one without an address" {
    { record 1 01 S 1; record 2 02 S 2; record 3 - S -; } >"$records"
    becomes "S	00:11:22:33:44:01	1	1	NULL
S	00:11:22:33:44:02	2	2	NULL
S	-	-	3	NULL"
}

@test "a second station of that name takes nothing along" {
    { record 1 01 S 1; record 2 - S -; } | insert
    run -0 devices
    assert_output "S	00:11:22:33:44:01	1	1,2	NULL"
    record 3 02 S 2 | insert
    run -0 devices
    assert_output "S	00:11:22:33:44:01	1	1	NULL
S	-	-	2	NULL
S	00:11:22:33:44:02	2	3	NULL"
    assert_sums
}

@test "an address in lower case is the same" {
    { record 1 0A S 1; record 2 0a S 1; } >"$records"
    becomes "S	00:11:22:33:44:0A	1	1,2	NULL"
}

@test "an address that is not of Bluetooth is none" {
    { record 1 - S -; record 2 - S - '"address":"unix:/sim"'; } | insert
    run -0 devices
    assert_output "S	unix:/sim	-	1,2	NULL"
}

@test "a thousand records in any order give the same tables" {
    local n

    awk 'BEGIN {
        srand(1)
        for (n = 0; n < 1000; n++) {
            a = int(rand() * 6); s = int(rand() * 5); m = int(rand() * 5)
            printf "{\"time\":\"2026-11-%02dT%02d:%02d:%02d.000Z\",\"n\":%d", \
                1 + n / 100, n / 4 % 24, n % 60, n % 7, n
            if (a > 0)
                printf ",\"address\":\"00:11:22:33:44:%02d\"", a
            # Of one address each record has the serial number, and there
            # are two of them.
            if (a == 5 || (a > 0 && s > 2))
                printf ",\"serial_number\":%d", a * 10 + (a == 5 && s > 3)
            printf ",\"name\":\"%s\"", substr("ABCDE", 1 + \
                    (rand() < 0.9 ? (a + int(n / 400)) % 5 : m), 1)
            if (rand() < 0.2)
                printf ",\"pack\":1"
            printf ",\"dc_input_power\":%d}\n", n
        }
    }' >"$records"
    insert "$records" 2>/dev/null
    devices >"$BATS_TEST_TMPDIR/wanted"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/wanted")" -gt 5 ]
    for n in {1..20}; do
        afresh
        shuffled "$n" <"$records" >"$records.$n"
        head -n $((n * 40)) "$records.$n" | insert 2>/dev/null
        tail -n +$((n * 40 + 1)) "$records.$n" | insert 2>/dev/null
        devices | diff "$BATS_TEST_TMPDIR/wanted" -
        assert_sums
    done
}

@test "a part of a poll without its serial number meets its own row" {
    { record 1 01 S 1 '"a":1,"b":2'; record 2 01 S 1 '"a":3'; } >"$records"
    record 1 01 S - '"b":2' >"$records.part"
    record 2 01 S - '"pack":1' >"$records.pack"
    insert "$records" "$records.part" "$records.pack"
    run -0 query "SELECT n, a, b FROM sample ORDER BY time;
        SELECT COUNT(*) FROM device"
    assert_output "1	1	2
2	3	NULL
1"
    afresh
    insert "$records.part" "$records.pack"
    insert "$records"
    run -0 query "SELECT n, a, b FROM sample ORDER BY time;
        SELECT COUNT(*) FROM device"
    assert_output "1	1	2
2	3	NULL
1"
}

# --- records of the future --------------------------------------------------

@test "a record of the future is stored and reported, and names nothing" {
    {
        record 1 01 S 1
        record 2 01 FUTURE 1 | sed 's/2026-11-22/2036-02-07/'
        record 3 01 S 1 | sed 's/2026-11-22/2036-02-08/'
    } >"$records"
    run -0 insert "$records"
    assert_output --regexp "^db-insert: a record of FUTURE is dated in the future \(2036-02-07T00:00:02.000Z\): it is stored, but never counts as the newest\$"
    [ "$(query "SELECT COUNT(*) FROM sample")" = 3 ]
    run -0 query "SELECT DISTINCT name FROM device"
    assert_output S
    # That it came first changes nothing.
    afresh
    tac "$records" | insert 2>/dev/null
    run -0 query "SELECT DISTINCT name FROM device"
    assert_output S
    record 5 01 LATER 1 | insert
    run -0 query "SELECT DISTINCT name FROM device"
    assert_output LATER
}
