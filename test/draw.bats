#!/usr/bin/env bats
# Pictures and the page: what is missing is missing, days are those of the
# reader, names from the air are harmless, and an old page stays when something
# fails. The server is in another time zone than the reader.

bats_require_minimum_version 1.5.0

load common
. "$here/mariadb.bash"
. "$here/sums.bash"

setup_file() {
    TZ=America/New_York mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
}

setup() {
    command -v gnuplot >/dev/null || skip 'gnuplot is missing (package gnuplot-nox)'
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock TZ=Europe/Berlin
    database=test_$BATS_TEST_NUMBER
    cd "$BATS_TEST_TMPDIR"
    mariadb_query "CREATE DATABASE $database CHARACTER SET utf8mb4"
}

# insert_records: those of standard input; then the views.
insert_records() {
    insert --timeout=0
    run_file "$top/db-insert/views.sql"
}

draw() {
    "$top/db-insert/draw" --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" \
        --user=root --database="$database" "$@"
}

# minutes FIRST LAST FIELDS [NAME]: a record each minute from a local time until
# another one.
minutes() {
    awk -v first="$(date -d "$1" +%s)" -v last="$(date -d "$2" +%s)" \
        -v fields="$3" -v name="${4:-S}" 'BEGIN {
        for (t = first; t < last; t += 60)
            printf "{\"time\":\"%s\",\"name\":\"%s\",%s}\n",
                strftime("%Y-%m-%dT%H:%M:%S.101Z", t, 1), name, fields }'
}

# ago SECONDS NAME FIELDS
ago() {
    printf '{"time":"%s","name":"%s",%s}\n' \
        "$(date -u -d "@$(($(date +%s) - $1))" +%FT%TZ)" "$2" "$3"
}

# With a gnuplot that keeps what it is given in ./given as well.
keep_given() {
    mkdir bin
    cat >bin/gnuplot <<END
#!/bin/sh
rm -rf "$PWD/given"
cp -r . "$PWD/given"
exec $(command -v gnuplot) "\$@"
END
    chmod +x bin/gnuplot
    PATH=$PWD/bin:$PATH
}

# lines COLOUR FILE: how many separate lines of it there are.
lines() {
    tr '\n' ' ' <"$2" | grep -oE "<path stroke='$1'[^>]*>" | grep -o 'M' | wc -l
}

# label TEXT FILE: where it begins, in pixels from the left.
label() {
    grep -B1 "<text>.*$1<" "$2" | sed -n 's/.*translate(\([0-9]*\).*/\1/p' | tail -n 1
}

ac='rgb\(  0, 114, 178\)'
solar='rgb\(230, 159,   0\)'

# --- curves -------------------------------------------------------------------

@test "a curve breaks where nothing came for more than ten minutes" {
    local fields='"ac_output_power":100,"total_battery_percent":50'

    keep_given
    {
        minutes '2026-06-01 08:00' '2026-06-01 09:00' "$fields"
        minutes '2026-06-01 09:09' '2026-06-01 12:00' "$fields"
        minutes '2026-06-01 12:15' '2026-06-01 13:00' "$fields"
        minutes '2026-06-01 15:00' '2026-06-01 15:02' "$fields"
    } | insert_records
    draw --output=day.svg day 2026-06-01
    [ "$(lines "$ac" day.svg)" -eq 3 ]
    # From midnight on; each power holds for ten minutes.
    run -0 awk '{ printf "%.0f\n", ($2 - $1) / 60 }' given/gaps
    assert_output $'480\n6\n111\n529'
    [ ! -e given/solar ]
    run ! grep -q '>Solar<' day.svg
    grep -q '>No data<' day.svg
    mariadb_query "DELETE FROM $database.sample WHERE time < '2026-06-01 12:00'"
    draw --output=day.svg day 2026-06-01
    [ "$(lines "$ac" day.svg)" -eq 1 ]
    # The sums stay.
    mariadb_query "DELETE FROM $database.sample WHERE time < '2026-06-01 14:00'"
    draw --output=day.svg day 2026-06-01
    [ "$(lines "$ac" day.svg)" -eq 2 ]
    draw --output=week.svg week 2026-06-01
    # By quarter hours: each has a record, or one that holds.
    [ "$(lines "$ac" week.svg)" -eq 2 ]
}

