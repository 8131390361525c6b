#!/usr/bin/env bats
# home-assistant: what it publishes of records, and when the broker is away.

bats_require_minimum_version 1.5.0

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    PATH=$top/bt-decode:$PATH
}

teardown() {
    [ ! -e broker.pid ] || end_process "$(cat broker.pid)" TERM || :
}

# A mosquitto_pub that writes lines of topic, tab and message to ./published
# with a "retained " before those that it would retain.
fake_broker() {
    mkdir bin
    cat >bin/mosquitto_pub <<'END'
#!/bin/bash
while [ $# -gt 0 ]; do
    case $1 in
    -t) topic=$2; shift ;;
    -r) retained='retained ' ;;
    esac
    shift
done
printf '%s%s\t%s\n' "$retained" "$topic" "$(cat)" >>published
END
    chmod +x bin/mosquitto_pub
    PATH=$PWD/bin:$PATH
}

# record [KEY:VALUE,...]: one of a station, ten seconds after the last.
seconds=0
record() {
    seconds=$((seconds + 10))
    printf '{"time":"%s","address":"00:11:22:33:44:55","name":"AC3001","model":"AC300"%s}\n' \
        "$(date -u -d "@$((1700000000 + seconds))" +%FT%T.123Z)" "${1:+,$1}"
}

# messages TOPIC FILTER: what jq makes of each message of the topic.
messages() {
    sed -n "s|^$1"$'\t''||p' published | jq -c "$2"
}

# component NAME [DEVICE]: the last discovery of this entity.
component() {
    messages "retained homeassistant/device/${2-bluetti_AC3001}/config" \
        ".components.$1" | tail -n 1
}

@test "an entity has the unit, the class and the name of its field" {
    fake_broker
    record '"dc_input_power":752,"power_generation":1234.5,"total_battery_percent":78,"ac_output_on":true,"ups_mode":"STANDARD","battery_range_start":20,"arm_version":"4339.40"' |
        home-assistant --expire 60
    run component dc_input_power
    assert_output '{"platform":"sensor","unit_of_measurement":"W","device_class":"power","state_class":"measurement","unique_id":"bluetti_AC3001_dc_input_power","name":"DC input power","value_template":"{{ value_json.dc_input_power }}","expire_after":60}'
    run component power_generation
    assert_output --partial '"unit_of_measurement":"kWh","device_class":"energy","state_class":"total_increasing"'
    run component total_battery_percent
    assert_output --partial '"unit_of_measurement":"%","device_class":"battery","state_class":"measurement"'
    run component ac_output_on
    assert_output --partial '{"platform":"binary_sensor","payload_on":"True","payload_off":"False","unique_id"'
    run component ups_mode
    assert_output '{"platform":"sensor","unique_id":"bluetti_AC3001_ups_mode","name":"UPS mode","value_template":"{{ value_json.ups_mode }}","expire_after":60,"entity_category":"diagnostic"}'
    run component battery_range_start
    assert_output --partial '"unit_of_measurement":"%","state_class":"measurement"'
    refute_output --partial device_class
    run component arm_version
    assert_output --partial '"entity_category":"diagnostic"'
    run messages 'retained homeassistant/device/bluetti_AC3001/config' 'del(.components)'
    assert_output '{"device":{"name":"AC3001","manufacturer":"Bluetti","model":"AC300","identifiers":["bluetti_AC3001"]},"origin":{"name":"bluetti-tools"},"state_topic":"bluetti/AC3001"}'
}

@test "each unit of the maps has a class of Home Assistant, but for %" {
    local model unit

    fake_broker
    for model in $(bt-decode --models | awk -F'\t' '$4 != "-" { gsub(" ", "\t", $1); print $1 }' | grep -v $'\t'); do
        bt-decode --fields "$model" | jq -c --arg model "$model" \
            'select(.unit and .type != "bits") | {time: "2026-11-22T09:42:00Z", name: $model, model: $model, (.name): 1}'
    done | sort -u >all
    jq -s -c 'group_by(.name)[] | add' all | home-assistant
    grep '^retained' published | cut -f 2 |
        jq -r '.components[] | select(.unit_of_measurement) | [.unit_of_measurement, .device_class // "-"] | @tsv' |
        sort -u >classes
    diff - classes <<'END'
%	-
%	battery
A	current
Hz	frequency
V	voltage
VA	apparent_power
W	power
Wh	energy_storage
dBm	signal_strength
h	duration
kWh	energy
min	duration
°C	temperature
END
}

@test "a value that a record lacks stays, one out of range does not" {
    fake_broker
    {
        record '"dc_input_power":1,"ups_mode":"STANDARD","ac_input_voltage":230.1'
        record '"dc_input_power":2,"ac_input_voltage":230.2'
        record '"dc_input_power":3,"out_of_range":["ac_input_voltage"]'
        record '"dc_input_power":4'
    } | home-assistant
    run messages bluetti/AC3001 '[.dc_input_power, .ups_mode, .ac_input_voltage]'
    assert_output '[1,"STANDARD",230.1]
[2,"STANDARD",230.2]
[3,"STANDARD",null]
[4,"STANDARD",null]'
    # One announcement is enough for all.
    [ "$(grep -c ^retained published)" -eq 1 ]
}

