#!/usr/bin/env bats
# Blocks that can be believed: stations that refuse a read which touches
# registers they do not serve, and stations that answer it with the words of
# the others moved together.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir maps
    export BT_MAPS=$PWD/maps
    accelerate 10
}

# new_map LINE...: a map of model T1 with these lines.
new_map() {
    printf '%s\n' "model T1" "name T1" "protocol 2" "$@" >maps/T1.map
}

# new_image LINE...: the image of a T1, for sim_start.
new_image() {
    printf '%s\n' "name T1123" "$@" >image
}

# Fields with gaps of 1, 7 and 13 registers between them.
gappy_map() {
    new_map "${1:-read poll 10+30}" "1 10 uint16 a" "1 12 uint32 b" \
        "1 20 uint16 c" "1 21 uint16 d" "1 35 uint16 e"
}

# The same with words in the registers of the fields alone.
gappy_image() {
    new_image "10 1000" "12 1001 1" "20 1002 1003" "35 1004" "$@"
}

# The values of all fields of it, one object a record.
gappy='{"a":1000,"b":66537,"c":1002,"d":1003,"e":1004}'

# The same with all registers around them, of zero.
whole_image() {
    new_image "10-50 0" "10 1000" "12 1001 1" "20 1002 1003" "35 1004" "$@"
}

# play POLLS [OPTION...]: so many polls of the image into log and records. With
# its model the station is not asked who it is.
play() {
    local polls=$1
    shift
    [ "${1:-}" = -r ] || set -- -m T1 "$@"
    rm -f s
    sim_start s "$PWD/image"
    $ACCELERATED bt-poll -n "$polls" -i 1 "$@" "unix:$PWD/s" >log 2>err
    sim_stop s
    bt-decode log >records
}

# Records without who and when.
values() {
    jq -c 'del(.time, .address, .name, .model)' records
}

# asked N READ: the station got this read so many times.
asked() {
    assert_equal "$2: $(counter s "read $2")" "$2: $([ "$1" -eq 0 ] || echo "$1")"
}

# reads N: and so many in all.
reads() {
    assert_equal "$(counter s reads)" "$1"
}

@test "a refused block is split, and the same poll brings every field" {
    gappy_map
    gappy_image
    play 3
    run values
    assert_output "$gappy"$'\n'"$gappy"$'\n'"$gappy"
    # 10+30, 10+12 and 10+4 are refused, once.
    asked 1 10+30
    asked 1 10+12
    asked 1 10+4
    asked 3 10+1
    asked 3 12+2
    asked 3 20+2
    asked 3 35+1
    reads 15
    [ "$(counter s exceptions)" -eq 3 ]
}

@test "moved words are found out, and the same poll brings every field" {
    gappy_map
    gappy_image "gaps move"
    play 3
    run values
    assert_output "$gappy"$'\n'"$gappy"$'\n'"$gappy"
    [ "$(grep -c '!moved' log)" -eq 3 ]
    # The last field of each is served, with another word: it is looked at once
    # more.
    asked 3 10+30
    asked 3 10+12
    asked 3 10+4
    asked 2 21+1
    asked 2 13+1
    asked 3 10+1
    asked 3 12+2
    asked 3 20+2
    asked 5 35+1
    reads 27
}

@test "no line of a log has moved words for an answer" {
    gappy_map
    gappy_image "gaps move"
    play 1
    awk '$5 ~ /^0103/ { print $4 }' log >good
    [ "$(wc -l <good)" -eq 4 ]
    [ "$(grep -cE '^0103000a00(1e|0c|04)' good)" -eq 0 ]
}

@test "moved words that reach into the gap: the words beyond the end of the block" {
    gappy_map
    gappy_image "gaps move" "50-90 777"
    play 2
    run values
    assert_output "$gappy"$'\n'"$gappy"
}

@test "a block that is served as a whole costs a read, once" {
    gappy_map
    whole_image
    play 3
    run values
    assert_output "$gappy"$'\n'"$gappy"$'\n'"$gappy"
    asked 3 10+30
    asked 1 35+1
    reads 4
}