@test "a station polled at intervals of half an hour is a row of dashes" {
    {
        minutes '2026-06-01 08:00' '2026-06-01 12:00' '"ac_output_power":100' |
            awk 'NR % 30 == 1'
        minutes '2026-06-02 08:00' '2026-06-02 12:00' '"ac_output_power":100' |
            awk 'NR % 10 == 1' | sed '7~2s/:00.101Z/:03Z/'
    } | insert_records
    draw --output=day.svg day 2026-06-01
    [ "$(lines "$ac" day.svg)" -eq 8 ]
    draw --output=day.svg day 2026-06-02
    [ "$(lines "$ac" day.svg)" -eq 1 ]
}

@test "a value that is missing is a gap of its curve alone" {
    {
        minutes '2026-06-01 08:00' '2026-06-01 09:00' '"ac_output_power":100,"dc_input_power":200'
        minutes '2026-06-01 09:00' '2026-06-01 10:00' '"ac_output_power":100'
        minutes '2026-06-01 10:00' '2026-06-01 11:00' '"ac_output_power":100,"dc_input_power":0'
    } | insert_records
    draw --output=day.svg day 2026-06-01
    [ "$(lines "$ac" day.svg)" -eq 1 ]
    [ "$(lines "$solar" day.svg)" -eq 2 ]
}

@test "a picture without any data is that" {
    minutes '2026-06-01 08:00' '2026-06-01 09:00' '"ac_output_power":100' | insert_records
    for kind in day week month year; do
        draw --output=$kind.svg $kind 2020-01-01
        grep -q '>No data<' $kind.svg
        run ! grep -q '>AC output<' $kind.svg
        draw $kind 2020-01-01 >/dev/null
    done
}

# --- time -----------------------------------------------------------------------

@test "the hours of a day are those of the reader, also with 23 and 25 of them" {
    local a b c

    minutes '2026-10-24 23:00' '2026-10-26 01:00' '"dc_input_power":1000' | insert_records
    draw --output=autumn.svg day 2026-10-25
    a=$(label '25 Oct' autumn.svg) b=$(label 03:00 autumn.svg) c=$(label 06:00 autumn.svg)
    # Four hours and three.
    ((3 * (b - a) - 4 * (c - b) < 12 && 3 * (b - a) - 4 * (c - b) > -12))
    TZ=UTC draw --output=utc.svg day 2026-10-25
    a=$(label '25 Oct' utc.svg) b=$(label 03:00 utc.svg) c=$(label 06:00 utc.svg)
    ((b - a - c + b < 4 && b - a - c + b > -4))
    # A zone in which there is no midnight on this day.
    TZ=America/Santiago draw --output=chile.svg day 2026-09-06
    grep -q '03:00' chile.svg
}

# kwh DAY: of a local day, from the bars of a month.
kwh() {
    awk -v day="$(date -d "$1 12:00" +%s)" '$1 > day { printf "%.1f", $3; exit }' given/solar
}

@test "energy is that of the days of the reader" {
    keep_given
    {
        minutes '2026-03-28 00:00' '2026-03-31 00:00' '"dc_input_power":1000'
        minutes '2026-10-24 00:00' '2026-10-27 00:00' '"dc_input_power":1000'
    } | insert_records
    draw --output=month.svg month 2026-04-10
    [ "$(kwh 2026-03-28) $(kwh 2026-03-29) $(kwh 2026-03-30)" = '24.0 23.0 24.0' ]
    draw --output=month.svg month 2026-10-30
    [ "$(kwh 2026-10-24) $(kwh 2026-10-25)" = '24.0 25.0' ]
    TZ=IST-5:30 draw --output=month.svg month 2026-10-30
    [ "$(TZ=IST-5:30 kwh 2026-10-25)" = 24.0 ]
    # No day before, a part of two, and none of the last three.
    run -0 awk '{ printf "%d %.2f\n", ($2 - $1) / 86400, $3 }' given/gaps
    assert_output $'23 0.00\n1 0.85\n1 0.19\n3 0.00'
}

@test "a year and what is missing in it" {
    keep_given
    {
        minutes '2025-11-01 00:00' '2025-11-03 00:00' '"dc_input_power":100,"total_battery_percent":40'
        minutes '2026-03-01 00:00' '2026-03-01 12:00' '"dc_input_power":100,"total_battery_percent":40'
    } | insert_records
    draw --output=year.svg year 2026-10-31
    grep -q '>Nov<' year.svg
    # The last record before a gap holds for ten minutes.
    run -0 awk '{ printf "%.2f\n", $3 }' given/gaps
    assert_output $'0.01\n0.00\n0.50\n0.00'
}