@test "a value of which nothing was heard for an hour is not known" {
    fake_broker
    {
        record '"dc_input_power":1,"ups_mode":"STANDARD"'
        seconds=3601
        record '"dc_input_power":2'
        record '"dc_input_power":3'
    } | home-assistant
    run messages bluetti/AC3001 '[.dc_input_power, .ups_mode]'
    assert_output '[1,"STANDARD"]
[2,null]
[3,null]'
}

@test "a poll in which every read failed is no message, so the station expires" {
    fake_broker
    {
        record '"dc_input_power":1'
        record '"failed":["10+40 timeout"]'
    } | home-assistant
    run messages bluetti/AC3001 .dc_input_power
    assert_output 1
}

@test "a battery pack is a device of its own, behind its station" {
    fake_broker
    {
        record '"dc_input_power":1'
        record '"pack":2,"pack_voltage":53.95,"cell_voltages":[3.36,3.31,3.38]'
    } | home-assistant
    run messages bluetti/AC3001/pack2 'del(.time)'
    assert_output '{"pack_voltage":53.95,"cell_voltages_min":3.31,"cell_voltages_max":3.38}'
    run messages 'retained homeassistant/device/bluetti_AC3001_pack2/config' \
        '.device, .state_topic, (.components | keys)'
    assert_output '{"name":"AC3001 pack 2","manufacturer":"Bluetti","model":"AC300","via_device":"bluetti_AC3001","identifiers":["bluetti_AC3001_pack2"]}
"bluetti/AC3001/pack2"
["cell_voltages_max","cell_voltages_min","pack_voltage"]'
}

@test "bits are a text; a name with strange characters makes a plain topic" {
    local model field

    fake_broker
    for model in EP600 EP2000; do
        field=$(bt-decode --fields "$model" | jq -rs 'map(select(.type | startswith("bits")).name)[0]')
        echo "{\"time\":\"2026-11-22T09:42:00Z\",\"name\":\"a/b #+\",\"model\":\"$model\",\"$field\":[]}"
        echo "{\"time\":\"2026-11-22T09:42:00Z\",\"name\":\"a/b #+\",\"model\":\"$model\",\"$field\":[\"X\",7]}"
    done | home-assistant
    run messages bluetti/a_b___ 'del(.time) | .[]'
    assert_line --index 0 '"none"'
    assert_line --index 1 '"X, 7"'
}

@test "passwords, and records without a map, are not published" {
    fake_broker
    local secret
    secret=$(bt-decode --fields V2-generic | jq -rs 'map(select(.secret).name)[0]')
    [ -n "$secret" ]
    {
        echo "{\"name\":\"x\",\"model\":\"V2-generic\",\"$secret\":\"private\",\"total_battery_percent\":5}"
        echo '{"name":"y","registers":{"43":78}}'
    } | home-assistant
    run cat published
    refute_output --partial private
    refute_output --partial "$secret"
    run cut -f 1 published
    assert_output 'retained homeassistant/device/bluetti_x/config
bluetti/x'
}

@test "home-assistant: errors of the command line and of the input" {
    fake_broker
    run -64 home-assistant --expire 0
    assert_output 'home-assistant: --expire needs a number of seconds; try home-assistant --help'
    run -0 home-assistant --help
    assert_line --partial 'home-assistant [--expire SECONDS] [OPTION ...]'
    run -65 home-assistant <<<'no record'
    assert_line --index -1 'home-assistant: the input is not records of bt-decode'
    mkdir few
    ln -s "$(command -v bash)" "$(command -v bt-decode)" few
    PATH=$PWD/few run -69 "$top/bt-decode/home-assistant"
    assert_output --regexp '^home-assistant: jq is missing '
}

@test "a log that grows and is rotated can be followed" {
    local line tail

    fake_broker
    line() {
        echo "2026-11-22T09:42:0$1.000Z - AC3001 $(read_request 43 1) $(read_answer "$1")"
        echo "2026-11-22T09:42:0$1.500Z - AC3001 2026-11-22T09:42:0$1.000Z end"
    }
    line 1 >station.log
    mkfifo lines
    tail -n 1000 -F station.log >lines 2>/dev/null 3>&- &
    tail=$!
    bt-decode <lines | home-assistant 3>&- &
    wait_for 20 grep -qs '^bluetti/.*percent":1}' published
    line 2 >>station.log
    wait_for 20 grep -q '^bluetti/.*percent":2}' published
    mv station.log station.log.1
    line 3 >station.log
    wait_for 20 grep -q '^bluetti/.*percent":3}' published
    end_process "$tail" TERM || :
}

