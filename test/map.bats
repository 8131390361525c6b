#!/usr/bin/env bats
# Maps: a bad one is refused with file, line and reason.

load common

setup() {
    mkdir "$BATS_TEST_TMPDIR/maps"
    cd "$BATS_TEST_TMPDIR"
    cat >maps/good.map <<EOF
model X1
name X1
protocol 1
read poll 10+40
1 36 uint16 dc_input_power W
EOF
}

exchange="$(read_request 36 1) $(read_answer 752)"

# bad LINE REASON: the map with this text is refused there.
bad() {
    run bt-decode --maps maps --model X2 <<<"$exchange"
    assert_failure 78
    assert_output "bt-decode: maps/bad.map${1:+:$1}: $2"
}

# bad_line REASON LINE: the fifth line of an otherwise good map is refused.
bad_line() {
    { printf 'model X2\nname X2\nprotocol 1\nread poll 10+40\n%s\n' "$2"
        echo "1 36 uint16 dc_input_power W"; } >maps/bad.map
    bad 5 "$1"
}

@test "a good map is used" {
    run bt-decode --maps maps --model X1 <<<"$exchange"
    assert_success
    assert_output '{"model":"X1","dc_input_power":752}'
}

@test "all shipped maps are good, and each is used for its names" {
    for map in "$top"/lib/maps/[A-Z]*.map; do
        model=$(sed -n 's/^model  *//p' "$map")
        prefix=$(sed -n '/^name  */ { s///p; q; }' "$map")
        run bt-decode --maps "$top/lib/maps" --name "${prefix}2200000000000" <<<"$exchange"
        assert_success
        assert_output --partial "\"model\":\"$model\""
    done
}

@test "a name is a prefix and digits to the end" {
    for name in X1 X1a X1-5 X123x Y12; do
        run bt-decode --maps maps --name "$name" <<<"$exchange"
        assert_output --partial '"registers"'
    done
    run bt-decode --maps maps --name X15 <<<"$exchange"
    assert_output --partial '"model":"X1"'
}

@test "of two prefixes the longer one counts" {
    sed 's/X1/X/' maps/good.map >maps/other.map
    run bt-decode --maps maps --name X15 <<<"$exchange"
    assert_output --partial '"model":"X1"'
    run bt-decode --maps maps --name X5 <<<"$exchange"
    assert_output --partial '"model":"X"'
}

@test "lines that are refused" {
    bad_line 'unknown keyword "reed"' "reed poll 1+1"
    bad_line 'a map has one line "model"' "model X3"
    bad_line 'a map has one line "protocol"' "protocol 2"
    bad_line 'a read may be followed by its unit and "proven"' "read poll 1+1 1 1"
    bad_line 'too many words for "read"' "read poll 1+1 1 proven 1"
    bad_line 'include needs the name of a file' "include"
    bad_line 'include takes a file name without a path' \
        "include ../x.part"
    bad_line "cannot include x.part: it is neither beside this map nor in $BT_MAPS" \
        "include x.part"
    bad_line 'too many words for "pack-shown"' "pack-shown 96 97"
    bad_line 'a read is poll, slow or all' "read often 1+1"
    bad_line 'name needs a prefix' "name"
    bad_line 'source needs a text' "source"
    bad_line 'untried needs a text' "untried"
    bad_line 'unmapped needs the name of a model' "unmapped"
    for block in 10 10+0 10+128 65535+2 65536+1 -1+4 10+4x ""; do
        bad_line 'a read is FIRST+COUNT, for example 10+40, of 1 to 127 registers' \
            "read poll $block"
    done
    bad_line 'a MODBUS unit is 0 to 247' "read poll 1+1 248"
    bad_line 'no station has more than 255 packs' "packs 256"
    bad_line 'a register is 0 to 65535' "pack-count x"
    bad_line 'pack-settle is 0 to 60 seconds' "pack-settle 61"
    bad_line 'limit needs a unit and a range' "limit W"
    bad_line 'a range is LOW..HIGH, not "power"' "limit W power"
    bad_line 'a range is LOW..HIGH in steps of the scale' "limit V 0..0.5"
}

