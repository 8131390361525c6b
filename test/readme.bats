#!/usr/bin/env bats
# README, typed from top to bottom by a newcomer.

bats_require_minimum_version 1.5.0

load common
. "$(dirname "$BATS_TEST_FILENAME")/mariadb.bash"
. "$(dirname "$BATS_TEST_FILENAME")/newcomer.bash"

teardown() {
    mariadb_stop "$BATS_TEST_TMPDIR/server"
}

# A stand-in for a program: its text is on standard input.
stand_in() {
    { echo '#!/bin/bash'; cat; } >"$BATS_TEST_TMPDIR/bin/$1"
    chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

# blocks SECTION: each block of commands as a line, with \n for its ends of lines.
blocks() {
    awk -v section="## $1" '
        /^## / { inside = $0 == section }
        inside && /^    / { block = block substr($0, 5) "\\n"; next }
        block != "" { print block; block = "" }
        END { if (block != "") print block }' "$top/README.md" |
        sed "s|/usr/local/share/bluetti-tools|$top/db-insert|g"
}

# type_blocks SECTION: types them, one after another, into ./typed.
type_blocks() {
    local block n=0

    while IFS= read -r block; do
        printf '%b' "$block" >block
        echo "typed: $(cat block)"
        if [ "$(head -c 2 block)" = '$ ' ]; then
            diff -u <(tail -n +2 block) \
                <(script -qec "$(sed -n '1s/^..//p' block)" /dev/null </dev/null | tr -d '\r')
        else
            timeout 60 bash -o pipefail -e block </dev/null >>typed 2>&1 ||
                fail "status $?: $(cat typed)"
        fi
        n=$((n + 1))
    done < <(blocks "$1")
    [ "$n" -gt 0 ]
}

# The machine of a newcomer: stations, an adapter, a server, sudo.
newcomer() {
    fake_addresses bt-poll
    fake_addresses bt-discover
    fake_scanner
    sed -i '/F6:77/d' "$BATS_TEST_TMPDIR/script"
    # What would go on for ever ends after two polls, or some registers.
    sed -i 's/^exec /[[ " $* " = *" -1 "* ]] || set -- -n 2 -i 1 "$@"\n&/;1s/sh/bash/' \
        "$BATS_TEST_TMPDIR/bin/bt-poll"
    sed -i 's/^exec /set -- --last=120 "$@"\n&/' "$BATS_TEST_TMPDIR/bin/bt-discover"
    stand_in sudo <<<'ROOT=yes exec "$@"'
    stand_in apt-get <<<'[ "$ROOT $1" = "yes install" ]'
    stand_in mariadb <<END
[ "\$1" != --no-defaults ] || exec $(command -v mariadb) "\$@"
[ -n "\$ROOT" ] && set -- --no-defaults --user=root "\$@" ||
    set -- --defaults-file=\$HOME/.my.cnf "\$@"
exec $(command -v mariadb) "\${@:1:1}" --skip-ssl --socket=$BATS_TEST_TMPDIR/server/sock "\${@:2}"
END
    stand_in db-insert <<<"exec $build/db-insert --socket=$BATS_TEST_TMPDIR/server/sock \"\$@\""
    mkdir "$BATS_TEST_TMPDIR/home"
    cd "$BATS_TEST_TMPDIR/home"
    export HOME=$PWD PATH=$BATS_TEST_TMPDIR/bin:$PATH
    mariadb_start "$BATS_TEST_TMPDIR/server"
    sim_start AC300 AC300
    sim_start EB3A EB3A
}

@test "the first ten minutes of README, several stations, a missing model" {
    newcomer
    type_blocks 'The first ten minutes'
    grep -q '"total_battery_percent": 78' typed
    grep -q '^20.*78$' typed
    [ "$(stat -c %a .my.cnf)" = 600 ]
    type_blocks 'Several stations'
    [ "$(mariadb_query 'SELECT COUNT(DISTINCT serial_number) FROM bluetti.device')" -eq 2 ]
    [ "$(mariadb_query 'SELECT COUNT(*) FROM bluetti.sample')" -eq 7 ]
    mariadb_query 'SELECT * FROM bluetti.newest' >newest
    [ -s newest ]
    type_blocks Models
    grep -q ' AC3002232000000000 ' station-public.log
}

@test "messages in README are those of the programs" {
    local message

    cd "$top"
    while IFS= read -r message; do
        grep -qrF -- "$message" man/*.1 lib bt-poll ||
            [[ "$message" = "Access denied for user" || "$message" = "Can't connect to local server" ]] ||
            fail "no program says: $message"
    done < <(sed -n '/^## When something/,/^## Models/s/^| `\([^|]*\)` [^|]*|.*/\1/p' README.md |
        sed 's/`, `/\n/g; s/`,.*//')
}

@test "the pages that README names are those of man" {
    diff <(basename -a "$top"/man/*.[157] | sed 's/\.\(.\)$/(\1)/' | sort) \
        <(sed -n '/^## Manual/,/^## More/p' "$top/README.md" | cut -d '|' -f 2 |
            grep -oE '[a-z-]+\([157]\)' | sort)
}

@test "the demonstration fits into 80 columns, and says what to try next" {
    run -0 "$top/test/demo" "${build#"$top/"}"
    assert_line --index -1 --partial 'README.md'
    run grep -cE '^[|+].{80}' <<<"$output"
    assert_output 0
}
