#!/usr/bin/env bats
# The manual pages say what the programs do: options, defaults, exit
# statuses, messages, words and keywords are taken from both and compared, and
# the examples are run.

bats_require_minimum_version 1.5.0

load common
. "$(dirname "$BATS_TEST_FILENAME")/mariadb.bash"
. "$(dirname "$BATS_TEST_FILENAME")/newcomer.bash"

setup() {
    cd "$top" || return 1
    export LC_ALL=C
}

teardown() {
    [ ! -d "$BATS_TEST_TMPDIR/server" ] ||
        mariadb_stop "$BATS_TEST_TMPDIR/server"
}

# --- reading a page ---------------------------------------------------------

# The page as text, a paragraph a line.
render() {
    mandoc -Tascii -O width=1000 "$1" | sed 's/.\x08//g'
}

# section PAGE NAME: a section of it.
section() {
    render "$1" | awk -v name="$2" '
        /^[^ ]/ { inside = $0 == name; next }
        inside { print }'
}

# tags PAGE MACRO: the tags of lists that begin with this macro.
tags() {
    sed -n "s/^\.It $2 \([^ ]*\).*/\1/p" "$1" | sort -u
}

# Pages of the programs; each is named after its program.
tool_pages() {
    ls man/*.1
}

# --- reading the sources ----------------------------------------------------

# initializers ARRAY FILE...: the strings that begin a member of an array.
initializers() {
    local array=$1
    shift

    awk -v start=" $array\\\\[.*= {" '$0 ~ start { inside = 1 }
        inside { print } /};/ { inside = 0 }' "$@" | tr '\n\t' '  ' |
        grep -oE '[{,] *(\[[A-Z_]*\] = )?"[^"]*"' | sed 's/.*"\(.*\)"/\1/'
}

# errors FILE...: the errors of lib/base/errors.h that they name, sorted.
errors() {
    grep -ohE '\bBT_E[A-Z]+\b' "$@" | grep -v BT_ERROR | sort -u
}

# listed COLUMN: word, status or text of the errors on standard input.
listed() {
    local error

    while read -r error; do
        tr '\n\t\\' '   ' <lib/base/errors.h |
            grep -oE "E\($error, [^()]*(\([^()]*\)[^()]*)*\)" |
            sed -E 's/" +"//g
                s/E\([^,]*, "([^"]*)", ([^,]*), +"(.*)"\)/\1|\2|\3/' |
            cut -d '|' -f "$1"
    done
}

# messages CALL FILE...: the literal strings that are given to the call, a
# regular expression up to the string.
messages() {
    local call=$1
    shift

    cat "$@" | tr '\n\t' '  ' |
        grep -oP "$call"' *\K"([^"\\]|\\.)*"( *"([^"\\]|\\.)*")*' |
        sed -E 's/" +"//g; s/^"//; s/"$//; s/\\"/"/g; s/\\\\/\\/g'
}

# said_in TEXT: each message of standard input has all its constant parts in
# the text.
said_in() {
    local message part missing= count=0

    while read -r message; do
        count=$((count + 1))
        while read -r part; do
            [[ $1 == *"$part"* ]] || missing+="  $message"$'\n'
        done < <(sed -E 's/%[.*0-9]*(ll|l|z)?[a-z]/\n/g' <<<"$message" |
            grep '[a-z][a-z]')
    done
    [ "$count" -gt 0 ] || fail 'no message found'
    [ -z "$missing" ] || fail "not in the manual:"$'\n'"$missing"
}

# same WHAT LEFT RIGHT: two lists are equal, and not empty.
same() {
    [ -n "$2" ] || fail "$1: nothing found"
    diff -u --label program --label manual <(echo "$2") <(echo "$3") ||
        fail "$1 differ"
}

# --- form -------------------------------------------------------------------

@test "every program and format has its page" {
    for tool in $(sed -n 's/^TOOLS = //p' Makefile); do
        assert [ -f "man/$tool.1" ]
    done
    for format in bt-frames bt-records bt-map; do
        assert [ -f "man/$format.5" ]
    done
}

@test "pages are clean and refer to pages that there are" {
    local section page

    for section in 1 5 7; do
        mkdir -p "$BATS_TEST_TMPDIR/man$section"
    done
    for page in man/*.[157]; do
        ln -s "$PWD/$page" "$BATS_TEST_TMPDIR/man${page##*.}/"
    done
    # Pages of others need not be installed.
    MANPATH=$BATS_TEST_TMPDIR mandoc -Tlint -W style man/*.[157] \
        >"$BATS_TEST_TMPDIR/lint" 2>/dev/null || :
    run grep -vP 'referenced manual not found: Xr (?!bt-|db-|bluetti-)' \
        "$BATS_TEST_TMPDIR/lint"
    assert_output ''
}

# --- options ----------------------------------------------------------------

# "-i --interval =SECONDS" of each option in --help
help_options() {
    "$build/$1" --help |
        sed -nE 's/^ +((-.), )?(--[a-z-]+)(\[?=[^ ]*)?( .*)?$/\2 \3 \4/p' |
        sort
}

# The same of the list in the page; the argument stands there after the short
# form too.
page_options() {
    section "$1" DESCRIPTION |
        sed -nE 's/^ +((-.)([^,]*), )?(--[a-z-]+)(\[?=.*)?$/\2|\3|\4|\5/p' |
        while IFS='|' read -r short argument long value; do
            # Something else after the short form makes a difference.
            [ -z "$short" ] ||
                [ "${argument//[][ ]/}" = "${value//[]=[]/}" ] ||
                value+=$argument
            echo "$short $long ${value^^}"
        done | sort
}

@test "options of --help and of the page are the same" {
    local page tool

    for page in $(tool_pages); do
        tool=$(basename "$page" .1)
        same "options of $tool" "$(help_options "$tool")" \
            "$(page_options "$page")"
    done
}

@test "a mistyped long option is named, and the one that was meant" {
    local page tool long compared=0

    for page in $(tool_pages); do
        tool=$(basename "$page" .1)
        while read -r long; do
            # One letter too many, and none that another option has.
            run -64 "$build/$tool" "${long}x"
            assert_output "$tool: unknown option ${long}x (did you mean $long?); try $tool --help"
            compared=$((compared + 1))
        done < <("$build/$tool" --help | grep -oE '^ +(-., )?--[a-z-]+' |
            grep -oE -- '--.*')
    done
    assert [ "$compared" -ge 60 ]
}

@test "errors, help and version have one style in all programs" {
    local page tool

    for page in $(tool_pages); do
        tool=$(basename "$page" .1)
        run -64 "$build/$tool" -Z
        assert_output "$tool: unknown option -Z; try $tool --help"
        run -64 "$build/$tool" --version=1
        assert_output "$tool: --version takes no value; try $tool --help"
        run -0 "$build/$tool" --version
        assert_output --regexp "^$tool \(bluetti-tools\) [0-9.]+$"
        run -0 "$build/$tool" --help
        assert_line --index 0 --regexp "^Usage: $tool "
        run -1 grep -E '^.{81}' <<<"$output"
        run -74 sh -c '"$1" --help >/dev/full' sh "$build/$tool"
    done
}

@test "the page names the defaults of --help" {
    local page tool option value compared=0

    for page in $(tool_pages); do
        tool=$(basename "$page" .1)
        while read -r option value; do
            section "$page" DESCRIPTION | awk -v option="$option" '
                /^ +(-.*, )?--[a-z-]+[^ ]*$/ { inside = $0 ~ option "(\\[?=.*)?$" }
                inside' >"$BATS_TEST_TMPDIR/inside"
            grep -qw -- "$value" "$BATS_TEST_TMPDIR/inside" ||
                fail "$page: default $value of $option is missing"
            compared=$((compared + 1))
        done < <("$build/$tool" --help | awk '
            match($0, /^ +(-., )?--[a-z-]+/) { option = $0
                sub(/^[^-]*(-., )?/, "", option); sub(/[^a-z-].*/, "", option) }
            match($0, / \(([a-z]+; )?[0-9][^()]*\)/) {
                n = split(substr($0, RSTART, RLENGTH), word, /[^0-9]+/)
                for (i = 1; i <= n; i++)
                    if (word[i] != "")
                        print option, word[i] }')
    done
    assert [ "$compared" -ge 3 ]
}

