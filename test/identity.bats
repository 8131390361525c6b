#!/usr/bin/env bats
# Who a station is: its registers decide against its name, and another station at
# the same address inherits nothing.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    accelerate 20
}

# poll NAME [OPTION...]: one poll of the station NAME into NAME.log, .err and
# .records.
poll() {
    local name=$1
    shift
    timeout 60 $ACCELERATED bt-poll -1 "$@" "unix:$PWD/$name" \
        >"$name.log" 2>"$name.err"
    bt-decode "$name.log" >"$name.records"
}

# as_station IMAGE: what its registers tell under its own name, packs aside.
as_station() {
    sim_start own "$1"
    poll own --all
    values own
}

# has FILE CONDITION: a record for which it holds.
has() {
    jq -s -e "any(.[]; $2)" "$1" >/dev/null
}

values() {
    jq -Sc 'select(.pack == null) | del(.time, .address, .name, .failed)' \
        "$1.records"
}

# --- names of another protocol ----------------------------------------------------

# requests LOG: what was asked.
requests() {
    awk '!/ end$/ { print $4 }' "$1" | sort
}

# other_name "IMAGE NAME MODEL OF": MODEL is that of the map of its name.
other_name() {
    local image name model of
    read -r image name model of <<<"$1"
    sim_start s "$image" --name "$name"
    poll s --all
    [ "$(values s)" = "$(as_station "$image")" ]
    [ "$(cat s.err)" = "bt-poll: unix:$PWD/s: name fits $model, but registers fit $of: using the registers" ]
    # It reads what its own map says, and nothing of the other one.
    diff <(requests s.log) <(requests own.log)
}

@test "a name of the other protocol: the registers decide what is read" {
    at_once other_name <<'END'
AC180 AC200L2403000000000 AC200L AC180
AC180 AC3002403000000000 AC300 AC180
EB3A AC1802333000000000 AC180 EB3A
AC300 EL30V22333000000000 EL30V2 AC300
END
}

@test "a name of another model of the same protocol" {
    at_once other_name <<'END'
AC180 EL30V22403000000000 EL30V2 AC180
AC300 EB3A2403000000000 EB3A AC300
END
}

@test "firmware of version 2 in a station of version 1: the generic map" {
    sed 's/swapped "AC180"/swapped "AC200L"/; s/^1-16 0/1-16 0\n7 swapped "12345678"/
        $a 12002 swapped "MyHome"\n12005-12033 0\n12034 swapped "sesame"\n12037-12050 0' \
        "$here/data/AC180.image" >image
    sim_start s "$PWD/image" --name AC200L2403000000000
    poll s --all --secrets
    [ "$(grep -c 'name fits AC200L, but registers fit V2-generic: using the registers$' s.err)" -eq 1 ]
    has s.records '.total_battery_percent == 83 and .ac_output_power == 137'
    # The secrets of version 2 are where redacting looks for them.
    bt-decode --secrets s.log | grep -q 12345678
    bt-decode --secrets s.log | grep -q sesame
    bt-decode --redact s.log >redacted
    bt-decode --secrets redacted >records
    run grep -c '12345678\|sesame\|MyHome' records
    assert_output 0
    has records '.total_battery_percent == 83'
}

@test "a name of version 2 over registers of version 1, redacted" {
    sim_start s AC300 --name AC1802333000000007
    poll s --secrets
    bt-decode --redact s.log >redacted
    bt-decode redacted >records
    has records '.model == "AC300" and .serial_number == 2232000000000 and
        .total_battery_percent > 0'
    has records '.pack == 2'
    grep -q ' AC1802333000000007 ' s.log
    run grep -c AC1802333000000007 redacted
    assert_output 0
}

@test "a station that is what its name tells is asked once" {
    local image
    for image in AC300 AC180; do
        sim_start $image $image
        poll $image
        [ ! -s $image.err ]
        sim_stop $image
    done
    [ "$(counter AC300 'read 10+11')" = 1 ]
    [ "$(counter AC300 'read 110+10')" = "" ]
    [ "$(counter AC180 'read 110+10')" = 1 ]
    [ "$(counter AC180 'read 10+11')" = "" ]
}

@test "with --model or --read no station is asked" {
    sim_start s EB3A --name PBOX1
    poll s -m EB3A
    poll s -r 43+1
    sim_stop s
    [ "$(counter s 'read 110+10')" = "" ]
    [ "$(counter s 'read 10+11')" = "" ]
}