# --- names from the air -----------------------------------------------------------

@test "a name is never code: not for gnuplot, the browser, the terminal, the database" {
    local name='<script>x&\"`touch pwned`'\''$(touch pwned)\n\u001b[31m{/Bold @}%s\\'

    minutes '2026-06-01 08:00' '2026-06-01 09:00' '"model":"<b>M","ac_output_power":100' "${name//\\/\\\\}" |
        insert_records
    mkdir safe
    cd safe
    draw --output=day.svg day 2026-06-01
    draw --output=day.png day 2026-06-01
    draw day 2026-06-01 >day.txt
    draw --output=page.html page
    [ "$(ls | tr '\n' ' ')" = 'day.png day.svg day.txt page.html ' ]
    grep -qF '&lt;script>x&amp;"`touch pwned`'\''$(touch pwned)??[31m{/Bold @}%s\' day.svg
    grep -qF '<bdi>&lt;script&gt;x&amp;&quot;`touch pwned`'\''$(touch pwned)??[31m{/Bold @}%s\</bdi>' page.html
    grep -qF '&lt;b&gt;M' page.html
    [ "$(grep -c '<script' page.html)" -eq 1 ]
    run ! grep -q $'\e' day.txt page.html day.svg
    head -n 1 day.txt | grep -qF '<script>x&"`touch pwned`'
    draw --station="$(head -n 1 day.txt)" day 2026-06-01 >other.txt
    cmp day.txt other.txt
}

# --- the page ----------------------------------------------------------------------

@test "the page shows the newest values and their age, and what is out of date" {
    {
        ago 40 NEW '"model":"AC300","total_battery_percent":78,"dc_input_power":752'
        ago 10800 OLD '"total_battery_percent":12'
    } | insert_records
    draw --output=page.html page
    grep -qE '<p class=age>[0-9]+ s ago</p>' page.html
    grep -qF '<p class=age>Out of date: 3 h ago</p>' page.html
    [ "$(grep -c '<section class="stale">' page.html)" -eq 1 ]
    grep -qF '<dt>Charge</dt><dd>78<small>' page.html
    grep -qF '<dt>Solar</dt><dd>752<small>' page.html
    grep -qF '<dt>Mains</dt><dd><span title="not known">–</span></dd>' page.html
    draw --stale=20000 --station=OLD --output=page.html page
    run ! grep -q 'Out of date' page.html
    run ! grep -q 'NEW' page.html
}

@test "a record of the future does not look fresh" {
    ago -7200 S '"total_battery_percent":78' | insert_records
    draw --output=page.html page
    grep -qE 'Out of date: ahead of the clock by (119|120) min' page.html
}

@test "the page shows packs and cells" {
    {
        ago 40 S '"total_battery_percent":78'
        ago 40 S '"pack":1,"pack_battery_percent":81,"pack_voltage":53.2,"cell_voltages":[3.301,3.3,3.242,3.3]'
        ago 4000 S '"pack":2'
        ago 40 T '"cell_voltages":[3.3,3.2]'
    } | insert_records
    draw --output=page.html page
    grep -qF '<h3>Pack 1</h3>' page.html
    grep -qF '<b>81 %</b>' page.html
    grep -qF '4 cells, 3.242 to 3.301 V. Spread 59 mV, cell 3 is the lowest.' page.html
    grep -qF '<i class=weakest style="height:41%" title="cell 3: 3.242 V">' page.html
    grep -qF '<h3>Pack 2</h3>' page.html
    grep -qF '<h3>Cells</h3>' page.html
    [ "$(grep -c '<article class="stale">' page.html)" -eq 1 ]
}

@test "the page needs nothing from elsewhere" {
    ago 40 S '"total_battery_percent":78' | insert_records
    draw --output=page.html page
    run ! grep -qE '(src|href)=|url\(|@import|https?:' page.html
    [ "$(grep -c '<svg class=wide' page.html)" -eq 3 ]
    [ "$(grep -c '<svg class=narrow' page.html)" -eq 3 ]
}

# --- the manual ----------------------------------------------------------------------

@test "each command of the page bluetti-pictures and of README runs" {
    local line count=0

    ago 40 S '"total_battery_percent":78' | insert_records
    mkdir web
    printf '[client]\nsocket=%s\nuser=root\nskip-ssl\n' "$MARIADB_SOCKET" >read.cnf
    cat >user <<END
#!/bin/bash
[[ \$1 = --defaults* ]] || set -- --defaults-extra-file=read.cnf "\$@"
exec "$top/db-insert/draw" "\$@" --database=$database
END
    chmod +x user
    while IFS= read -r line; do
        echo "# $line"
        bash -e -c "$line" >text
        count=$((count + 1))
    done < <({
        awk '/^for month/, /^done/ { line = line $0 "\n" }
            /^done/ { printf "%s", line; exit }' "$top/man/bluetti-pictures.7" |
            paste -sd ';' | sed 's/; *do;/; do/; s/;$//'
        grep -hE '^ *(\*/5[ *]*)?/usr/local/libexec/bluetti-tools/draw ' \
            "$top/man/bluetti-pictures.7" "$top/README.md"
    } | sed "s|^\*/5[ *]*||; s|/usr/local/libexec/bluetti-tools/draw|./user|
        s|/var/www/html|web|")
    [ "$count" -ge 8 ]
    [ -s web/bluetti.html ]
    [ -s 2026-02-28.svg ]
}

@test "options of draw are those of its page" {
    diff <("$top/db-insert/draw" --help | grep -oE '^ +--[a-z]+' | tr -d ' ' | sort) \
        <(sed -n 's/^\.It Fl Fl \([a-z]*\).*/--\1/p' "$top/man/bluetti-pictures.7" |
            grep -v help | sort)
    diff <("$top/db-insert/draw" --help | tr '\n' ' ' | grep -oE '[0-9]+ (the comm|there is|a prog|gnuplot|the out)' | cut -d ' ' -f 1) \
        <(sed -n '/^.Sh EXIT/,/^.Sh EXAMPLES/s/^\.It \([1-9].*\)/\1/p' "$top/man/bluetti-pictures.7")
}

# --- when something is wrong --------------------------------------------------------

@test "without a database the old page stays" {
    ago 40 S '"total_battery_percent":78' | insert_records
    mkdir web
    (umask 027 && draw --output=web/page.html page)
    [ "$(stat -c %a web/page.html)" = 640 ]
    cp web/page.html before
    run -69 --separate-stderr draw --socket=/nowhere/sock --output=web/page.html page
    [[ $stderr = *"Can't connect"*'draw: the database does not answer'* ]]
    mariadb_query "DROP VIEW $database.energy_a_quarter"
    run -69 --separate-stderr draw --output=web/page.html page
    [[ $stderr = *energy_a_quarter*'draw: the database does not answer'* ]]
    cmp web/page.html before
    [ "$(ls web)" = page.html ]
}

@test "a picture of one of several stations needs its name" {
    {
        minutes '2026-06-01 08:00' '2026-06-01 08:10' '"ac_output_power":100' A
        minutes '2026-06-01 08:00' '2026-06-01 08:10' '"ac_output_power":100' B
    } | insert_records
    run -64 draw day
    assert_output 'draw: choose one by --station: A,B'
    run -66 draw --station=C day
    assert_output 'draw: there is no such station'
    draw --station=B day 2026-06-01 | head -n 2 >said
    [ "$(cat said)" = $'B\n1 Jun 2026' ]
}

@test "pictures are SVG, PNG and text; wrong command lines are 64" {
    local words

    minutes '2026-06-01 08:00' '2026-06-01 09:00' '"ac_output_power":100' | insert_records
    draw --output=day.png day 2026-06-01
    [ "$(head -c 4 day.png | tail -c 3)" = PNG ]
    draw day 2026-06-01 >day.txt
    grep -q 'AC output' day.txt
    [ "$(awk 'length > 79' day.txt)" = '' ]
    run -73 draw --output=nowhere/day.svg day
    while read -r words; do
        # shellcheck disable=SC2086 # several words
        run -64 draw $words
        assert_output --partial 'draw --help'
    done <<'END'

day --output=day.jpeg
day 2026-13-01
day yesterday
page 2026-06-01
page --stale=soon
END
    run -0 "$top/db-insert/draw" --help
    assert_line --partial 'draw [OPTION ...] day|week|month|year [DATE]'
}

@test "a program that is missing is named" {
    local program

    mkdir bin
    for program in bash env date mariadb; do
        ln -s "$(command -v "$program")" bin
    done
    PATH=$PWD/bin run -69 "$top/db-insert/draw" day
    assert_output 'draw: gnuplot is missing (packages: mariadb-client, gnuplot-nox)'
}