@test "checks are not written to the log" {
    gappy_map
    new_image "10-50 0" "10 1000" "35 1004"
    play 2
    [ "$(wc -l <log)" -eq 4 ]
    [ "$(grep -c ' 0103000a001e' log)" -eq 2 ]
}

@test "a field at the end that is not served is not zero" {
    gappy_map
    for gaps in move refuse; do
        new_image "10-34 5" "gaps $gaps"
        play 2
        run values
        assert_output '{"a":5,"b":327685,"c":5,"d":5,"failed":["35+1 exception 2"]}
{"a":5,"b":327685,"c":5,"d":5}'
        asked 1 10+30
    done
}

@test "blocks without gaps, and proven ones, are not checked" {
    new_map "read poll 10+3" "read poll 20+9 proven" "1 10 uint32 a" \
        "1 12 uint16 b" "1 20 uint16 c" "1 28 uint16 d"
    new_image "10-30 7"
    play 2
    reads 4
    asked 2 10+3
    asked 2 20+9
}

@test "a proven block that is refused is split like any other" {
    gappy_map "read poll 10+30 proven"
    gappy_image
    play 2
    run values
    assert_output "$gappy"$'\n'"$gappy"
    asked 1 10+30
}

@test "the parts of a proven block are checked" {
    gappy_map "read poll 10+30 proven"
    gappy_image "11 0" "14-19 0"
    play 2
    run values
    assert_output "$gappy"$'\n'"$gappy"
    asked 1 10+30
    asked 2 10+12
    asked 2 35+1
    # Its last field.
    asked 1 21+1
    reads 6
}

@test "adjacent fields that are refused are read one by one" {
    new_map "read poll 10+5" "1 10 uint16 a" "1 11 uint32 b" "1 13 uint16 c" \
        "1 14 uint8_hi d" "1 14 uint8_lo e"
    new_image "10 1 2 0" "14 0x0304"
    play 3
    run values
    assert_line --index 0 '{"a":1,"b":2,"d":3,"e":4,"failed":["13+1 exception 2"]}'
    assert_line --index 1 '{"a":1,"b":2,"d":3,"e":4}'
    # What is not served is asked for once.
    asked 1 10+5
    asked 1 13+1
    asked 3 10+1
    asked 3 11+2
    asked 3 14+1
    reads 11
}

@test "registers around the fields are left out where they are refused" {
    new_map "read poll 10+9" "1 12 uint16 a" "1 13 uint16 b"
    new_image "12 1 2"
    play 2
    run values
    assert_line --index 1 '{"a":1,"b":2}'
    asked 1 10+9
    asked 2 12+2
    reads 3
}

@test "other exceptions do not split" {
    gappy_map
    new_image "10-50 8"
    local code
    for code in 1 3 4 5 6; do
        rm -f s
        sim_start s "$PWD/image" --fault "read 10+30 exception $code"
        $ACCELERATED bt-poll -1 -m T1 "unix:$PWD/s" >log 2>err
        sim_stop s
        run jq -c .failed <(bt-decode log)
        assert_output "[\"10+30 exception $code\"]"
    done
}

@test "zeros prove nothing: the fields are read apart" {
    gappy_map
    new_image "10-50 0"
    play 2
    run values
    assert_line --index 1 '{"a":0,"b":0,"c":0,"d":0,"e":0}'
    asked 2 10+30
    asked 2 10+1
    asked 2 12+2
    asked 2 20+2
    asked 2 35+1
    reads 10
}

@test "zeros of which some are not served: no field is made up" {
    gappy_map
    new_image "gaps move" "10 0" "12 0 0" "35 0"
    play 2
    run values
    assert_line --index 0 '{"a":0,"b":0,"e":0,"failed":["20+2 exception 2"]}'
    assert_line --index 1 '{"a":0,"b":0,"e":0}'
    asked 1 10+30
    asked 2 10+1
    asked 2 35+1
}

@test "what is zero at first is proven when it no longer is" {
    gappy_map
    # 35 becomes 1 with the tenth read.
    new_image "10-50 0" "10 1000" "20 1002 1003" "changing 35 10"
    play 10
    run jq -c .e records
    assert_output $'0\n0\n0\n0\n0\n0\n0\n1\n1\n1'
    asked 10 10+30
    # 21 at first, and 35 since it is the end; then 35 once more.
    asked 1 21+1
    asked 2 35+1
    reads 13
}