# --- what happens -----------------------------------------------------------

# The sources of a program that name exit statuses: its own and those in lib/.
status_sources() {
    echo "$1"/*.c lib/base/output.c lib/cli/command-line.c
    case $1 in
    bt-poll | bt-discover)
        echo lib/station/{reconnect,reported-errors,station}.c
        ;;
    esac
}

# Errors that end a program: who talks with a station tells them from those that
# it outlives.
final_errors() {
    {
        case $1 in
        bt-poll | bt-discover)
            sed -n '/^[a-z_ ]*is_final(/,/^}/p' \
                lib/station/{reconnect,station}.c
            ;;
        *) cat "$1"/*.c ;;
        esac
    } | errors
}

# Exit statuses that the sources name, as numbers.
source_statuses() {
    {
        # shellcheck disable=SC2046 # names without blanks
        grep -ohE '\bEX_[A-Z]+\b' $(status_sources "$1")
        final_errors "$1" | listed 2
        # shellcheck disable=SC2046
        ! grep -qE '\b(EACCES|EPERM)\b' $(status_sources "$1") ||
            echo EX_NOPERM
    } | sort -u | while read -r name; do
        awk -v name="$name" '$1 == "#define" && $2 == name { print $3 }' \
            /usr/include/sysexits.h "$1"/*.c
    done | sort -nu
}

@test "exit statuses of the sources and of the page are the same" {
    local page tool

    for page in $(tool_pages); do
        tool=$(basename "$page" .1)
        same "statuses of $tool" "$(source_statuses "$tool")" \
            "$(section "$page" 'EXIT STATUS' |
                sed -nE 's/^ +([0-9]+) .*/\1/p' | sort -nu)"
    done
}