@test "an accessory has its type elsewhere" {
    printf '%s\n' "name Garage" '15500 swapped "CHARGER 2"' "15505-15549 0" \
        "15506 serial 2541000000000" "15531 341" "15584 88" "15600-15609 0" >image
    sim_start s "$PWD/image"
    poll s
    [ ! -s s.err ]
    has s.records '.model == "Charger 2" and .serial_number == 2541000000000 and
        .dc_input_voltage == 34.1 and .total_battery_percent == 88'
}

# at_unit_0: an AC180's image whose registers are at unit 0, and zeros at
# unit 1.
at_unit_0() {
    sed '/^writable/a unit 0' "$here/data/AC180.image"
    printf '%s\n' "unit 1" "1-16 0" "100-166 0" "1300-1330 0" "2000-2066 0"
}

@test "zeros at MODBUS unit 1: the station is asked at unit 0" {
    sed 's/swapped "AC180"/swapped "AP300"/' "$here/data/AC180.image" >own.image
    sim_start own "$PWD/own.image" --name AP3002519000000000
    poll own --all
    at_unit_0 | sed 's/swapped "AC180"/swapped "AP300"/' >image
    sim_start s "$PWD/image" --name AP3002519000000000
    poll s --all
    [ ! -s s.err ]
    [ "$(values s)" = "$(values own)" ]
    has s.records '.model == "AP300" and .total_battery_percent == 83'
    # A secret at unit 0 is masked.
    frame=$(frame "00031031323334353637380000000000000000")
    { echo "- - AP3002519000000000 $(read_request 7 8 0) $frame"; cat s.log; } |
        bt-decode --redact >redacted
    run grep -c 3132333435363738 redacted
    assert_output 0
    bt-decode redacted >records
    has records '.total_battery_percent == 83'
    # What changes there has the names of the fields, and no secret.
    { cat s.log
        echo "- unix:$PWD/s AP3002519000000000 $(read_request 7 8 0) $frame"
        echo "- unix:$PWD/s AP3002519000000000 $(read_request 102 1 0) $(frame 0003020052)"
    } | bt-decode --changes >changes
    grep -q 'total_battery_percent' changes
    [ "$(grep -c 12337 changes)" -eq 0 ]
}

@test "zeros at both units say nothing" {
    printf '%s\n' "name AP3002519000000000" "1-16 0" "100-166 0" "1300-1330 0" \
        "unit 0" "1-16 0" "100-166 0" >image
    sim_start s "$PWD/image"
    poll s
    sim_stop s
    grep -q ' 01030066' s.log
    [ "$(grep -c ' 0003' s.log)" -eq 0 ]
}

# --- names with something around them ---------------------------------------------

# around NAME: in the words of printf.
around() {
    local name
    printf -v name "$1"
    sim_start s AC300 --name "$name"
    poll s
    [ ! -s s.err ]
    [ "$(cut -d ' ' -f 3 s.log | sort -u)" = AC3002232000000000 ]
    [ "$(jq -s 'map(.pack) | length' s.records)" -eq 3 ]
}

@test "blanks and control bytes around a name are no part of it" {
    at_once around <<'END'
 AC3002232000000000
AC3002232000000000 
AC3002232000000000\r\n
\001\tAC3002232000000000\177
END
}

# --- stations that do not answer who they are -------------------------------------

# mute FAULT: to the question who it is.
mute() {
    sim_start s AC300 --fault "read 10+11 $1"
    $ACCELERATED timeout 60 bt-poll -n 3 -i 5 "unix:$PWD/s" >s.log 2>s.err
    bt-decode s.log >s.records
    sim_stop s
    [ "$(($(counter s 'read 10+11')))" -le 9 ]
    [ "$(jq -s 'map(select(.total_battery_percent)) | length' s.records)" -eq 3 ]
    has s.records '.pack == 2'
}

@test "a station that never answers who it is: its name says so" {
    at_once mute <<<$'silence\ndrop\nbusy\nexception 4\ncrc\nexception 2'
}

# --- another station at the same address ------------------------------------------

# first IMAGE [OPTION...]: polls it without end, until it has been polled once
# with its packs; poller is the process.
first() {
    sim_start s "$@"
    $ACCELERATED bt-poll -i 5 -p 5 "unix:$PWD/s" >log 2>err 3>&- &
    poller=$!
    wait_for 60 ends 3
}

# ends COUNT: polls are closed.
ends() {
    [ "$(grep -c ' end$' log)" -ge "$1" ]
}