@test "fields that are refused" {
    bad_line 'a field needs unit, register, type and name' "1 36 uint16"
    bad_line 'a MODBUS unit is 0 to 247' "300 36 uint16 x"
    bad_line '"65536" is not a register' "1 65536 uint16 x"
    bad_line 'unknown type "uint17"' "1 36 uint17 x"
    bad_line 'string needs its length: string[6]' "1 36 string x"
    bad_line '"[" without "]"' "1 36 string[6 x"
    bad_line 'a field has 1 to 127 registers' "1 36 string[0] x"
    bad_line 'bool takes no length' "1 36 bool[2] x"
    bad_line 'the last register is 65535' "1 65535 uint32 x"
    bad_line '"model" is a key of every record' "1 36 uint16 model"
    bad_line '"Power": a name has a-z, 0-9 and _, 63 at most, and begins with a letter' \
        "1 36 uint16 Power"
    bad_line 'a scale is 1, 0.1, 0.01 or 0.001, not "0.5"' "1 36 uint16 x W 0.5"
    bad_line 'a range is LOW..HIGH, not "5"' "1 36 uint16 x W 1 5"
    bad_line 'a range is LOW..HIGH in steps of the scale' "1 36 uint16 x W 1 0..0.5"
    bad_line 'a range is LOW..HIGH in steps of the scale' "1 36 uint16 x W 1 9..1"
    bad_line 'a range is LOW..HIGH in steps of the scale' "1 36 uint16 x W 1 0,5.5..9"
    bad_line 'a range is LOW..HIGH in steps of the scale' "1 36 uint16 x W 1 0,,5..9"
    bad_line 'a range has 4 parts at most' "1 36 uint16 x W 1 0,2,4,6,8..9"
    bad_line 'values are like 0=OFF;1=ON' "1 36 enum x - - - ON"
    bad_line '"x" is not a value of a register' "1 36 enum x - - - x=ON"
    bad_line 'the offset of a scale is in steps of the scale: "1-40.5"' \
        "1 36 uint16 x W 1-40.5"
    bad_line 'an enum needs names of values' "1 36 enum x"
    bad_line 'a bool is true or false, not "A"' "1 36 bool x - - - 0=A"
    bad_line 'only enum, bits and bool have values' "1 36 uint16 x - - - 0=A"
    bad_line 'bits are numbered from 0 to 15' "1 36 bits x - - - 16=A"
    bad_line 'only numbers have a unit and a scale' "1 36 bool x W"
    bad_line 'only numbers have a unit and a scale' "1 36 bits x - 0.1"
    bad_line 'only numbers have a range' "1 36 bool x - - 0..1"
    bad_line '1 has two names' "1 36 enum x - - - 1=A;1=B"
    bad_line 'unknown mark "big"' "1 36 uint16 x W 1 - - big"
    for condition in 65536=1 35= 35=65536 =1 x=1; do
        bad_line 'a condition is REGISTER=VALUE, for example 1235=101' \
            "1 36 uint16 x W - - - $condition"
    done
    bad_line 'a field has 9 columns at most' "1 36 uint16 x W 1 - - pack more"
}

@test "what is signed, added to, named or a bit" {
    cat >maps/types.map <<'EOF'
model X9
protocol 1
read poll 1+10
1 1 int16     power      W  1
1 2 int32     current    A  0.01
1 4 uint16    warmth     °C 1-40  -40..120
1 5 uint16[2] warmths    °C 0.1+5 0..100
1 7 bool      on         -  -     -  1=true;3=false
1 1 int16     intake     W  -1
1 6 uint16    cooling    °C -0.1+5
1 8 bits      flags      -  -     -  0=A;15=P
1 9 bits[2]   faults
EOF
    types() {
        run bt-decode --maps maps --model X9 \
            <<<"$(read_request 1 10) $(read_answer "$@")"
        assert_success
    }
    types 65120 0xff9c 0xffff 15 0 955 3 0x8003 0x8000 0x0001
    assert_output '{"model":"X9","power":-416,"current":-1,"warmth":-25,"on":false,"intake":416,"cooling":-90.5,"flags":["A","1","P"],"faults":["15","16"],"out_of_range":["warmths"]}'
    types 0 1 0 161 0 0 2 0 0 0
    assert_output '{"model":"X9","power":0,"current":0.01,"warmths":[5,5],"intake":0,"cooling":5,"flags":[],"faults":[],"out_of_range":["warmth","on"]}'
    types 1 0 0 160 0 0 1 0 0 0
    assert_output --partial '"warmth":120,'
    assert_output --partial '"on":true,'
}

@test "the most that may be is accepted" {
    { cat maps/good.map; echo "pack-settle 60"; } >maps/most.map
    sed -i 's/X1/X2/' maps/most.map
    run bt-decode --maps maps --model X2 <<<"$exchange"
    assert_success
}

# --- included files ------------------------------------------------------------