# exported TABLE FILE...: the texts in a table of programs or objects.
exported() {
    local table=$1 file

    shift
    for file; do
        : >"$BATS_TEST_TMPDIR/table"
        objcopy -O binary --only-section="$table" "$file" \
            "$BATS_TEST_TMPDIR/table"
        tr -s '\0' '\n' <"$BATS_TEST_TMPDIR/table"
    done
}

# The messages of standard input but those for options that a program lacks.
concerning() {
    if grep -q '\.excludes' "$1"/*-options.c; then cat; else
        grep -v 'does not go with'; fi |
        if grep -q '\boption_seconds\b' "$1"/*-options.c; then cat; else
            grep -v '86400 seconds'; fi |
        if grep -q '\boption_adapter\b' "$1"/*-options.c; then cat; else
            grep -v 'an adapter like'; fi
}

# DIAGNOSTICS of the page, and of those that it refers to there.
diagnostics() {
    local page

    section "$1" DIAGNOSTICS
    for page in $(section "$1" DIAGNOSTICS | grep -oE '\bbt-[a-z]+\([15]\)'); do
        page=man/${page/(/.}
        section "${page%)}" DIAGNOSTICS
    done
}

@test "each message of the programs is explained" {
    local page tool

    for page in $(tool_pages); do
        tool=$(basename "$page" .1)
        # What the program alone has, and what is wrong with a command line.
        # shellcheck disable=SC2046 # names without blanks
        exported messages $(find "$build/obj/$tool" "$build/obj/lib/cli" \
            -name '*.o') | concerning "$tool" | said_in "$(section "$page" DIAGNOSTICS)"
        # And what it shares with others.
        exported messages "$build/$tool" | concerning "$tool" |
            said_in "$(diagnostics "$page")"
    done
}

@test "each error is explained" {
    local name

    exported BT_STATION_ERRORS "$build/bt-poll" |
        said_in "$(section man/bt-poll.1 DIAGNOSTICS)"
    exported BT_FRAME_ERRORS "$build/bt-decode" |
        said_in "$(section man/bt-decode.1 DIAGNOSTICS)"
    exported BT_DATABASE_ERRORS "$build/db-insert" |
        said_in "$(section man/db-insert.1 DIAGNOSTICS)"
    exported BT_PROGRAM_ERRORS "$build/bt-poll" |
        said_in "$(for page in man/*.1; do section "$page" DIAGNOSTICS; done)"
}

# --- formats ----------------------------------------------------------------

@test "the words of failed exchanges are those that bt-poll writes" {
    # bt-poll's own requests are in order, and an exchange that a signal cut
    # short has no line. A silent link is ended after the line of its last read.
    same words "$({
        errors lib/station/station{,-exchange}.c lib/station/channel.c lib/station/doubt.c lib/station/secure{,-crypto,-message}.c \
            lib/ble/att.c lib/ble/att-value.c lib/base/wait-for.c \
            bt-poll/packs.c bt-poll/read-blocks.c |
            grep -vE 'BT_E(REQUEST|CANCELED|SILENT)' | listed 1
        sed -n 's/.*: "\([a-z]*\)";/\1/p' lib/base/errors.c
    } | sort -u)" "$(tags man/bt-frames.5 Cm | sed 's/^!//')"
}

@test "the keywords of maps are all in the page" {
    same keywords "$(initializers keywords lib/model/parse*.c | sort)" \
        "$(tags man/bt-map.5 Ic)"
}

@test "types, classes and marks of maps are all in the page" {
    same 'types, classes and marks' "$({
        initializers types lib/model/map.c
        initializers classes lib/model/map.c
        sed -n 's/.*strcmp(mark, "\([a-z]*\)").*/\1/p' lib/model/parse*.c
    } | sort -u)" "$(tags man/bt-map.5 Cm)"
}

