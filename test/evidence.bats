#!/usr/bin/env bats
# What stations showed to those who own them, data/evidence.tsv: bt-decode, and
# the tables with the decisions about them, must come to the same values.

load common

# In the test run's directory: a line a row of the evidence (rows), and what
# bt-decode makes of them, a record a row (records).
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    awk -f "$here/models/frame.awk" -f "$here/models/evidence.awk" \
        "$here/data/evidence.tsv" >frames
    grep -v '^#' "$here/data/evidence.tsv" >rows
    cut -f 1 rows | sort -u >models
    while IFS= read -r model; do
        awk -F '\t' -v model="$model" '$1 == model { print $2 }' frames |
            bt-decode --model "$model" >>records
    done <models
}

setup() {
    made=$BATS_FILE_TMPDIR
    cd "$BATS_TEST_TMPDIR"
}

# rows_of CERTAIN: model, field and source of each such row.
rows_of() {
    awk -F '\t' -v certain="$1" '$5 == certain { print $1 FS $3 FS $6 }' \
        "$made/rows"
}

@test "each row decodes to what was shown" {
    jq -r -R -n --slurpfile records "$made/records" '
        ($records | map({key: .name, value: .}) | from_entries) as $of |
        foreach inputs as $line (0; . + 1;
            ($line | select(test("^#") or . == "" | not) | split("\t")) as $row |
            ($of["row\(.)"] // {}) as $record |
            (if $record | has($row[2]) then $record[$row[2]] | tojson
                else "-" end) as $value |
            select($value != $row[3]) | "line \(.): \($row[0]) \($row[1]): " +
            "\($row[2]) is \($row[3]), not \($value) (\($row[5]))")' \
        "$here/data/evidence.tsv" >wrong
    cat wrong
    [ ! -s wrong ]
}

@test "no decision contradicts the evidence" {
    awk -f "$here/models/limits.awk" -f "$here/models/fields.awk" \
        -v limits="$here/data/limits.tsv" "$here/data/decisions.tsv" \
        "$here/data/registers.tsv" | LC_ALL=C sort -t $'\t' -k 1,1 >fields
    awk -f "$here/models/random.awk" -f "$here/models/limits.awk" \
        -f "$here/models/registers.awk" -f "$here/models/record.awk" \
        -f "$here/models/decided.awk" \
        -v fields=fields "$here/data/evidence.tsv" >wrong
    cat wrong
    [ ! -s wrong ]
}

@test "the evidence is that of many owners, and no model's alone" {
    [ "$(rows_of owner | wc -l)" -ge 39 ]
    [ "$(rows_of owner | cut -f 3 | sort -u | wc -l)" -ge 20 ]
    rows_of owner | cut -f 1 | sort | uniq -c >of_models
    run awk '$1 > 10' of_models
    assert_output ''
}

@test "each row says who told it, and how certain it is" {
    run awk -F '\t' 'NF != 7 || $6 == "" || $7 == "" ||
        $5 !~ /^(owner|application|derived)$/ ||
        $2 !~ /^([0-9]+\/)?[0-9]+=[0-9]+(,[0-9]+)*$/' "$made/rows"
    assert_output ''
}

# --- what changed ---------------------------------------------------------------

@test "what fields meant and mean is a table for CHANGELOG.md" {
    mkdir old new
    cat >old/a.map <<'END'
model A1
protocol 1
read poll 10+40
1 36 uint16 power W
1 37 uint16 voltage V 0.1 0..300
1 38 enum mode - - - 0=OFF
1 39 uint16 gone
END
    sed '/gone/d; s/uint16 power/int16 power/; s/300/200/; s/0=OFF/0=OFF;1=ON/' \
        old/a.map >new/a.map
    echo '0 39 uint32 energy kWh 0.1' >>new/a.map
    for folder in old new; do
        sed 's/^model A1/model B1/' "$folder/a.map" >"$folder/b.map"
    done
    run "$here/changed-fields" bt-decode old bt-decode new
    assert_success
    assert_output '| Column | Was | Is | Models |
|---|---|---|---|
| energy | - | 0/39 uint32, 0.1 kWh | A1, B1 |
| gone | 39 uint16 | - | A1, B1 |
| mode | - | 1=ON | A1, B1 |
| power | 36 uint16, W | 36 int16, W | A1, B1 |'
    run "$here/changed-fields" bt-decode old bt-decode old
    assert_output '| Column | Was | Is | Models |
|---|---|---|---|'
}

# --- a factor of ten ------------------------------------------------------------

# contradictions FILE...: of the records in them.
contradictions() {
    cat "$@" | jq -c -n -f "$here/models/factor.jq" >found
    cat found
}

@test "a step that is wrong by ten is found in a record" {
    cat >wrong <<'END'
{"name":"a","dc_input_power":312,"internal_dc_input_voltage":5.2,"internal_dc_input_power":3120,"internal_dc_input_current":6}
{"name":"b","pack_voltage":53.95,"total_battery_voltage":539.5,"cell_voltages":[3.36,3.36,3.36,3.36,3.36,3.36,3.36,3.36,3.36,3.37,3.36,3.37,3.36,3.36,3.36,3.36]}
{"name":"c","ac_p1_power":-416,"ac_p1_voltage":23,"ac_p1_current":1.8}
{"name":"d","ac_p1_power":-416,"ac_p1_voltage":230.1,"ac_p1_current":1.8}
END
    run contradictions wrong
    assert_output '["a",{"internal_dc_input_voltage":5.2,"internal_dc_input_current":6,"internal_dc_input_power":3120}]
["a",{"dc_input_power":312,"internal_dc_input_power":3120}]
["b",{"pack_voltage":53.95,"total_battery_voltage":539.5}]
["c",{"ac_p1_voltage":23,"ac_p1_current":1.8,"ac_p1_power":-416}]'
}

# What one report has of one model is one station at one time, unless a register
# comes again.
@test "no report contradicts itself by a factor of ten" {
    paste "$made/frames" <(cut -f 6 "$made/rows") |
        sort -t $'\t' -k 1,1 -k 3,3 -s >reports
    cut -f 1,3 reports | sort -u | while IFS=$'\t' read -r model source; do
        awk -F '\t' -v model="$model" -v source="$source" '
            $1 == model && $3 == source { sub(/row[0-9]+/, "report", $2)
                print $2 }' reports | bt-decode --model "$model"
    done >records
    [ "$(wc -l <records)" -gt 30 ]
    run contradictions records
    assert_output ''
}

@test "no recording and no image contradicts itself by a factor of ten" {
    cp "$here"/data/*.json .
    accelerate 10
    for image in AC180 AC200M AC300 EB3A; do
        sim_start s "$image"
        $ACCELERATED bt-poll -1 --all "unix:$PWD/s" | bt-decode >"$image.json"
        sim_stop s
        rm -f s
        [ -s "$image.json" ]
    done
    run contradictions ./*.json
    assert_output ''
}