@test "a block of zeros is believed as soon as it has a word" {
    gappy_map
    new_image "10-50 0" "changing 35 10"
    play 4
    run jq -c .e records
    # The second poll reads 35 alone, and is the last one to do so but for the
    # proof in the third.
    assert_output $'0\n1\n1\n1'
    asked 4 10+30
    asked 3 35+1
    asked 2 10+1
}

@test "a value that changes between two reads does not split a good block" {
    gappy_map
    new_image "10-50 0" "10 9" "12 8 7" "20 6 5" "35 4" "changing 10-50 3"
    play 6
    [ "$(grep -c '!' log)" -eq 0 ]
    asked 0 10+12
    # The last word, and the first, of which one has changed.
    [ "$(counter s reads)" -le 12 ]
}

@test "a value that changes with each read splits it, and stays right" {
    gappy_map
    whole_image "changing 35 1"
    play 3
    run jq -c 'del(.time, .address, .name, .model, .e)' records
    assert_line --index 2 '{"a":1000,"b":66537,"c":1002,"d":1003}'
    [ "$(grep -c '!moved' log)" -eq 1 ]
}

@test "faults do not split" {
    gappy_map
    whole_image
    accelerate 20
    local fault
    for fault in silence crc "truncate 5" wrong-count "garbage 9" busy drop \
        "late 6000" "exception 5" "exception 4"; do
        rm -f s
        sim_start s "$PWD/image" --fault "request 2 $fault" \
            --fault "request 4 $fault"
        $ACCELERATED bt-poll -n 4 -i 2 -m T1 "unix:$PWD/s" >log 2>err
        sim_stop s
        bt-decode log >records
        [ "$(grep -c moved log)" -eq 0 ]
        asked 0 10+12
        run jq -c 'select(.a != 1000 and .failed == null)' records
        assert_output ""
        run jq -c 'select(.a == 1000)' records
        [ "${#lines[@]}" -ge 3 ]
    done
}

@test "a check that has no answer: the block is not believed this time" {
    gappy_map
    whole_image
    accelerate 20
    sim_start s "$PWD/image" --fault "requests 2-4 silence"
    $ACCELERATED bt-poll -n 3 -i 30 -m T1 "unix:$PWD/s" >log 2>err
    sim_stop s
    bt-decode log >records
    run values
    assert_line --index 0 '{"failed":["10+30 timeout"]}'
    # A late answer could be of another single read: the poll goes on over
    # another link.
    assert_line --index 1 "$gappy"
    assert_line --index 2 "$gappy"
    [ "$(grep -c moved log)" -eq 0 ]
}

@test "a station that refuses everything for a while is read as before then" {
    gappy_map
    whole_image
    rm -f s
    sim_start s "$PWD/image" --fault "requests 1-9 exception 2"
    $ACCELERATED bt-poll -n 3 -i 1 -m T1 "unix:$PWD/s" >log
    sim_stop s
    bt-decode log >records
    run jq -c .a records
    assert_output $'null\n1000\n1000'
    asked 3 10+30
}

@test "words that are all alike prove nothing: the fields are read apart" {
    gappy_map
    new_image "10-50 9"
    play 2
    run values
    assert_output "$(yes '{"a":9,"b":589833,"c":9,"d":9,"e":9}' | head -n 2)"
    asked 2 10+1
    asked 2 20+2
    asked 2 35+1
    # Nor do the last ones, behind those that are proven.
    new_image "gaps move" "10 1000" "12 1001 7" "21 7" "35 7" "36-50 7"
    play 2
    run values
    assert_line --index 1 '{"a":1000,"b":459753,"d":7,"e":7}'
}