# second IMAGE [OPTION...]: in its place, until there are three polls of it, or
# what $until waits for. Lines of its time are in "later".
second() {
    local before
    sim_stop s
    rm -f s
    mv s.counters first.counters
    before=$(wc -l <log)
    sim_start s "$@"
    wait_for 90 "${until:-later}" "$before" 3
    kill "$poller"
    wait "$poller"
    sim_stop s
    tail -n +$((before + 1)) log >later
    bt-decode log >records
}

# has_pack LINE: behind that line there is the whole poll of a pack.
has_pack() {
    tail -n +$(($1 + 1)) log | bt-decode 2>/dev/null |
        jq -s -e 'any(.[]; .pack and .pack_voltage > 0)' >/dev/null
}

# later LINE COUNT: behind that line so many polls have been closed.
later() {
    [ "$(tail -n +$(($1 + 1)) log | grep -c ' end$')" -ge "$2" ]
}

# strange_words IMAGE: of records on standard input, values that it does not have.
strange_words() {
    sim_start own "$1"
    poll own --all
    sim_stop own
    wrong_values own.records
}

@test "another name and type: another map, and no pack is selected" {
    first AC300
    second AC180
    [ "$(counter s writes)" -eq 0 ]
    [ "$(counter s 'read 10+40')" = "" ]
    [ "$(counter s 'read 100+67')" -ge 2 ]
    jq -c 'select(.model == "AC180")' records | tee others | strange_words AC180 >wrong
    cat wrong
    [ ! -s wrong ]
    [ "$(wc -l <others)" -ge 2 ]
    has records '.model == "AC180" and .total_battery_percent == 83'
}

@test "another type under the same name" {
    first AC300 --name Wohnmobil
    second AC180 --name Wohnmobil
    [ "$(counter s writes)" -eq 0 ]
    [ "$(counter s 'read 10+40')" = "" ]
    has records '.model == "AC180" and .total_battery_percent == 83'
    # No poll has lines of both.
    awk '/ end$/ { v1 = v2 = 0; next } / 0103000a/ { v1 = 1 } / 01030064/ { v2 = 1 }
        v1 && v2 { exit 1 }' log
}

@test "another serial number under the same name: nothing is remembered" {
    sed 's/serial 2232000000000/serial 2232000000001/; s/^91 .*/91 1/' \
        "$here/data/AC300.image" >image
    first AC300 --name Wohnmobil
    second "$PWD/image" --name Wohnmobil
    # What changes slowly is read in its first poll.
    [ "$(counter s 'read 3001+61')" -ge 1 ]
    [ "$(counter s 'read 10+11')" -eq 1 ]
}

@test "a station that is renamed keeps its map and its packs" {
    first AC300
    until=has_pack second AC300 --name Wohnmobil
    [ "$(counter s 'read 10+11')" -eq 1 ]
    [ "$(counter s 'read 10+40')" -ge 1 ]
    [ "$(counter s writes)" -ge 1 ]
    [ ! "$(grep -c "name fits" err)" -gt 0 ]
    has records '.name == "Wohnmobil" and .pack and .pack_voltage > 0'
    # What changes slowly comes under the new name too.
    [ "$(counter s 'read 3001+61')" -eq 1 ]
}

@test "the same station on another link is not asked again" {
    first AC300
    second AC300
    [ "$(counter s 'read 10+11')" = "" ]
    [ "$(counter s writes)" -ge 1 ]
}

@test "a name that cannot be read: no pack is selected without the type" {
    first AC300
    second AC300 --fault "pdu 7 att-error 0x0a"
    [ "$(counter s 'read 10+11')" -eq 1 ]
    [ "$(counter s writes)" -ge 1 ]
}

@test "neither name nor type can be read: the map stays, no pack is selected" {
    first AC300
    second AC300 --fault "pdu 7 att-error 0x0a" --fault "read 10+11 exception 2" \
        --fault "read 110+10 exception 2" --fault "read 16+1 exception 2"
    [ "$(counter s 'read 10+40')" -ge 1 ]
    [ "$(counter s writes)" -eq 0 ]
}

@test "a name that tells no model: the type that was read before holds on" {
    first AC300 --name PBOX22320000000
    until=has_pack second AC300 --name PBOX22320000000 --fault "read 110+10 silence" \
        --fault "read 10+11 silence"
    [ "$(counter s 'read 10+40')" -ge 1 ]
    [ "$(counter s writes)" -ge 1 ]
    bt-decode later >records
    has records '.pack and .pack_voltage > 0'
}