@test "a map includes what it shares" {
    printf '%s\n' "read poll 36+1" "1 36 uint16 x W" >maps/shared.part
    printf '%s\n' "model X7" "name X7" "protocol 1" "include shared.part" >maps/x7.map
    printf '%s\n' "model X8" "name X8" "protocol 1" "include shared.part" \
        "1 37 uint16 y" >maps/x8.map
    run bt-decode --maps maps --name X71 <<<"$exchange"
    assert_output --partial '"model":"X7","x":752}'
    run bt-decode --maps maps --name X81 <<<"$exchange"
    assert_output --partial '"model":"X8","x":752}'
}

@test "an included file is named where it is bad" {
    printf '%s\n' "# shared" "1 36 float x" >maps/shared.part
    printf '%s\n' "model X7" "protocol 1" "include shared.part" >maps/x7.map
    run bt-decode --maps maps --model X7 </dev/null
    assert_failure 78
    assert_output 'bt-decode: maps/shared.part:2: unknown type "float"'
    echo "include shared.part" >maps/shared.part
    run bt-decode --maps maps --model X7 </dev/null
    assert_failure 78
    assert_output 'bt-decode: maps/shared.part:1: an included file includes no other'
}

@test "what is included is a regular file" {
    mkfifo maps/shared.part
    printf '%s\n' "model X7" "protocol 1" "include shared.part" >maps/x7.map
    # Whoever holds it open for writing never lets a reader come to its end.
    exec 9<>maps/shared.part
    run timeout 10 bt-decode --maps maps --model X7 </dev/null
    exec 9>&-
    assert_failure 78
    assert_output 'bt-decode: maps/shared.part: is included, but is not a regular file'
}

@test "a map that was copied alone finds what it includes among the others" {
    mkdir mine
    printf '%s\n' "read poll 36+1" "1 36 uint16 x W" >maps/shared.part
    printf '%s\n' "model X7" "protocol 1" "include shared.part" >mine/x7.map
    BT_MAPS=$PWD/maps run bt-decode --maps mine --model X7 <<<"$exchange"
    assert_success
    assert_output --partial '"x":752}'
}

@test "a field is the same wherever it is" {
    printf '%s\n' "model X2" "protocol 1" "read poll 1+9" \
        "1 1 uint16 x" "1 2 uint32 x" "1 4 bool x" >maps/bad.map
    bad 6 'x has another type above'
}

@test "a map that lacks something" {
    echo "protocol 1" >maps/bad.map
    bad "" 'has no line "model"'
    echo "model X2" >maps/bad.map
    bad "" 'has no line "protocol"'
    printf 'model X2\nprotocol 3\n' >maps/bad.map
    bad 2 'protocol is 1 or 2'
    printf 'model X2\nprotocol 1\n' >maps/bad.map
    bad "" 'has no line "read poll"'
    printf 'model X2\nprotocol 1\nread slow 1+1\n1 1 uint16 x\n' >maps/bad.map
    bad "" 'has no line "read poll"'
    printf 'model X2\nprotocol 1\nread poll 1+1\n' >maps/bad.map
    bad "" 'has no field'
    printf 'model X2\nprotocol 1\nread poll 1+1\n1 1 uint16 x - - - - pack\n' >maps/bad.map
    bad "" 'pack keywords or fields, but no "packs"'
    printf 'model X2\nprotocol 1\nread poll 1+1\n1 1 uint16 x\npack-count 91\n' >maps/bad.map
    bad "" 'pack keywords or fields, but no "packs"'
    printf 'packs 2\nmodel X2\nprotocol 1\nread poll 1+1\n1 1 uint16 x - - - - pack\n' >maps/bad.map
    bad "" 'packs need "pack-shown" and "pack-read"'
    printf 'packs 2\npack-shown 9\npack-read poll 1+3\nread poll 1+1\nmodel X2\nprotocol 1\n1 1 uint16 x\n' >maps/bad.map
    bad "" 'the first "pack-read" must have register 9, which shows the pack of the data'
    printf 'packs 2\npack-shown 2\npack-read poll 1+3\nread poll 1+1\nmodel X2\nprotocol 1\n1 1 uint16 x\n' >maps/bad.map
    bad "" 'several packs need "pack-selector"'
}

@test "files that are no maps" {
    printf 'model X2\0\n' >maps/bad.map
    bad "" 'has a zero byte'
    head -c 300000 /dev/zero | tr '\0' '#' >maps/bad.map
    bad "" 'is larger than 262144 bytes'
    rm maps/bad.map
    mkdir maps/bad.map
    bad "" 'Is a directory'
}

@test "two maps for the same model" {
    cp maps/good.map maps/other.map
    run bt-decode --maps maps --model X1 </dev/null
    assert_failure 78
    assert_output "bt-decode: maps/other.map: has the model or a name of the map of X1"
}