@test "words like those before them, and unlike" {
    gappy_map
    # The last word that no earlier one is like is 12; then 21, and 35.
    new_image "10-50 5" "12 7 5" "20 7 5" "35 7"
    play 3
    run values
    assert_line --index 2 '{"a":5,"b":327687,"c":7,"d":5,"e":7}'
    [ "$(grep -c moved log)" -eq 0 ]
    new_image "gaps move" "10 5" "12 7 5" "20 9 5" "35 7" "36-60 5"
    play 3
    run values
    assert_line --index 2 '{"a":5,"b":327687,"c":9,"d":5,"e":7}'
}

# relinked FIRST SECOND: polls of one image, then of the other one at the same
# address.
relinked() {
    local before
    rm -f s
    cp "$1" image
    sim_start s "$PWD/image"
    $ACCELERATED bt-poll -i 1 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 60 polled 2 log
    sim_stop s
    before=$(wc -l <log)
    rm -f s
    sim_start s "$PWD/$2"
    wait_for 60 later "$before"
    kill "$pid"
    wait "$pid"
    sim_stop s
    bt-decode log >records
}

# polled COUNT FILE
polled() {
    [ "$(grep -c ' end$' "$2")" -ge "$1" ]
}

later() {
    [ "$(tail -n +$(($1 + 1)) log | grep -c ' end$')" -ge 3 ]
}

@test "a proof holds for a connection: the firmware may be another on the next" {
    gappy_map
    whole_image
    cp image one
    gappy_image "gaps move"
    cp image two
    relinked one two
    # The end has cut the last one.
    head -n -1 records | jq -c 'del(.time, .address, .name, .model, .failed)' >values
    assert_equal "$(sort -u values)" "$gappy"
    grep -q '!moved' log
}

# alone CODE [OPTION...]: a station that answers no read of a single register.
alone() {
    local options=() n code=$1
    for n in $(seq 10 50) $(seq 100 120) 16; do
        options+=(--fault "read $n+1 exception $code")
    done
    rm -f s
    sim_start s "$PWD/image" "${options[@]}"
    $ACCELERATED bt-poll -n 3 -i 1 -m T1 "unix:$PWD/s" >log 2>err
    sim_stop s
    bt-decode log >records
}

@test "no register is served alone: blocks are believed, with a message" {
    gappy_map
    local code
    for code in 2 3 4; do
        whole_image "110-119 0" '110 swapped "T1"'
        alone $code
        run values
        assert_output "$(yes "$gappy" | head -n 3)"
        assert_equal "$(cat err)" "bt-poll: unix:$PWD/s: no register can be read alone: cannot check whether blocks are moved"
        # Zeros too.
        new_image "10-50 0" "110-119 0" '110 swapped "T1"'
        alone $code
        run jq -c .e records
        assert_output $'0\n0\n0'
    done
}

@test "a single register that is refused: its block is split, not called moved" {
    gappy_map
    whole_image "110-119 0" '110 swapped "T1"'
    rm -f s
    sim_start s "$PWD/image" --fault "read 35+1 exception 2"
    $ACCELERATED bt-poll -n 2 -i 1 -m T1 "unix:$PWD/s" >log 2>err
    sim_stop s
    [ "$(grep -c moved log)" -eq 0 ]
    [ ! -s err ]
    bt-decode log >records
    run values
    assert_line --index 0 "${gappy/,\"e\":1004/,\"failed\":[\"35+1 exception 2\"]}"
}

@test "reads of the other classes are split too, and stay what they are" {
    gappy_map "read slow 10+30"
    printf 'read poll 100+1\n1 100 uint16 z\n' >>maps/T1.map
    gappy_image "100 6"
    play 3
    run values
    assert_line --index 0 "${gappy/\}/,\"z\":6\}}"
    assert_line --index 1 '{"z":6}'
    assert_line --index 2 '{"z":6}'
}