# --- a real broker ----------------------------------------------------------

# Serves the socket ./broker without a file of its own.
broker_start() {
    local mosquitto
    mosquitto=$(PATH=$PATH:/usr/sbin command -v mosquitto) ||
        skip 'no mosquitto: apt-get install mosquitto mosquitto-clients'
    printf '%s\n' "listener 0 $PWD/broker" 'allow_anonymous true' 'log_type all' \
        "user $(id -un)" >broker.conf
    rm -f broker
    "$mosquitto" -c broker.conf >broker.log 2>&1 3>&- 9>&- &
    echo $! >broker.pid
    wait_for 10 mosquitto_pub --unix "$PWD/broker" -t test -m there
}

broker_stop() {
    end_process "$(cat broker.pid)" TERM || :
    rm broker.pid
}

# received FILTER...: what a subscriber gets within 10 s, COUNT messages.
received() {
    local count=$1
    shift
    timeout 10 mosquitto_sub --unix "$PWD/broker" -C "$count" -F '%r %t %p' "$@"
}

@test "a real broker has a station's packs and settings for who comes later" {
    broker_start
    accelerate 10
    sim_start s AC300
    received 3 -t 'bluetti/#' -R >states 3>&- &
    local subscriber=$!
    wait_for 10 grep -q 'Sending SUBACK' broker.log
    ${ACCELERATED:-} bt-poll -1 "unix:$PWD/s" | bt-decode |
        home-assistant --unix "$PWD/broker"
    wait "$subscriber"
    run grep -c '^0 bluetti/AC3002232000000000 .*"ups_mode":"PV_PRIORITY"' states
    assert_output 1
    run grep -c '^0 bluetti/AC3002232000000000/pack[12] .*"pack_voltage":53' states
    assert_output 2
    run received 3 -t 'homeassistant/device/+/config'
    assert_success
    [ "$(grep -c '^1 homeassistant/device/bluetti_AC3002232000000000\(_pack[12]\)\?/config {"device"' <<<"$output")" -eq 3 ]
}

@test "a broker that is away is reported once, and told all again when it is back" {
    broker_start
    mkfifo records
    home-assistant --unix "$PWD/broker" <records 2>errors 3>&- &
    local pid=$!
    exec 9>records
    record '"dc_input_power":1' >&9
    received 1 -t homeassistant/device/bluetti_AC3001/config
    broker_stop
    record '"dc_input_power":2' >&9
    record '"dc_input_power":3' >&9
    wait_for 10 grep -q 'cannot publish' errors
    # It has forgotten what it had to retain.
    broker_start
    record '"dc_input_power":4' >&9
    run received 1 -t homeassistant/device/bluetti_AC3001/config
    assert_output --partial '"name":"DC input power"'
    wait_for 10 grep -q again$ errors
    exec 9>&-
    wait "$pid"
    run cat errors
    assert_output --regexp '^home-assistant: cannot publish: .+ \(trying again with each record\)
home-assistant: published again$'
    broker_stop
    run -75 home-assistant --unix "$PWD/broker" <<<"$(record '"dc_input_power":1')"
}

@test "the MQTT lines of bluetti-recipes(7), with a real broker" {
    local line subscriber real

    broker_start
    accelerate 10
    sim_start s AC300
    real=$(command -v mosquitto_pub)
    mkdir bin
    cat >bin/mosquitto_pub <<END
#!/bin/bash
[ "\$1 \$2" = '-h broker' ] || exit 99
exec $real --unix '$PWD/broker' "\${@:3}"
END
    cat >bin/bt-poll <<END
#!/bin/sh
exec ${ACCELERATED:-} $build/bt-poll -1 'unix:$PWD/s'
END
    chmod +x bin/*
    PATH=$PWD/bin:$PATH
    received 6 -R -t bluetti -t 'bluetti/#' >states 3>&- &
    subscriber=$!
    wait_for 10 grep -q 'Sending SUBACK' broker.log
    while read -r line; do
        bash -c "${line/\/usr\/local\/libexec\/bluetti-tools/$top/bt-decode}" </dev/null
        [[ $line != bt-poll*home-assistant* ]] ||
            received 3 -t 'homeassistant/device/+/config' >retained
    done < <(grep -E '^(bt-poll|mosquitto_pub) .*-h broker' "$top/man/bluetti-recipes.7" |
        grep -v '\$text')
    wait "$subscriber"
    [ "$(grep -c '^0 bluetti {"time":' states)" -eq 3 ]
    [ "$(grep -c '^0 bluetti/AC3002232000000000' states)" -eq 3 ]
    # The last line has removed one of three.
    [ "$(wc -l <retained)" -eq 3 ]
    run received 2 -t 'homeassistant/device/+/config'
    assert_success
    run -27 --separate-stderr mosquitto_sub --unix "$PWD/broker" -W 1 \
        -t homeassistant/device/bluetti_AC3002232000000000/config
    assert_output ''
}
