#!/usr/bin/env bats
# The dashboard for Grafana: its form, and what its queries find. Grafana itself
# is not run: grafana.jq expands its variables and macros.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

# Three days from 2026-03-27 23:00 UTC on, in which daylight saving begins.
BEGIN=1774652400
END=$((BEGIN + 3 * 86400))
NAME="O'Brien\"; DROP TABLE sample; -- \${device} \$__timeFrom()"

dashboard=$top/db-insert/grafana.json

# A record a minute, with six hours of nothing in the second day; the first day has
# no address. A pack every ten minutes, and another station.
records() {
    TZ=UTC name=$(jq -Rc . <<<"$NAME") awk -v begin="$BEGIN" 'BEGIN {
        name = ENVIRON["name"]
        for (t = begin; t < begin + 3 * 86400; t += 60) {
            if (t >= begin + 108000 && t < begin + 129600)
                continue
            head = sprintf("{\"time\":\"%s\",\"name\":%s,\"serial_number\":7",
                strftime("%Y-%m-%dT%H:%M:%SZ", t), name)
            if (t >= begin + 86400)
                head = head ",\"address\":\"00:11:22:33:44:55\""
            print head ",\"dc_input_power\":600,\"ac_input_power\":-60," \
                "\"ac_output_power\":100,\"dc_output_power\":12,\"total_battery_percent\":" \
                40 + int((t - begin) / 86400) \
                (t % 3600 ? "" : ",\"failed\":[\"70+21 timeout\"]") "}"
            if (t % 600 == 0)
                print head ",\"pack\":2,\"pack_voltage\":53.1,\"pack_battery_percent\":81," \
                    "\"cell_voltages\":[3.31,3.29,3.3]}"
        }
        print "{\"time\":\"2026-03-28T00:00:00Z\",\"name\":\"OTHER\",\"dc_input_power\":5000}"
    }'
}

setup_file() {
    TZ=Europe/Berlin mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    mariadb_query "CREATE USER reader; GRANT SELECT ON *.* TO reader;
        CREATE DATABASE empty; CREATE DATABASE full"
    for database in empty full; do
        insert </dev/null
        run_file "$top/db-insert/views.sql"
    done
    records | insert
    run_file "$top/db-insert/views.sql"
}

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    database=full
    device=$(query "SELECT MIN(part_of) FROM device WHERE serial_number = 7")
    identities=$(query "SELECT CONCAT('[', GROUP_CONCAT('\"', id, '\"'), ']')
        FROM device WHERE serial_number = 7")
    from=$BEGIN
    to=$END
    interval=3600
}

# queries: title and SQL of each.
queries() {
    jq -r --argjson from "$from" --argjson to "$to" --argjson interval "$interval" \
        --arg device "$device" --argjson identities "$identities" \
        -f "$here/grafana.jq" "$dashboard"
}

# ask: what the SQL on standard input finds, with the names of columns above.
ask() {
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=reader \
        --default-character-set=utf8mb4 --batch --raw "$database" \
        --init-command="SET time_zone = '${zone:-SYSTEM}', timestamp = $END"
}

# find_by TITLE: the same of the query of this title.
find_by() {
    queries | awk -F '\t' -v title="$1" '$1 == title { print $2 }' | ask
}

# find_all: the same of all queries of panels, each behind its title.
find_all() {
    queries | awk -F '\t' -v quote="'" '$1 ~ /,/ {
        print "SELECT " quote $1 quote " AS `#`; " $2 ";" }' | ask
}

# Ranges of six hours to ten years, each with the interval that Grafana gives to a
# point of it.
ALL='21600/20 86400/60 259200/300 345600/600 3456000/3600 63072000/43200 315576000/259200'
SOME='86400/60 345600/600 3456000/3600 315576000/259200'