@test "reads of a battery pack are split too, but for the first" {
    new_map "packs 2" "pack-selector 50" "pack-shown 51" "pack-settle 0.1" \
        "pack-read poll 51+2" "pack-read poll 60+9" "read poll 10+1" \
        "1 10 uint16 a" "1 52 uint16 b - - - - pack" \
        "1 60 uint16 c - - - - pack" "1 68 uint16 d - - - - pack"
    local gaps
    for gaps in refuse move; do
        new_image "gaps $gaps" "10 9" "50-51 0" "writable 50" \
            "pack-selector 50 shows 51 settle 50" "pack 1" "52 11" "60 12" \
            "68 13" "pack 2" "52 21" "60 22" "68 23"
        play 1
        run values
        assert_output '{"a":9}
{"pack":1,"b":11,"c":12,"d":13}
{"pack":2,"b":21,"c":22,"d":23}'
        # Another word where a field has one is looked at once more.
        asked "$([ $gaps = refuse ] && echo 1 || echo 3)" 60+9
    done
}

@test "secrets are read with --secrets only" {
    new_map "read poll 10+1" "read poll 20+4" "1 10 uint16 a" \
        "1 20 string[4] password - - - - secret"
    new_image "10 1" '20 "ABCDEFGH"'
    play 2 --all
    asked 2 10+1
    reads 2
    play 1 --secrets
    asked 1 20+4
}

@test "reads by hand are sent as they are" {
    gappy_map
    gappy_image "gaps move"
    play 2 -r 10+30
    reads 2
    asked 2 10+30
}

# layouts COUNT: writes so many random maps, maps/L1.map …, and for each an
# image of a station, image1 …, and the values that it has to tell, truth1 ….
layouts() {
    awk -v count="$1" -v seed=4 '
        function chance(p) { return rand() < p }
        function word() { return chance(0.2) ? 0 : 1 + int(rand() * 65535) }
        BEGIN {
            srand(seed)
            for (n = 1; n <= count; n++) layout(n)
        }
        function layout(n,    map, image, truth, address, first, f, size, w, i,
                v, served, values) {
            map = "maps/L" n ".map"; image = "image" n; truth = "truth" n
            printf "model L%d\nname L%dX\nprotocol 2\n", n, n >map
            printf "name L%dX1\n", n >image
            values = ""
            # Fields without a gap are served together or not at all.
            served = 1
            address = first = 1 + int(rand() * 100)
            for (f = 1; address - first < 100 && f <= 40; f++) {
                size = chance(0.3) ? 2 : 1
                v = 0
                for (i = 0; i < size; i++) {
                    w = word()
                    v += w * (i ? 65536 : 1)
                    if (served) printf "%d %d\n", address + i, w >image
                }
                printf "1 %d %s f%d\n", address, size == 2 ? "uint32" : "uint16", f >map
                if (served) values = values sprintf(",\"f%d\":%.0f", f, v)
                address += size
                if (chance(0.4)) {
                    last = address
                    for (i = 1 + int(rand() * (chance(0.2) ? 20 : 4)); i > 0; i--) {
                        if (chance(0.3)) printf "%d %d\n", address, word() >image
                        address++
                    }
                    served = chance(0.9)
                } else last = address
            }
            printf "read %s %d+%d\n", chance(0.5) ? "poll" : "all", first, last - first >map
            if (chance(0.5))
                for (i = 0; i < 60; i++)
                    printf "%d %d\n", address + 10 + i, word() >image
            printf "read poll 5000+1\n1 5000 uint16 f0\n" >map
            printf "5000 1\n" >image
            printf "{%s,\"f0\":1}\n", substr(values, 2) >truth
            close(map); close(image); close(truth)
        }'
}

# try_layout "N GAPS": two polls of it tell the truth.
try_layout() {
    local n=${1% *}
    { cat "../image$n"; echo "gaps ${1#* }"; } >image
    sim_start s "$PWD/image"
    $ACCELERATED bt-poll -n 2 -i 1 --all "unix:$PWD/s" >log
    sim_stop s
    bt-decode log >records
    jq -Sc 'del(.time, .address, .name, .model, .failed)' \
        records "../truth$n" "../truth$n" >values
    # Two records, and the truth twice.
    [ "$(wc -l <values)" -eq 4 ]
    [ "$(sort -u values | wc -l)" -eq 1 ] || { cat values; false; }
}

@test "a hundred random layouts: all that is served, and nothing else" {
    layouts "${LAYOUTS:-100}"
    at_once try_layout < <(seq "${LAYOUTS:-100}" | sed 's/$/ refuse/; p
        s/refuse/move/')
}
