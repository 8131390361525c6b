#!/usr/bin/env bats
# bt-poll over long times, which run faster than the wall's: mixtures of
# faults by the thousand, a day of them, stations that are off.

load ../common

SEEDS=1000

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# figures PID: processor time in ms, resident pages, descriptors.
figures() {
    local ticks
    ticks=$(awk '{ print $14 + $15 }' "/proc/$1/stat")
    echo "$((ticks * 1000 / $(getconf CLK_TCK))) $(cut -d ' ' -f 2 "/proc/$1/statm") $(ls "/proc/$1/fd" | wc -l)"
}

# mixture SEED: six polls of an AC300.
mixture() {
    sim_start s AC300 --random "$1:250"
    timeout 200 $ACCELERATED bt-poll -n 6 -i 5 "unix:$PWD/s" 2>err |
        bt-decode >records
    sim_stop s
    wrong_values ../truth <records | tee wrong
    [ ! -s wrong ]
    grep -q '"dc_input_power":752' records
}

@test "a thousand mixtures of faults: no wrong value is ever printed" {
    accelerate 100
    sim_start clean AC300
    $ACCELERATED bt-poll -1 "unix:$PWD/clean" | bt-decode >truth
    sim_stop clean
    at_once mixture < <(seq "$SEEDS")
}

@test "a day of faults: processor time, memory and descriptors stay flat" {
    accelerate 2000
    sim_start s AC300 --random 7:100
    $ACCELERATED bt-poll -i 10 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$! child first last
    wait_for 20 grep -q end log
    child=$(tr -d ' ' <"/proc/$pid/task/$pid/children")
    sleep 5
    first=($(figures "$child"))
    sleep 38
    last=($(figures "$child"))
    end_process "$pid" TERM
    echo "after 3 hours: ${first[*]}; after 24: ${last[*]}"
    # 86 s of a day's 86400 would be a thousandth; this is far less.
    ((last[0] < 10000))
    ((last[1] <= first[1] + 50))
    ((last[2] == first[2]))
    [ "$(grep -c 'end$' log)" -gt 1000 ]
}

@test "three stations that are off for ten minutes: less than 50 ms each" {
    accelerate 20
    $ACCELERATED bt-poll "unix:$PWD/a" "unix:$PWD/b" "unix:$PWD/c" 2>err 3>&- &
    local pid=$! child children
    wait_for 5 eval '[ "$(grep -c "trying again" err)" -eq 3 ]'
    children=$(cat "/proc/$pid/task/$pid/children")
    sleep 30
    for child in $pid $children; do
        run figures "$child"
        echo "$output"
        ((${output%% *} < 50))
    done
    end_process "$pid" TERM
    [ "$(wc -l <err)" -eq 3 ]
}
