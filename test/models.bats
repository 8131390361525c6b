#!/usr/bin/env bats
# Every model, measured by the published table of registers: models/fields.awk
# works out from it what the map must say, models/station.awk what a station's
# registers must become. Neither has anything of the programs.

load common

SEEDS=6
NOISE=30

# In the test run's directory: fields (by the table), told (by --fields, a JSON
# line a field), and what station.awk makes of all maps.
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    awk -f "$here/models/limits.awk" -f "$here/models/fields.awk" \
        -v limits="$here/data/limits.tsv" "$here/data/decisions.tsv" \
        "$here/data/registers.tsv" >rows
    LC_ALL=C sort -t $'\t' -k 1,1 -k 2,2n -k 3,3n -k 5,5 rows >fields
    awk -f "$here"/models/random.awk -f "$here"/models/frame.awk \
        -f "$here"/models/limits.awk -f "$here"/models/map.awk -f "$here"/models/registers.awk \
        -f "$here"/models/record.awk -f "$here"/models/station.awk \
        -v folder=. -v seeds=$SEEDS -v noise=$NOISE fields \
        "$top"/lib/maps/*.map
    local map model
    for map in "$top"/lib/maps/*.map; do
        model=$(sed -n 's/^model  *//p' "$map")
        bt-decode --fields "$model" | jq -c --arg model "$model" \
            '{$model} + .' >>told
    done
}

setup() {
    made=$BATS_FILE_TMPDIR
    cd "$BATS_TEST_TMPDIR"
}

# values_of FILE...: the values of records, a line each with the name of the
# station and the pack, in an order that depends on nothing. A value that several
# polls told is there once.
values_of() {
    jq -r '. as $record | to_entries[] |
        select(.key | IN("time", "address", "name", "registers") | not) |
        (if .key == "out_of_range" then .value | sort else .value end) as $value |
        "\($record.name) \($record.pack // "-") \(.key) \($value | tojson)"' \
        "$@" | LC_ALL=C sort -u
}

# differ EXPECTED FILE: the values in which two files of records differ.
differ() {
    diff -U 0 --label "by the table" --label "by the map" \
        <(values_of "$1") <(values_of "$2")
}

# --- fields ------------------------------------------------------------------

@test "the maps have the fields of the table, and no others" {
    jq -r 'def mark: if . then "yes" else "" end;
        [.model, .modbus_unit // 1, .address, .type, .name, .unit, .scale // 1,
        .offset // 0, (.ranges // [.range // empty] |
            map(map(tostring) | join("..")) | join(",")),
        (.values // {} | to_entries | map(.key + "=" + .value) | join(";")),
        (.writable | mark), (.pack | mark), (.secret | mark),
        (.condition // [] | map(tostring) | join("="))] | @tsv' \
        "$made/told" | LC_ALL=C sort >told
    LC_ALL=C sort "$made/fields" >fields
    diff -U 0 --label "by the table" --label "by the maps" fields told
}

@test "the number of registers is told where there are several" {
    jq -c '[.model, .name, .type, .registers] | select(.[3] != (.[2] |
        if test("\\[") then capture("\\[(?<n>.*)\\]").n | tonumber
        elif . == "serial" then 4
        elif test("32$|^version$") then 2 else null end))' "$made/told" >wrong
    cat wrong
    [ ! -s wrong ]
}

@test "a name has one kind and one unit in all maps, and is no key of records" {
    jq -s -c 'def kind: if test("\\[") and (test("^string") | not) or
            test("^bits") then "list"
        elif test("^(string|version|enum)") then "text"
        elif . == "bool" then . else "number" end;
        group_by(.name)[] | select((map([(.type | kind), .unit]) | unique |
        length) > 1) | map([.model, .name, .type, .unit])' "$made/told" >wrong
    cat wrong
    [ ! -s wrong ]
    run jq -r 'select(.name | IN("time", "address", "name", "model", "pack",
        "failed", "out_of_range", "registers"))' "$made/told"
    assert_output ""
}