@test "only the file that is called like the model is read" {
    echo 'no map' >maps/bad.map
    mv maps/good.map maps/X1.map
    sed 's/X1/X2/' maps/X1.map >maps/X2.map
    run bt-decode --maps maps --model X1 <<<"$exchange"
    assert_output --partial '"model":"X1"'
    run bt-decode --maps maps --name X25 <<<"$exchange"
    assert_output --partial '"model":"X2"'
    bt-decode --maps maps --fields X2
    bt-decode --maps maps /dev/null
    # Of another name the heads of all are.
    run bt-decode --maps maps --name X35 <<<"$exchange"
    assert_failure 78
    assert_output 'bt-decode: maps/bad.map: has no line "model"'
}

@test "a file that is called like a model of which it is not is no help" {
    sed 's/X1/X2/' maps/good.map >maps/X1.map
    run bt-decode --maps maps --name X15 <<<"$exchange"
    assert_output --partial '"model":"X1"'
    run bt-decode --maps maps --name X25 <<<"$exchange"
    assert_output --partial '"model":"X2"'
}

@test "a bad map does not matter until it is needed, or its head is" {
    printf 'model X2\nname X2\nprotocol 1\nread often 1+1\n' >maps/bad.map
    run bt-decode --maps maps --name X15 <<<"$exchange"
    assert_output --partial '"model":"X1"'
    run bt-decode --maps maps <<EOF
- a X15 $exchange
- a X15 - end
- b X25 $exchange
- b X25 - end
- c X15 $exchange
EOF
    assert_failure 78
    assert_line --index 0 --partial '"address":"a"'
    assert_line --index 1 "bt-decode: maps/bad.map:4: a read is poll, slow or all"
    assert_equal "${#lines[@]}" 2
    run bt-decode --maps maps --fields X2
    assert_failure 78
    assert_output "bt-decode: maps/bad.map:4: a read is poll, slow or all"
    printf 'name X2\n' >maps/bad.map
    run bt-decode --maps maps --name X15 <<<"$exchange"
    assert_failure 78
    assert_output "bt-decode: maps/bad.map: has no line \"model\""
}

@test "all maps of the directory are checked by --check-map and --redact" {
    printf 'model X2\nname X2\nprotocol 1\nread often 1+1\n' >maps/bad.map
    run bt-decode --maps maps --check-map maps/good.map
    assert_failure 78
    assert_output "bt-decode: maps/bad.map:4: a read is poll, slow or all"
    run bt-decode --maps maps --redact </dev/null
    assert_failure 78
    assert_output "bt-decode: maps/bad.map:4: a read is poll, slow or all"
}

@test "no maps" {
    run bt-decode --maps none </dev/null
    assert_failure 78
    assert_output --partial 'none: No such file or directory; set the directory of the maps'
    mkdir empty
    run bt-decode --maps empty </dev/null
    assert_failure 78
    assert_output --partial 'has no *.map files'
    BT_MAPS=$PWD/empty run bt-poll unix:s
    assert_failure 78
}

@test "a number is in one of its ranges" {
    cat >maps/ranges.map <<'EOF'
model X9
protocol 1
read poll 1+3
1 1 uint16 frequency Hz 0.1 0,40..70
1 2 int16  power     W  1   -20..-10,0,10..20
EOF
    ranges() {
        run bt-decode --maps maps --model X9 \
            <<<"$(read_request 1 3) $(read_answer "$@" 0)"
        assert_success
        assert_output "$expected"
    }
    expected='{"model":"X9","frequency":0,"power":0}' ranges 0 0
    expected='{"model":"X9","frequency":40,"power":-20}' ranges 400 0xffec
    expected='{"model":"X9","frequency":70,"power":10}' ranges 700 10
    expected='{"model":"X9","out_of_range":["frequency","power"]}'
    ranges 1 1
    ranges 399 0xfff7
    ranges 701 21
}

