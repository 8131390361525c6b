#!/usr/bin/env bats
# The whole pipe: from the air into a MariaDB.

load guest
. "$(dirname "$BATS_TEST_FILENAME")/../mariadb.bash"

@test "what the station has is what the database holds" {
    # The host has made its data; what is written to it stays in the guest.
    mariadb_start "$DATABASE"
    mariadb_query "CREATE DATABASE bluetti CHARACTER SET utf8mb4"
    station_on a AC300 28:37:2F:00:00:01 public
    station_on b EB3A "$station" random
    bt-poll -n 3 -i 1 28:37:2F:00:00:01 "$station" | tee log | bt-decode |
        db-insert --no-defaults --socket="$DATABASE/sock" --user=root --database=bluetti
    run mariadb_query "USE bluetti; SELECT name, model, address FROM device ORDER BY name"
    assert_output "AC3002232000000000	AC300	28:37:2F:00:00:01
EB3A2222000000000	EB3A	$station"
    run mariadb_query "USE bluetti; SELECT DISTINCT name, dc_input_power, total_battery_percent
        FROM sample JOIN device ON id = device_id ORDER BY name"
    assert_output "AC3002232000000000	752	78
EB3A2222000000000	0	100"
    run mariadb_query "USE bluetti; SELECT COUNT(*) FROM sample; SELECT COUNT(*) FROM pack_sample"
    assert_output $'6\n2'
    mariadb_stop "$DATABASE"
}