# As many as bluetti_mqtt knows; the one of an EP500 need not be selected.
@test "packs are counted, selected and shown where they are" {
    run awk -f "$here/models/map.awk" -f "$here/models/packs.awk" \
        "$top"/lib/maps/*.map
    assert_output "AC200L 3 91 3006 96
AC200M 3 91 3006 96
AC300 4 91 3006 96
AC500 6 91 3006 96
EP500 1 0 0 96
EP500P 1 0 0 96"
}

# --- values ------------------------------------------------------------------

@test "what the maps read becomes the records of the table" {
    bt-decode "$made/frames" >records
    differ "$made/records" records
}

@test "secrets are told to those who ask for them" {
    bt-decode --secrets "$made/frames" >records
    differ "$made/secrets" records
    run cmp "$made/records" "$made/secrets"
    assert_failure 1
}

# The map that a record was made with, in jq; what it has for each name.
of_map='
    def map_name:
        if .model != "XYZ99" then .model
        elif .protocol_version < 2000 then "V1-generic"
        else "V2-generic" end;
    def by_name: group_by(.name) | map({key: .[0].name, value: {
        pack: (.[0].pack // false),
        may_be_absent: (.[0] | (.type | test("^string")) or .condition),
        ranges: map(.ranges // [.range // [-1e300, 1e300]]) | add}}) |
        from_entries;
    ($told | group_by(.model) |
        map({key: .[0].model, value: by_name}) | from_entries) as $fields |
    inputs | . as $record | $fields[map_name] as $of |'

@test "whatever is in the registers: no value is out of its range" {
    bt-decode --secrets "$made/noise" >records
    jq -c -n --slurpfile told "$made/told" "$of_map"'
        to_entries[] | .key as $name | select($of[$name]) |
        (.value | if type == "array" then .[] else . end | numbers) as $value |
        select(any($of[$name].ranges[]; $value >= .[0] and $value <= .[1]) |
            not) | [$record.name, $name, $value]' records >wrong
    head wrong
    [ ! -s wrong ]
}

@test "whatever is in the registers: each field is told, or told to be missing" {
    bt-decode --secrets "$made/noise" >records
    run jq -s 'map(select(.pack == null)) | length' records
    assert_output $((NOISE * $(ls "$top"/lib/maps/*.map | wc -l)))
    # An empty text has no key, nor has what depends on another register.
    jq -c -n --slurpfile told "$made/told" "$of_map"'
        $of | to_entries[] | .key as $name |
        select(.value.pack == ($record.pack != null)) |
        select((($record | has($name)) or .value.may_be_absent or
            ($name | IN($record.out_of_range[]?))) | not) |
        [$record.name, $name]' records >wrong
    head wrong
    [ ! -s wrong ]
}

@test "the same input gives the same bytes" {
    bt-decode "$made/noise" >first
    bt-decode "$made/noise" >second
    cmp first second
}

# --- the simulated station ------------------------------------------------------

# each_map COMMAND: runs it with each map's file, less its end. Whatever it
# prints is wrong.
each_map() {
    at_once silent "$1" < <(basename -s .map "$top"/lib/maps/*.map)
}

silent() {
    "$@" | tee wrong
    [ ! -s wrong ]
}

# poll FILE END OPTION...: leaves what bt-poll printed of the station FILE.END in
# FILE.log.
poll() {
    local file=$1 end=$2
    shift 2
    sim_start "$file" "$made/$file.$end"
    timeout 60 $ACCELERATED bt-poll "$@" "unix:$PWD/$file" >"$file.log" ||
        echo "status $?"
    sim_stop "$file"
}

# Without being asked for them secrets are not even read.
poll_image() {
    poll "$1" image -1 --all
    bt-decode --secrets "$1.log" >"$1.json"
    differ "$made/$1.records" "$1.json"
}

poll_secrets() {
    poll "$1" image -1 --all --secrets
    bt-decode --secrets "$1.log" >"$1.json"
    differ "$made/$1.secrets" "$1.json"
}

poll_refuses() {
    poll "$1" refuses -1 --all
    bt-decode "$1.log" >"$1.json"
    differ "$made/$1.records" "$1.json"
}

poll_moves() {
    poll "$1" moves -1 --all
    bt-decode "$1.log" >"$1.json"
    differ "$made/$1.records" "$1.json"
}

@test "every field of a map is polled, but for secrets" {
    accelerate 10
    each_map poll_image
}

@test "every field of a map is polled, with secrets" {
    accelerate 10
    each_map poll_secrets
}

@test "every field of a map is polled, though reads of gaps are refused" {
    accelerate 10
    each_map poll_refuses
}

@test "every field of a map is polled, though words are moved over gaps" {
    accelerate 10
    each_map poll_moves
}

# The reads of packs in all maps: FIRST+COUNT, a blank behind each.
pack_reads() {
    sed -n 's/^pack-read  *[a-z]*  *\([0-9+]*\).*/\1/p' "$top"/lib/maps/* |
        tr '\n' ' '
}