@test "types that need a length have one in the page" {
    same types "$(sed -nE 's/.*\{ "([a-z_]*)", 0 \}.*/\1/p' \
        lib/model/map.c && echo uint16)" \
        "$(sed -n 's/^\.It Cm \([^ ]*\) Ns Bq Ar n$/\1/p' man/bt-map.5 |
            sort | sed '/uint16/d' && echo uint16)"
    grep -q '^\.It Cm uint16 Ns Bq Ar n$' man/bt-map.5
}

@test "scales of maps and names that are taken are in the page" {
    local word

    section man/bt-map.5 DESCRIPTION >"$BATS_TEST_TMPDIR/page"
    for word in $(initializers scales lib/model/parse*.c); do
        grep -qwF -- "$word" "$BATS_TEST_TMPDIR/page" ||
            fail "scale $word is missing"
    done
    for word in $(initializers taken lib/model/parse*.c); do
        grep -qE "^\.Ql $word( |$)" man/bt-map.5 ||
            fail "$word is missing"
    done
}

@test "keys of every record are explained" {
    local keys

    keys=$(messages '(json_key|write_text)\([a-z>-]*,' bt-decode/[!f]*.c \
        bt-decode/failed.c | sort -u)
    same keys "$keys" "$(tags man/bt-records.5 Ar)"
}

@test "keys of --fields are explained" {
    same keys "$(messages '(json_key|write_mark)\([a-z>-]*,' bt-decode/fields.c |
        sort -u)" "$(tags man/bt-decode.1 Cm)"
}

# --- examples ---------------------------------------------------------------

# Examples of a page: the displays that begin with a command. A page of section
# 7 is one example from its beginning on.
examples() {
    awk '/^\.Sh / { inside = $2 == "EXAMPLES" || FILENAME ~ /7$/ }
        inside && /^\.Bd -literal/ { display = 1; shown = 0; next }
        /^\.Ed/ { display = 0 }
        display && !shown++ && !/^\$ / { display = 0 }
        display' "$1" |
        sed 's/\\e/\\/g; s/\\&//g; s/\\(dq/"/g; s/\\(aq/'\''/g; s/\\-/-/g'
}