# for_each RANGES COMMAND
for_each() {
    for range in $1; do
        interval=${range#*/}
        from=$((BEGIN + 172800 - ${range%/*} / 2))
        to=$((BEGIN + 172800 + ${range%/*} / 2))
        "$2"
    done
}

@test "the form of the dashboard" {
    jq -e '.schemaVersion >= 36 and .uid == "bluetti-tools" and .title != "" and
        (.__inputs | length) == 1 and .__inputs[0].pluginId == "mysql" and
        ([.. | .datasource? // empty | .uid] | unique) ==
            ["${" + .__inputs[0].name + "}"] and
        (.panels | map(.id) | length == (unique | length)) and
        ([.panels[].type] | unique) - [.__requires[] | .id] == [] and
        ([.panels[].targets[] | .format] | unique) == ["table", "time_series"] and
        all(.panels[]; .title != "" and .description != "" and
            (.targets | map(.refId) | length == (unique | length)) and
            all(.targets[]; .rawQuery and .rawSql != "")) and
        all(.panels[].gridPos; .x + .w <= 24) and
        ([.panels[].gridPos | range(.x; .x + .w) as $x | range(.y; .y + .h) as $y |
            [$x, $y]] | length == (unique | length))' "$dashboard"
    # Written as jq writes it.
    jq --indent 2 . "$dashboard" | diff "$dashboard" -
}

@test "queries ask for no time but that of the range, and no zone" {
    run grep -niE 'NOW\(|CUR(DATE|TIME|RENT_)|SYSDATE|LOCALTIME|CONVERT_TZ|time_zone' \
        "$dashboard"
    assert_failure
}

# Nothing but titles.
finds_nothing() {
    find_all >"$BATS_TEST_TMPDIR/found"
    assert_equal "$(awk '$0 == "#" { getline; next } 1' "$BATS_TEST_TMPDIR/found")" ''
}

@test "without any record each query runs and finds nothing" {
    database=empty device=1 identities='["1"]'
    for_each "$ALL" finds_nothing
}

# The first column of curves is the time in whole seconds, within the range, and
# rises; but days and months begin before it.
has_times() {
    for zone in SYSTEM +00:00 +05:45; do
        find_all >"$BATS_TEST_TMPDIR/all"
        awk -F '\t' -v from=$((from - interval)) -v to="$to" '
            $0 == "#" { getline; title = $0; before = 0
                curve = title !~ /^(Now|Packs|Cells), / && title !~ / a (day|month), /
                next }
            title ~ / a (day|month), / { next }
            { print }
            curve && !before && $1 != "time" ||
                curve && before && ($1 !~ /^[0-9]+$/ || $1 < from || $1 > to) {
                    print title ": " $0 >"/dev/stderr"; bad = 1 }
            { before = 1 }
            END { exit bad }' "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/$zone"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/$zone")" -gt 5 ]
        diff "$BATS_TEST_TMPDIR/SYSTEM" "$BATS_TEST_TMPDIR/$zone"
    done
}

@test "queries return epoch seconds, the same in each time zone" {
    for_each "$SOME" has_times
}

has_powers() {
    local letter others

    letter=$([ "$interval" -lt 300 ] && echo A || { [ "$interval" -lt 3600 ] && echo B || echo C; })
    for title in Power 'State of charge'; do
        for others in A B C; do
            find_by "$title, $others" >"$BATS_TEST_TMPDIR/$others"
            [ "$others" = "$letter" ] || [ ! -s "$BATS_TEST_TMPDIR/$others" ] ||
                fail "$title, $others at $interval"
        done
        [ "$title" = Power ] || continue
        awk -F '\t' 'function is(a, b) { return a - b < 1e-6 && b - a < 1e-6 }
            NR > 1 && !(is($2, 600) && is($3, -60) && is($4, 100) && is($5, 12)) {
                print; bad = 1; exit }
            END { exit bad || NR < 3 }' "$BATS_TEST_TMPDIR/$letter"
    done
}

@test "powers are those of the rows at each range, by one of three queries" {
    for_each "$SOME" has_powers
}

@test "where nothing came, nothing is drawn" {
    # Six hours of nothing; a power holds for ten minutes.
    gap() { find_by "$1" | awk -v from=$((BEGIN + 108000 + 900)) -v to=$((BEGIN + 129600)) \
        '$1 >= from && $1 < to' | wc -l; }
    interval=60
    assert_equal "$(gap 'Power, A')" 0
    interval=900
    assert_equal "$(gap 'Power, B')" 0
    interval=3600
    assert_equal "$(gap 'Power, C')" 0
    # Grafana itself puts nulls there.
    run jq -r '.panels[].targets[] | select(.refId == "C") | .rawSql' "$dashboard"
    assert_line --index 0 --partial "\$__unixEpochGroupAlias(epoch, '\$__interval', NULL)"
    assert_line --index 1 --partial "\$__unixEpochGroupAlias(epoch, '\$__interval', NULL)"
}

@test "energy a day and a month, charge, packs, cells, link" {
    # Days of Berlin.
    run -0 find_by 'Energy a day, A'
    assert_line --index 0 "time	DC input	AC input	AC output	DC output	AC input, reverse"
    assert_line --index 1 "$BEGIN	14.4	0	2.4	0.288	1.44"
    assert_equal "${#lines[@]}" 5
    run -0 find_by 'Energy a month, A'
    assert_equal "${#lines[@]}" 2
    assert_line --index 1 --regexp '^1772319600	39\.68[0-9]*	0	6\.61'
    interval=60
    run -0 find_by 'State of charge, A'
    assert_line --index 1 "$BEGIN	40"
    run -0 find_by 'Packs, A'
    assert_line --index 1 '2	600	81	53.1'
    run -0 find_by 'Cells, A'
    assert_line --index 1 '2	600	3	3.29	3.31	0.0200	2'
    run -0 find_by 'Cells of the packs, the last two days of the range, A'
    assert_line --index 1 --regexp "^$((to - 172800))	pack 2	3\.29	3\.31$"
    run -0 find_by 'Link, A'
    assert_line --index 1 "$BEGIN	1.6667	100"
    run -0 find_by 'Now, A'
    assert_line --index 1 '60	42	600	-60	100	12'
}

@test "the variables: one station, whatever it calls itself" {
    run -0 find_by device
    assert_output "$(printf '__text\t__value\n%s\t%s\n%s\t%s' "$NAME" "$device" OTHER \
        "$(query "SELECT id FROM device WHERE name = 'OTHER'")")"
    run -0 find_by identities
    assert_equal "${#lines[@]}" 3
    # Nor can what somebody writes into the address of the page be more than a value.
    device="x' OR '1' = '1" identities="[\"x' OR '1' = '1\"]"
    finds_nothing
}
