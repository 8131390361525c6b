#!/usr/bin/env bats
# bt-decode as a tool for those who write maps: --check-map tells mistakes that
# are no reason to refuse a map, --fields tells what a map knows.

load common

setup() {
    mkdir "$BATS_TEST_TMPDIR/maps"
    cd "$BATS_TEST_TMPDIR"
    cat >maps/other.map <<EOF
model Other
name OTHER
protocol 1
read poll 10+40
1 36 uint16 dc_input_power W
1 37 enum mode - - - 0=OFF
EOF
}

# map_with LINE...: writes x.map; the first of these lines is its fourth.
map_with() {
    printf '%s\n' 'model X1' 'name X' 'protocol 2' "$@" >x.map
}

# finds LINE REASON...: exactly these are found in x.map.
finds() {
    local expected=

    while [ $# -gt 0 ]; do
        expected+="bt-decode: x.map:$1: $2"$'\n'
        shift 2
    done
    run bt-decode --maps maps --check-map x.map
    assert_failure 78
    assert_output "${expected%?}"
}

finds_nothing() {
    run bt-decode --maps maps --check-map x.map
    assert_success
    assert_output ''
}

# --- check-map ------------------------------------------------------------------

@test "a good map: silence" {
    map_with 'read poll 1+9' '1 1 uint16 a' '1 2 string[8] b'
    finds_nothing
    run bt-decode -M maps -C maps/other.map x.map
    assert_success
    assert_output ''
}

@test "all shipped maps are good" {
    run bt-decode --maps "$top/lib/maps" --check-map "$top"/lib/maps/*.map
    assert_output ''
    assert_success
}

@test "fields that share a register" {
    map_with 'read poll 1+9' '1 1 uint32 a' '1 2 uint16 b' '1 4 string[3] c' \
        '1 3 uint32 d'
    finds 6 'b has register 2, which a has too (x.map:5)' \
        8 'd has register 4, which c has too (x.map:7)'
}

@test "the two halves of a register are not the same" {
    map_with 'read poll 1+9' '1 1 uint8_hi a' '1 1 uint8_lo b'
    finds_nothing
    echo '1 1 uint8_lo c' >>x.map
    finds 7 'c has register 1, which b has too (x.map:6)'
    sed -i '$s/uint8_lo/uint16/' x.map
    finds 7 'c has register 1, which a has too (x.map:5)'
}

@test "fields of which one at most counts may share a register" {
    map_with 'read poll 1+9' '1 1 uint16 n' '1 2 uint16[2] a - - - - 1=2' \
        '1 2 uint16[3] a - - - - 1=3' '1 4 uint16 b - - - - 1=2'
    finds_nothing
    echo '1 3 uint16 c - - - - 1=3' >>x.map
    finds 9 'c has register 3, which a has too (x.map:7)'
    sed -i '$s/1=3/9=4/' x.map
    finds 9 'c has register 3, which a has too (x.map:6)'
}

@test "units, and packs, have registers of their own" {
    map_with 'read poll 1+9' 'read poll 1+9 41' 'packs 1' 'pack-shown 1' \
        'pack-read poll 1+9' '1 1 uint16 a' '41 1 uint16 b' \
        '1 1 uint16 c - - - - pack'
    finds_nothing
}

@test "a name in several places, and twice in one" {
    map_with 'read poll 1+9' '1 1 uint16 a' '1 2 uint16 a'
    finds_nothing
    echo '1 2 uint16 a' >>x.map
    finds 7 'a is at register 2 already (x.map:6)'
}

@test "reads that overlap" {
    map_with 'read poll 1+9' 'read all 9+2' 'read slow 11+1' \
        '1 1 uint16 a' '1 10 uint16 b' '1 11 uint16 c'
    finds 5 'read 9+2 has register 9, which 1+9 has too (x.map:4)'
    map_with 'read poll 1+9' 'packs 1' 'pack-shown 1' 'pack-read poll 1+9' \
        'pack-read all 1+2' '1 1 uint16 a' '1 1 uint16 b - - - - pack'
    finds 8 'pack-read 1+2 has register 1, which 1+9 has too (x.map:7)'
}

@test "a field that no read has" {
    map_with 'read poll 1+9' '1 1 uint16 a' '1 9 uint32 b' '41 2 uint16 c'
    finds 6 'no read of unit 1 has all of b, 9+2' \
        7 'no read of unit 41 has all of c, 2+1'
}

@test "a field of a pack needs a read of packs, another does not have it" {
    map_with 'read poll 1+9' 'packs 1' 'pack-shown 21' 'pack-read poll 20+9' \
        '1 1 uint16 a' '1 2 uint16 b - - - - pack' '1 20 uint16 c'
    finds 9 'no pack-read of unit 1 has all of b, 2+1' \
        10 'no read of unit 1 has all of c, 20+1'
}

@test "a condition on a register that no read has" {
    map_with 'read poll 1+9' 'read poll 1+1 7' '1 1 uint16 a - - - - 9=0' \
        '1 2 uint16 b - - - - 10=0' '7 1 uint16 c - - - - 2=0'
    finds 7 'no read of unit 1 has register 10, on which b depends' \
        8 'no read of unit 7 has register 2, on which c depends'
    map_with 'read poll 1+9' 'packs 1' 'pack-shown 21' 'pack-read poll 20+9' \
        '1 1 uint16 a' '1 20 uint16 b - - - - 1=0,pack'
    finds 9 'no pack-read of unit 1 has register 1, on which b depends'
}

@test "a secret field has a read of its own" {
    map_with 'read poll 1+9' 'read all 12+3' '1 1 uint16 a' \
        '1 12 string[3] b - - - - secret'
    finds_nothing
    map_with 'read poll 1+9' '1 1 uint16 a' '1 12 string[3] b - - - - secret'
    finds 6 'no read of unit 1 has all of b, 12+3'
    map_with 'read poll 1+9' '1 1 uint16 a' '1 2 string[3] b - - - - secret'
    finds 4 'read 1+9 has secrets, so a would only be read with them (x.map:5)'
}

@test "a read for nothing" {
    map_with 'read poll 1+9' 'read all 20+9' '1 1 uint16 a'
    finds 5 'no field of unit 1 is in read 20+9'
    map_with 'read poll 1+9' 'read all 1+9 41' '1 1 uint16 a'
    finds 5 'no field of unit 41 is in read 1+9'
}

@test "what only tells of packs need be no field" {
    map_with 'read poll 1+9' 'read poll 91+1' 'packs 1' 'pack-count 91' \
        'pack-shown 96' 'pack-read poll 96+1' 'pack-read poll 97+9' \
        '1 1 uint16 a' '1 97 uint16 b - - - - pack'
    finds_nothing
}

@test "names that mean something else in another map" {
    map_with 'read poll 1+9' '1 1 bool dc_input_power' '1 2 uint16 mode'
    finds 5 'dc_input_power: bool here, number in Other (maps/other.map:5)' \
        6 'mode: number here, text in Other (maps/other.map:6)'
    map_with 'read poll 1+9' '1 1 uint16 dc_input_power kW'
    finds 5 'dc_input_power: unit kW here, W in Other (maps/other.map:5)'
    map_with 'read poll 1+9' '1 1 uint16[2] dc_input_power'
    finds 5 'dc_input_power: list here, number in Other (maps/other.map:5)'
    map_with 'read poll 1+9' '1 1 uint32 dc_input_power'
    finds 5 'dc_input_power: unit none here, W in Other (maps/other.map:5)'
    map_with 'read poll 1+9' '1 1 uint32 dc_input_power W 0.1 0..5'
    finds_nothing
}

@test "of maps with the same difference one is told" {
    map_with 'read poll 1+9' '1 1 uint16 dc_input_power V'
    sed 's/Other/A/; s/OTHER/A/' maps/other.map >maps/a.map
    sed 's/Other/Z/; s/OTHER/Z/; s/ W$/ A/' maps/other.map >maps/z.map
    finds 5 'dc_input_power: unit V here, W in A (maps/a.map:5)' \
        5 'dc_input_power: unit V here, A in Z (maps/z.map:5)'
}

@test "a name has one unit in all its places" {
    map_with 'read poll 1+9' '1 1 uint16 a W' '1 2 uint16 a V'
    finds 6 'a: unit V here, W in X1 (x.map:5)'
}

@test "a map does not clash with the one of its own model" {
    sed 's/ W$/ V/' maps/other.map >x.map
    finds_nothing
}

@test "a bad map is told, and the others are checked" {
    map_with 'reed poll 1+9'
    cp x.map y.map
    map_with 'read poll 1+9' '1 1 uint16 a' '1 11 uint16 b'
    run bt-decode --maps maps --check-map none y.map x.map
    assert_failure 78
    assert_output 'bt-decode: none: No such file or directory
bt-decode: y.map:4: unknown keyword "reed"
bt-decode: x.map:6: no read of unit 1 has all of b, 11+1'
}

@test "a bad map in the directory of maps is told once" {
    map_with 'reed poll 1+9'
    cp x.map maps
    cd maps
    run bt-decode --maps "$PWD" --check-map x.map other.map
    assert_failure 78
    assert_output 'bt-decode: x.map:4: unknown keyword "reed"'
    run bt-decode --maps "$PWD" --check-map other.map
    assert_failure 78
    assert_output "bt-decode: $PWD/x.map:4: unknown keyword \"reed\""
    run bt-decode --maps "$PWD/none" --check-map x.map
    assert_failure 78
    assert_line --index 0 'bt-decode: x.map:4: unknown keyword "reed"'
    assert_line --index 1 --partial '/none: No such file or directory; set the directory'
}

@test "what two maps include is told once" {
    echo '1 11 uint16 b' >part
    map_with 'read poll 1+9' '1 1 uint16 a' 'include part'
    sed 's/X1/X2/' x.map >y.map
    run bt-decode --maps maps --check-map x.map y.map
    assert_failure 78
    assert_output 'bt-decode: part:1: no read of unit 1 has all of b, 11+1'
}

# --- fields ---------------------------------------------------------------------

@test "fields of every type, key by key" {
    cat >maps/x.map <<EOF
model X1
name X
protocol 2
read slow 1+30
read all 40+9 7
read all 60+1
read poll 70+1
packs 1
pack-shown 1
pack-read slow 1+20
pack-read all 30+5
1 1 uint16 a W 1 0..100
1 2 int16 b A 0.1 -50.5..50
1 3 uint32 c kWh 0.01
1 5 int32 d
1 7 uint8_hi e °C 1-40 -40..80
1 7 uint8_lo f °C 1-40
1 8 bool g - - - - writable
1 9 bool h - - - 1=true;3=false writable
1 10 enum i - - - 3=ECO;0=STOP
1 11 bits j - - - 0=FAN;15=HOT
1 12 bits[2] k - - - 31=COLD
1 14 version l
1 16 serial m - - 1..9999999999999
1 20 string[4] n - - - - secret,writable
1 24 string_swapped[1] o
1 25 uint16[1] p V 0.001 0..5
7 40 uint16[9] q V 0.01
1 60 uint16 r - 0.1+0.5
1 61 uint16 s
1 62 int16 v Hz 0.1 0,40..70 - 61=65535
1 1 uint16 t - - - - pack
1 30 uint16 u - - - - pack
1 70 uint16 a W
EOF
    run bt-decode --maps maps --fields X1
    assert_success
    assert_output '{"name":"a","address":1,"type":"uint16","unit":"W","range":[0,100],"class":"slow"}
{"name":"b","address":2,"type":"int16","unit":"A","scale":0.1,"range":[-50.5,50],"class":"slow"}
{"name":"c","address":3,"registers":2,"type":"uint32","unit":"kWh","scale":0.01,"class":"slow"}
{"name":"d","address":5,"registers":2,"type":"int32","class":"slow"}
{"name":"e","address":7,"type":"uint8_hi","unit":"°C","offset":-40,"range":[-40,80],"class":"slow"}
{"name":"f","address":7,"type":"uint8_lo","unit":"°C","offset":-40,"class":"slow"}
{"name":"g","address":8,"type":"bool","class":"slow","writable":true}
{"name":"h","address":9,"type":"bool","values":{"1":"true","3":"false"},"class":"slow","writable":true}
{"name":"i","address":10,"type":"enum","values":{"3":"ECO","0":"STOP"},"class":"slow"}
{"name":"j","address":11,"type":"bits","values":{"0":"FAN","15":"HOT"},"class":"slow"}
{"name":"k","address":12,"registers":2,"type":"bits[2]","values":{"31":"COLD"},"class":"slow"}
{"name":"l","address":14,"registers":2,"type":"version","class":"slow"}
{"name":"m","address":16,"registers":4,"type":"serial","range":[1,9999999999999],"class":"slow"}
{"name":"n","address":20,"registers":4,"type":"string[4]","class":"slow","secret":true,"writable":true}
{"name":"o","address":24,"registers":1,"type":"string_swapped[1]","class":"slow"}
{"name":"p","address":25,"registers":1,"type":"uint16[1]","unit":"V","scale":0.001,"range":[0,5],"class":"slow"}
{"name":"q","address":40,"registers":9,"type":"uint16[9]","unit":"V","modbus_unit":7,"scale":0.01,"class":"all"}
{"name":"r","address":60,"type":"uint16","scale":0.1,"offset":0.5,"class":"all"}
{"name":"s","address":61,"type":"uint16"}
{"name":"v","address":62,"type":"int16","unit":"Hz","scale":0.1,"ranges":[[0,0],[40,70]],"condition":[61,65535]}
{"name":"t","address":1,"type":"uint16","class":"slow","pack":true}
{"name":"u","address":30,"type":"uint16","class":"all","pack":true}
{"name":"a","address":70,"type":"uint16","unit":"W","class":"poll"}'
}

@test "a field of several reads has the class that is due most often" {
    map_with 'read all 1+9' 'read poll 2+1' 'read slow 1+2' '1 1 uint16 a' \
        '1 2 uint16 b' '1 3 uint16 c'
    cp x.map maps
    run bt-decode -M maps -F X1
    assert_success
    assert_output '{"name":"a","address":1,"type":"uint16","class":"slow"}
{"name":"b","address":2,"type":"uint16","class":"poll"}
{"name":"c","address":3,"type":"uint16","class":"all"}'
}

@test "fields of all shipped maps" {
    for map in "$top"/lib/maps/*.map; do
        model=$(sed -n 's/^model  *\([^#]*[^# ]\).*/\1/p' "$map")
        bt-decode --maps "$top/lib/maps" --fields "$model" >fields
        parts=$(sed -n "s|^include  *\([^# ]*\).*|$top/lib/maps/\1|p" "$map")
        expected=$(cat "$map" $parts | grep -c '^[[:blank:]]*[0-9]')
        run jq -s 'length' fields
        assert_output "$expected"
        # Every one is read.
        run jq -r 'select(.class == null) | .name' fields
        assert_output ''
    done
}

@test "a model without a map" {
    run bt-decode --maps maps --fields X9
    assert_failure 78
    assert_output 'bt-decode: no map for model X9 in maps; bt-decode --models lists the models'
    run bt-decode --maps none --fields X9
    assert_failure 78
    assert_output --partial 'none: No such file or directory'
}

@test "output that cannot be written" {
    run bash -c 'bt-decode --maps maps --fields Other >/dev/full'
    assert_failure 74
    assert_output 'bt-decode: cannot go on: No space left on device'
}

# --- options --------------------------------------------------------------------

# misuse REASON ARGUMENT...
misuse() {
    local reason=$1
    shift
    run bt-decode --maps maps "$@"
    assert_failure 64
    assert_output "bt-decode: $reason; try bt-decode --help"
}

@test "options that do not go together" {
    misuse '--check-map does not go with --fields' -C -F X1 maps/other.map
    misuse '--check-map does not go with --model' -m X1 -C maps/other.map
    misuse '--check-map does not go with --redact' -R -C maps/other.map
    misuse '--check-map does not go with --strict' -C -s maps/other.map
    misuse '--fields does not go with --secrets' -F X1 -S
    misuse '--fields does not go with --name' -n X1 -F X1
    misuse '--fields does not go with --redact' -R -F X1
    misuse '--redact does not go with --secrets' -R -S
    misuse '--check-map needs a file' -C
    misuse '--fields takes no file: x' -F X1 x
    misuse '--fields needs a value' -F
}