# reads_of_polls LOG: how many reads each poll has, packs aside.
reads_of_polls() {
    local read requests=
    for read in $(pack_reads); do
        requests+=$(printf '0103%04x%04x ' "${read%+*}" "${read#*+}")
    done
    awk -v packs="$requests" '
        $5 == "end" && reads { print reads }
        $5 == "end" { reads = 0; next }
        substr($4, 3, 2) == "03" && !index(packs, substr($4, 1, 12)) { reads++ }' \
        "$1"
}

# What the classic tool, or else a fork of it, sends in each poll.
most_reads() {
    case $1 in
    AC60) echo 1 ;;
    EP600) echo 2 ;;
    AC200L | AC200M | AC300 | AC500 | EP500 | EP500P) echo 3 ;;
    EB3A) echo 4 ;;
    *) echo 12 ;;
    esac
}

# A block is proven with single reads, and a stranger's version is asked for, but
# once: what a station is asked in three polls is no more than they tell.
count_reads() {
    local polls again
    poll "$1" image -n 3 -i 1
    polls=($(reads_of_polls "$1.log"))
    again=$(awk -v packs="$(pack_reads)" '
        $1 == "read" && $3 > 2 && !index(packs, $2 " ") { n++ }
        END { print n + 0 }' "$1.counters")
    [ "${#polls[@]}" -eq 3 ] || echo "not three polls: ${polls[*]}"
    [ "$1 ${polls[0]} ${polls[1]}" = "$(awk -v file="$1" '
        $1 == file { print $1, $2, $3 }' "$here/data/requests.tsv")" ] ||
        echo "${polls[0]} and ${polls[1]} reads are not those of requests.tsv"
    ((polls[0] <= 12)) || echo "the first poll has ${polls[0]} reads"
    ((polls[1] <= $(most_reads "$1"))) || echo "a poll has ${polls[1]} reads"
    ((again == polls[1])) || echo "$again reads, of which ${polls[1]} are told"
}

@test "no poll has more reads than the classic tool, nor the first one than 12" {
    accelerate 10
    each_map count_reads
}

# --- stations of other models -----------------------------------------------------

# poll_stranger FILE: whose registers tell no model that there is a map for.
poll_stranger() {
    rm -f s
    sim_start s "$made/$1.image" --name XYZ992200000000000
    $ACCELERATED bt-poll -1 --all "unix:$PWD/s" >log
    sim_stop s
    bt-decode log >records
    sed "s/XYZ99[0-9]*/XYZ992200000000000/" "$made/$1.records" >expected
    differ expected records
    # All registers are told, those without a field too.
    sed -n 's/^\([0-9][0-9]*\) /\1 /p' "$made/$1.image" | sort >image
    jq -r '.registers | to_entries[] | "\(.key) \(.value)"' records | sort >served
    [ -z "$(comm -13 image served)" ]
    [ "$(wc -l <served)" -ge 50 ]
}

@test "a station without a map: the generic map of its version" {
    accelerate 10
    poll_stranger generic-1
    poll_stranger generic-2
}