# Runs one command as a user would and compares.
try_example() {
    local page=$1 command=$2 expected=$3 got

    got=$(cd "$BATS_TEST_TMPDIR/home" &&
        PATH=$BATS_TEST_TMPDIR/bin:$PATH HOME=$PWD \
            timeout 60 sh -c "$command" </dev/null 2>&1 3>&-) || :
    [ "$got"$'\n' = "$expected"$'\n' ] ||
        fail "$page:"$'\n'"\$ $command"$'\n'"$(diff -u --label manual \
            --label program <(echo "$expected") <(echo "$got"))"
}

# Runs all examples of a page, one after another in one directory.
run_examples() {
    local line command= expected= count=0

    mkdir -p "$BATS_TEST_TMPDIR/home"
    while IFS= read -r line; do
        case $line in
        '$ '*)
            [ -z "$command" ] || try_example "$1" "$command" "${expected%?}"
            command=${line#??}
            expected=
            count=$((count + 1))
            ;;
        '> '* | '>')
            line=${line#>}
            command+=$'\n'${line# }
            ;;
        *) expected+=$line$'\n' ;;
        esac
    done < <(examples "$1")
    assert [ "$count" -gt 0 ]
    try_example "$1" "$command" "${expected%?}"
}

@test "examples of bt-poll(1), with simulated stations" {
    fake_addresses bt-poll
    sim_start AC300 AC300
    sim_start EB3A EB3A
    run_examples man/bt-poll.1
}

@test "examples of bt-discover(1), with a simulated station" {
    fake_addresses bt-discover
    sim_start EB3A EB3A
    run_examples man/bt-discover.1
}

@test "examples of bt-scan(1), with a stand-in for the kernel" {
    fake_scanner
    run_examples man/bt-scan.1
}

@test "examples of db-insert(1), with a private server" {
    mariadb_start "$BATS_TEST_TMPDIR/server"
    mariadb_query 'CREATE DATABASE bluetti'
    mkdir "$BATS_TEST_TMPDIR/home"
    printf '[client]\nsocket=%s\nuser=root\n' "$MARIADB_SOCKET" \
        >"$BATS_TEST_TMPDIR/home/.my.cnf"
    run_examples man/db-insert.1
}

@test "examples of bt-decode(1)" {
    run_examples man/bt-decode.1
}

@test "examples of bt-frames(5)" {
    run_examples man/bt-frames.5
}

@test "examples of bt-records(5)" {
    run_examples man/bt-records.5
}

@test "examples of bt-map(5)" {
    run_examples man/bt-map.5
}

@test "examples of bt-reverse(7)" {
    run_examples man/bt-reverse.7
}

@test "examples of bluetti-recipes(7)" {
    run_examples man/bluetti-recipes.7
}

# --- the overview -------------------------------------------------------------

@test "bluetti-tools(7) names every page" {
    same pages "$(basename -a man/*.[157] | sed '/^bluetti-tools/d' | sort)" \
        "$(sed -n 's/^\.It Xr \(.*\) \([157]\)$/\1.\2/p' man/bluetti-tools.7 | sort)"
}

@test "options of the command lines in bluetti-tools(7) are those of --help" {
    local tool option checked=0

    while read -r tool option; do
        "$build/$tool" --help >"$BATS_TEST_TMPDIR/help"
        grep -qE -- "(^|[ ,])$option([ =,]|\$)" "$BATS_TEST_TMPDIR/help" ||
            fail "$tool has no $option"
        checked=$((checked + 1))
    done < <(sed -n 's/^\.Dl //p' man/bluetti-tools.7 | tr '|' '\n' |
        awk '$1 ~ /^(bt-|db-)/ { for (i = 2; i <= NF; i++) if ($i ~ /^-/) {
            sub(/=.*/, "", $i); print $1, $i } }')
    assert [ "$checked" -ge 10 ]
}
