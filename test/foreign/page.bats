#!/usr/bin/env bats
# The page in a browser: nothing is wider than a telephone or a desk, no label
# lies upon another one, letters are large enough. make check-page

bats_require_minimum_version 1.5.0

load ../common
. "$here/mariadb.bash"

setup_file() {
    command -v chromium >/dev/null || skip 'chromium is missing'
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
    mariadb_query 'CREATE DATABASE bluetti CHARACTER SET utf8mb4'
    {
        household 300 32 AC3002232000000000
        # All colours, the longest name, many packs.
        household 600 3 WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW |
            sed 's/"ac_input_power":0/"ac_input_power":-3500/; s/00:11:22:33:44:55/66:77:88:99:AA:BB/
                s/"pack":\(.\),\(.*\)/&\n/; p; s/"pack":/"pack":1/'
    } | grep . | db-insert --no-defaults --socket="$MARIADB_SOCKET" --user=root --timeout=0
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        bluetti <"$top/db-insert/views.sql"
    "$top/db-insert/draw" --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" \
        --user=root --output="$BATS_FILE_TMPDIR/page.html" page
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

# household STEP DAYS NAME: records until now.
household() {
    local now
    now=$(date +%s)
    awk -v from=$((now - $2 * 86400)) -v until="$now" -v step="$1" -v name="$3" \
        -f "$here/household.awk"
}

# measure: ./page.html, a line for each width.
measure() {
    cp "$here/foreign/measure.html" .
    HOME=$PWD timeout 120 chromium --headless --no-sandbox --disable-gpu \
        --allow-file-access-from-files --user-data-dir="$PWD/profile" \
        --virtual-time-budget=10000 --dump-dom "file://$PWD/measure.html" \
        2>browser.err | sed 's/.*<pre>//' | grep '^measured' | sort -n -k 2 >measured
    cat measured
    [ "$(wc -l <measured)" -eq 3 ]
}

@test "nothing overflows or overlaps at the width of a telephone and of a desk" {
    local word width more wide overlaps labels letters

    cd "$BATS_TEST_TMPDIR"
    cp "$BATS_FILE_TMPDIR/page.html" .
    measure
    while read -r word width more wide overlaps labels letters; do
        ((more <= 0))
        [ "$wide $overlaps" = 'wide: overlaps:' ]
        ((${labels#*:} > 60 && ${letters#*:} >= 9))
    done <measured
    [ "$(cut -d ' ' -f 2 measured | tr '\n' ' ')" = '360 768 1280 ' ]
}

@test "the measurement sees what overflows" {
    cd "$BATS_TEST_TMPDIR"
    sed 's/<body>//; s/<section/<p style="width: 800px">wide<\/p>&/' \
        "$BATS_FILE_TMPDIR/page.html" >page.html
    measure
    grep -q '^measured 360 [1-9].*wide:P wide' measured
    grep -q '^measured 1280 -.*wide: ' measured
}
