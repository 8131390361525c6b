#!/usr/bin/env bats
# The lines for cron(8) and the script of README and the manual, run as cron
# and a shell run them: with their own PATH, HOME and nothing else.

bats_require_minimum_version 1.5.0

load common
. "$(dirname "$BATS_TEST_FILENAME")/mariadb.bash"

setup_file() {
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
    mariadb_query "CREATE DATABASE bluetti"
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    export MARIADB_SOCKET=$BATS_FILE_TMPDIR/server/sock
    export HOME=$BATS_TEST_TMPDIR
    printf '[db-insert]\nuser = root\nsocket = %s\n' "$MARIADB_SOCKET" >"$HOME/.my.cnf"
    sim_start station AC300
}

teardown() {
    sim_stop station || :
}

# here_and_now: what it reads, with this build and this station.
here_and_now() {
    sed "s|/usr/local/bin|$build|; s|00:11:22:33:44:55|unix:$BATS_TEST_TMPDIR/station|"
}

# as_cron: runs the crontab that it reads: variables, and jobs.
as_cron() {
    local line variables=(PATH=/usr/bin:/bin)
    while IFS= read -r line; do
        case $line in
        [A-Z]*=*) variables+=("$line") ;;
        *%*) fail "cron takes % for the end: $line" ;;
        *) env -i HOME="$HOME" LOGNAME=root SHELL=/bin/sh "${variables[@]}" \
            /bin/sh -c "$(cut -d ' ' -f 6- <<<"$line")" </dev/null ;;
        esac
    done
}

rows() {
    mariadb_query --database=bluetti 'SELECT COUNT(*) FROM sample'
}

@test "each line for cron with bt-poll keeps a row, as cron runs it" {
    local file n=0
    cd "$top"
    for file in $(grep -lE '^ *[0-9*/]+ (\* ){4}bt-poll' README.md man/*.[157]); do
        # With the variables before it.
        grep -E -B 1 '^ *[0-9*/]+ (\* ){4}bt-poll' "$file" | sed 's/^ *//' | here_and_now \
            >"$BATS_TEST_TMPDIR/crontab"
        run -0 as_cron <"$BATS_TEST_TMPDIR/crontab"
        assert_output ''
        n=$((n + 1))
        assert_equal "$(rows)" "$n"
    done
    [ "$n" -ge 3 ]
}

@test "the script of README reports what there is, and why there is nothing" {
    sed -n '/^    #!\/bin\/bash/,/^    esac/s/^    //p' "$top/README.md" | here_and_now \
        >"$BATS_TEST_TMPDIR/script"
    run -0 bash "$BATS_TEST_TMPDIR/script"
    assert_output 'battery: 78 %'
    sed -i 's/bt-poll -1/bt-poll -1 -t 1/; s|/station|/none|' "$BATS_TEST_TMPDIR/script"
    run -0 bash "$BATS_TEST_TMPDIR/script"
    assert_line 'the station is off or out of reach'
}
