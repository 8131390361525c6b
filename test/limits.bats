#!/usr/bin/env bats
# What a station cannot have never becomes a value: data/limits.tsv, which knows
# nothing of the maps, against what bt-decode makes of registers with extremes.

load common

maps=$top/lib/maps

# In the test run's directory, for each map: FILE.fields, its numbers as a table;
# FILE.log, extremes of all of them; FILE.json, what bt-decode makes of these.
setup_file() {
    local map file model
    cd "$BATS_FILE_TMPDIR"
    for map in "$maps"/*.map; do
        file=$(basename "$map" .map)
        model=$(model_of "$map")
        bt-decode --maps "$maps" --fields "$model" | jq -r '
            select(.type | test("^u?int|^serial")) | [.name, .modbus_unit // 1,
            .address, .registers // 1, .type, .unit, .scale // 1, .offset // 0,
            (.condition // [] | map(tostring) | join("="))] | @tsv' \
            >"$file.fields"
        awk -f "$here/models/limits.awk" -f "$here/models/frame.awk" \
            -f "$here/models/extremes.awk" -v limits="$here/data/limits.tsv" \
            -v model="$model" "$file.fields" >"$file.log"
        decode "$maps" "$map" >"$file.json"
    done
}

setup() {
    made=$BATS_FILE_TMPDIR
    cd "$BATS_TEST_TMPDIR"
}

model_of() {
    sed -n 's/^model  *//p' "$1"
}

# decode DIRECTORY MAP: the extremes of this map with the maps of a directory.
decode() {
    bt-decode --maps "$1" --secrets --model "$(model_of "$2")" \
        "$BATS_FILE_TMPDIR/$(basename "$2" .map).log"
}

# impossible MAP: which numbers in records of this map are beyond the limits.
# Lists have several.
impossible() {
    jq -r 'to_entries[] | .key as $name |
        (.value | if type == "array" then .[] else . end | numbers) |
        "\($name)\t\(.)"' | sort -u |
        awk -f "$here/models/limits.awk" -f "$here/models/impossible.awk" \
            -v limits="$here/data/limits.tsv" -v model="$(model_of "$1")" \
            "$made/$(basename "$1" .map).fields" -
}

@test "extremes in the registers of every field: no number is beyond the limits" {
    local map
    for map in "$maps"/*.map; do
        impossible "$map" <"$made/$(basename "$map" .map).json"
    done >wrong
    cat wrong
    [ ! -s wrong ]
}

# The station of a poll is called fieldN, N being the line of the field.
@test "extremes in the registers of every field: each has a value or is out of range" {
    local map file
    for map in "$maps"/*.map; do
        file=$(basename "$map" .map)
        jq -r -n --rawfile fields "$made/$file.fields" --arg file "$file" '
            ($fields | split("\n") | map(split("\t")[0])) as $name | inputs |
            $name[.name[5:] | tonumber - 1] as $field |
            select(has($field) or any(.out_of_range[]?; . == $field) | not) |
            "\($file): \($field) of \(tojson)"' "$made/$file.json"
    done >wrong
    head wrong
    [ ! -s wrong ]
}

# users PART: the maps that include it.
users() {
    grep -lE "^include +$(basename "$1") *$" "$maps"/*.map
}

# Each limit, and each range of a field, is needed: without it the maps let
# something through.
@test "without any one of the limits of the maps an impossible number comes out" {
    local file line map found
    cp -r "$maps" maps
    grep -nE '^limit|^[0-9].*[0-9]\.\.[0-9]' "$maps"/* >lines
    [ "$(grep -c ':limit' lines)" -ge 20 ]
    while IFS=: read -r file line _; do
        sed -E "$line"'{s/^limit .*//; s/^([0-9].* )[0-9.,-]*[0-9]\.\.[0-9]+/\1-/}' \
            "$file" >"maps/${file##*/}"
        ! cmp -s "$file" "maps/${file##*/}"
        found=
        for map in $([[ $file == *.map ]] && echo "$file" || users "$file"); do
            found=$(decode maps "$map" | impossible "$map")
            [ -z "$found" ] || break
        done
        [ -n "$found" ] || echo "${file##*/}:$line: $(sed -n "${line}p" "$file")"
        cp "$file" maps
    done <lines >needless
    cat needless
    [ ! -s needless ]
}

@test "0xFFFF in an unsigned current is no value, in a signed one minus one step" {
    local type expected
    mkdir maps
    cp "$maps"/limits*.part maps
    for type in uint16 int16; do
        cat >maps/x.map <<END
model X1
protocol 1
include limits.part
include limits-home.part
read poll 1+2
1 1 $type current    A 0.1
1 2 $type pv_current A 0.01
END
        run bt-decode --maps maps --model X1 \
            <<<"$(read_request 1 2) $(read_answer 0xffff 0xffff)"
        assert_success
        [ "$type" = int16 ] && expected='"current":-0.1,"pv_current":-0.01' ||
            expected='"out_of_range":["current","pv_current"]'
        assert_output "{\"model\":\"X1\",$expected}"
    done
}

# shown MODEL RECORD FIRST VALUE...: what such a station's registers become.
shown() {
    local model=$1 record=$2 first=$3
    shift 3
    run bt-decode --maps "$maps" --model "$model" \
        <<<"$(read_request "$first" $#) $(read_answer "$@")"
    assert_success
    assert_output "{\"model\":\"$model\",$record}"
}

# bluetti_mqtt issue 62 and pull request 72: no sun, or no grid charging.
@test "currents of inputs that are idle are no 6553.5 A" {
    for model in AC200M AC200L AC200PL AC300 AC500 EP500 EP500P; do
        shown $model '"out_of_range":["internal_dc_input_current"]' 88 0xffff
    done
    for model in AC300 AC500 EP500 EP500P; do
        shown $model '"out_of_range":["internal_current_three"]' 78 0xffff
    done
}

# bluetti_mqtt pull request 79, an AC60 without mains.
@test "a station that is off has values: no mains, no frequency" {
    shown AC60 '"ac_input_frequency":0' 1300 0
    shown AC60 '"ac_input_voltage":0.2,"ac_input_current":0' 1314 2 0
    shown AC300 '"ac_input_voltage":0,"internal_power_three":0,"ac_input_frequency":0,"internal_current_three":0' \
        77 0 0 0 0
    for model in AC200M AC500 EP500; do
        shown $model '"internal_ac_frequency":0' 74 0
    done
}

# Ellmondo/bluetti-bt-connect-lib 2.0.7: the smart meter of an EP2000 has its
# places in a list of inputs, of which an empty one holds something else.
@test "a place of the EP2000's smart meter counts if its type is 101" {
    shown EP2000 '"sm_p2_power":-416,"sm_p2_voltage":230.1,"sm_p2_current":1.8' \
        1235 101 65120 2301 18
    run bt-decode --maps "$maps" --model EP2000 \
        <<<"$(read_request 1235 4) $(read_answer 0 30000 0 1)"
    assert_success
    assert_output '{"model":"EP2000"}'
}