@test "a limit holds for the fields of its unit and names that have no range" {
    cat >maps/limits.part <<'EOF'
limit W  -100..100
limit V  0..300
limit V  0,40..60 *battery_voltage pack_?oltage
EOF
    cat >maps/limits.map <<'EOF'
model X9
protocol 1
1 1 int16     power           W
1 2 uint16    own             W  1    0..1000
1 3 uint16    voltage         V  0.1
1 4 uint16[2] battery_voltage V  0.01
1 6 uint16    pack_voltage    V
1 7 uint16    number
include limits.part
limit W 0..5 battery* power
read poll 1+7
EOF
    run bt-decode --maps maps --fields X9
    assert_output '{"name":"power","address":1,"type":"int16","unit":"W","range":[0,5],"class":"poll"}
{"name":"own","address":2,"type":"uint16","unit":"W","range":[0,1000],"class":"poll"}
{"name":"voltage","address":3,"type":"uint16","unit":"V","scale":0.1,"range":[0,300],"class":"poll"}
{"name":"battery_voltage","address":4,"registers":2,"type":"uint16[2]","unit":"V","scale":0.01,"ranges":[[0,0],[40,60]],"class":"poll"}
{"name":"pack_voltage","address":6,"type":"uint16","unit":"V","ranges":[[0,0],[40,60]],"class":"poll"}
{"name":"number","address":7,"type":"uint16","class":"poll"}'
    run bt-decode --maps maps --model X9 \
        <<<"$(read_request 1 7) $(read_answer 0xffff 1000 3001 6000 6001 39 65535)"
    assert_success
    assert_output '{"model":"X9","own":1000,"number":65535,"out_of_range":["power","voltage","battery_voltage","pack_voltage"]}'
}

@test "a field with a condition counts only while that holds" {
    cat >maps/condition.map <<'EOF'
model X9
protocol 1
read poll 1+2
1 2 uint16 one W - 0..9 - 1=101
EOF
    condition() {
        run bt-decode --maps maps --model X9 <<<"$2"
        assert_success
        assert_output "$1"
    }
    condition '{"model":"X9","one":5}' "$(read_request 1 2) $(read_answer 101 5)"
    condition '{"model":"X9"}' "$(read_request 1 2) $(read_answer 100 5)"
    condition '{"model":"X9"}' "$(read_request 2 1) $(read_answer 5)"
    condition '{"model":"X9"}' "$(read_request 1 2) $(read_answer 100 10)"
    condition '{"model":"X9","out_of_range":["one"]}' \
        "$(read_request 1 2) $(read_answer 101 10)"
}

# --- models -----------------------------------------------------------------------

# Three maps, one of them generic.
some_models() {
    cat >>maps/good.map <<'END'
name X1MAX
source a/b c.py
source an owner
untried the second leg
END
    printf '%s\n' 'model Y 2' 'protocol 2' 'generic' 'unmapped Z9' 'unmapped Z10' \
        'read poll 36+1' '1 36 uint16 y W' >maps/y.map
}

@test "--models lists models, names, sources and what is untried" {
    some_models
    run bt-decode --maps maps --models
    assert_success
    assert_output "$(printf '%s\t%s\t%s\t%s\t%s\n' \
        X1 1 'X1; X1MAX' 'a/b c.py; an owner' 'the second leg' \
        'Y 2' 2 - - - \
        Z9 2 - - 'no map of its own: that of Y 2' \
        Z10 2 - - 'no map of its own: that of Y 2')"
    run bt-decode --models file
    assert_failure 64
    assert_output --partial '--models takes no file: file'
}

@test "--models needs a place for what it writes" {
    run bash -c 'bt-decode --models >/dev/full'
    assert_failure 74
}

@test "a model is found by its other names, in upper and lower case" {
    some_models
    for name in X1 x1 X1MAX x1max; do
        run bt-decode --maps maps --model "$name" <<<"$exchange"
        assert_output '{"model":"X1","dc_input_power":752}'
    done
    for name in 'y 2' z9; do
        run bt-decode --maps maps --model "$name" <<<"$exchange"
        assert_success
        assert_output --partial '"y":752'
    done
}

@test "a model that has no map: the most similar name" {
    some_models
    for name in X1MA X1NAX Xx1MAX; do
        run bt-decode --maps maps --model "$name" </dev/null
        assert_failure 78
        assert_output "bt-decode: no map for model $name in maps; did you mean X1MAX?"
        run bt-poll -1 --maps maps --model "$name" unix:s
        assert_failure 78
        assert_output "bt-poll: no map for model $name in maps; did you mean X1MAX?"
    done
    run bt-decode --maps maps --fields Z99 </dev/null
    assert_output "bt-decode: no map for model Z99 in maps; did you mean Z9?"
    run bt-decode --maps maps --model Q700 </dev/null
    assert_output 'bt-decode: no map for model Q700 in maps; bt-decode --models lists the models'
}

# --models is what README.md lists, and all maps say who found out.
@test "each shipped map has a source, and README.md has each model" {
    bt-decode --models >list
    run awk -F '\t' '$4 == "-" && $5 !~ /^no map of its own/' list
    assert_output ''
    tr -s '\n ' ' ' <"$top/README.md" >readme
    cut -f 1 list | grep -v generic | while IFS= read -r model; do
        grep -qE "[ (]$model[ ,;.)]" readme || echo "$model"
    done >missing
    cat missing
    [ ! -s missing ]
}
