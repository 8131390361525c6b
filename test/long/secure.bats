#!/usr/bin/env bats
# Encrypted sessions over long times: many exchanges in one, many of them, many
# mixtures of faults.

load ../common

setup() {
    cd "$BATS_TEST_TMPDIR"
    install -m 600 "$here"/data/test.keys "$here"/data/station.keys .
}

# resident PID: pages.
resident() {
    cut -d ' ' -f 2 "/proc/$1/statm"
}

# child PID: of bt-poll, the process of its station.
child() {
    tr -d ' ' <"/proc/$1/task/$1/children"
}

@test "10,000 exchanges in one session: nothing wrong, memory flat" {
    accelerate 50
    sim_start s EB3A --encrypt --keys station.keys
    $ACCELERATED bt-poll --keys test.keys -i 1 -n 5000 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$! first last
    wait_for 60 eval '[ "$(grep -c end log)" -ge 500 ]'
    first=$(resident "$(child "$pid")")
    wait_for 400 eval '[ "$(grep -c end log)" -ge 4900 ]'
    last=$(resident "$(child "$pid")")
    wait "$pid"
    echo "$first pages, $last pages"
    ((last <= first + 20))
    [ ! -s err ]
    sim_stop s
    [ "$(counter s connects)" -eq 1 ]
    [ "$(counter s reads)" -ge 10000 ]
    [ "$(grep -c '!' log)" -eq 0 ]
    # All polls are alike but for the first, which has the slow reads too.
    [ "$(bt-decode log | sed 's/^{.*"model":/{/' | sort -u | wc -l)" -eq 2 ]
}

@test "200 reconnects: 200 sessions, nothing wrong, memory flat" {
    accelerate 20
    sim_start s EB3A --encrypt --keys station.keys
    $ACCELERATED bt-poll --keys test.keys -i 5 -n 201 --release "unix:$PWD/s" \
        >log 2>err 3>&- &
    local pid=$! first last
    wait_for 60 eval '[ "$(grep -c end log)" -ge 20 ]'
    first=$(resident "$(child "$pid")")
    wait_for 400 eval '[ "$(grep -c end log)" -ge 195 ]'
    last=$(resident "$(child "$pid")")
    wait "$pid"
    echo "$first pages, $last pages"
    ((last <= first + 20))
    [ ! -s err ]
    sim_stop s
    [ "$(counter s handshakes-complete)" -eq 201 ]
    [ "$(counter s plain-requests)" -eq 0 ]
    [ "$(grep -c '!' log)" -eq 0 ]
    [ "$(bt-decode log | sed 's/^{.*"model":/{/' | sort -u | wc -l)" -eq 2 ]
}

# mixture SEED: six polls of an AC300.
mixture() {
    sim_start s AC300 --encrypt --keys ../station.keys --random "$1:150"
    timeout 200 $ACCELERATED bt-poll --keys ../test.keys -n 6 -i 5 "unix:$PWD/s" \
        2>err | bt-decode >records
    sim_stop s
    wrong_values ../truth <records | tee wrong
    [ ! -s wrong ]
    grep -q '"dc_input_power":752' records
}

@test "three hundred mixtures of faults in encrypted sessions: no wrong value" {
    accelerate 100
    sim_start clean AC300
    $ACCELERATED bt-poll -1 "unix:$PWD/clean" | bt-decode >truth
    sim_stop clean
    at_once mixture < <(seq 300)
}
