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

# polls SEED: six of an AC300. Its reads differ in length.
polls() {
    sim_start s AC300 --random "$1:250"
    timeout 200 $ACCELERATED bt-poll -n 6 -i 5 "unix:$PWD/s" 2>err |
        bt-decode >records
    sim_stop s
    wrong_values ../truth <records | tee wrong
    [ ! -s wrong ]
    grep -q '"dc_input_power":752' records
}

# equals SEED: three polls of reads of the same length. An answer that comes again
# does so within a second, of which a busy machine must not make more.
equals() {
    accelerate 30
    sim_start s <(numbered) --fault "always late 250" --random "$1:250"
    timeout 200 $ACCELERATED bt-poll -n 3 -i 5 -r 10+1 -r 20+1 -r 30+1 \
        -r 40+2 -r 50+2 -r 60+1 "unix:$PWD/s" >log 2>err
    sim_stop s
    wrong_words <log | tee wrong
    [ ! -s wrong ]
    grep -q ' 0103.* 0103' log
}

# mixture SEED: every other one of each kind.
mixture() {
    if (($1 % 2)); then equals "$1"; else polls "$1"; fi
}

@test "a thousand mixtures of faults: no wrong value is ever printed" {
    accelerate 100
    sim_start clean AC300
    $ACCELERATED bt-poll -1 "unix:$PWD/clean" | bt-decode >truth
    sim_stop clean
    at_once mixture < <(seq "$SEEDS")
}

# truths: images of stations that may take the place of an AC300, and what they
# all say: AC300, AC180, and one of another serial number, name and values.
truths() {
    local image

    sed 's/^name .*/name AC3002232000000001/
        s/^17 serial .*/17 serial 2232000000001/; s/^36 .*/36 753 231 419 97/
        s/^43 .*/43 61/; s/^71 .*/71 2302 24 418/; s/^74 .*/74 5002/
        s/^77 .*/77 2297 11 214 4997/; s/^83 .*/83 138 22 31/
        s/^86 .*/86 1124 749 67/; s/^92 .*/92 541 88/
        s/^97 1 .*/97 1 5411 62/; s/^97 2 .*/97 2 5421 63/' \
        "$here/data/AC300.image" >other
    cp "$here"/data/AC{180,300}.image .
    for image in AC300.image AC180.image other; do
        sim_start clean "$PWD/$image"
        $ACCELERATED bt-poll -1 --all "unix:$PWD/clean" 2>err |
            bt-decode >"$image.truth"
        sim_stop clean
    done
}

# polled COUNT: so many polls of the station have been closed.
polled() {
    [ "$(grep -c ' end$' log)" -ge "$1" ]
}

# replaced SEED: an AC300 whose place another station takes: of another type, of
# another serial number, of that under a name that both were given, or itself
# renamed.
replaced() {
    local images=(AC180.image other other AC300.image) image pid polls
    local before=() after=()

    image=${images[$1 % 4]}
    ((${1} % 4 < 2)) || before=(--name Wohnmobil)
    (($1 % 4 != 2)) || after=(--name Wohnmobil)
    (($1 % 4 != 3)) || after=(--name Segelboot)
    sim_start s ../AC300.image --random "$1:150" "${before[@]}"
    $ACCELERATED bt-poll -i 5 -p 20 "unix:$PWD/s" >log 2>err 3>&- &
    pid=$!
    wait_for 100 polled $((1 + $1 % 7))
    sim_stop s
    mv s.counters first.counters
    polls=$(grep -c ' end$' log)
    sim_start s "../$image" --random "$((SEEDS + $1)):150" "${after[@]}"
    wait_for 100 polled $((polls + 8))
    end_process "$pid" TERM
    sim_stop s
    [ "$image" != AC180.image ] || [ "$(counter s writes)" -eq 0 ]
    # A pack that is read first under a new name is of no model.
    bt-decode log | jq -c 'del(.registers)' >records
    wrong_values ../AC300.image.truth <records | sort >second
    wrong_values "../$image.truth" <records | sort >first
    # Each record is of one of them, and those of the first come first.
    comm -12 first second | tee wrong
    [ ! -s wrong ]
    [[ ! -s second || "$(tail -n 1 first)" < "$(head -n 1 second)" ]]
    [ "$image" = AC300.image ] || [ -s second ]
}

# search SEED: for registers of a station, which refuses others, is silent, or
# moves their words. It finds those that there are, unless the station refused
# one that it has, or was silent.
search() {
    local kinds=(refuse silent move) register request
    { echo "name X1111111111111"; echo "gaps ${kinds[$1 % 3]}"; } >image
    printf '%d\n' {1..20} 30 33 {40..65} |
        awk '{ print $1, 1000 + $1 }' >>image
    awk '/^[0-9]/' image | sort >truth
    sim_start s "$PWD/image" -v --fault "always late 200" --random "$1:60"
    timeout 200 $ACCELERATED bt-discover -l 70 --secrets "unix:$PWD/s" \
        >log 2>err
    sim_stop s
    words <log | cut -d ' ' -f 1,2 | sort -u >found
    comm -13 truth found | tee invented
    [ ! -s invented ]
    for register in $(comm -23 truth found | cut -d ' ' -f 1); do
        echo "$register is missed"
        request=$(read_request "$register" 1)
        grep -q "$request !timeout" log ||
            grep -qE "read $register\+1: (exception|premature)" s.counters
    done
}

@test "two hundred stations are replaced: no value is that of the other" {
    accelerate 50
    truths
    at_once replaced < <(seq 200)
}

@test "two hundred searches with mixtures of faults: nothing is missed or invented" {
    accelerate 40
    at_once search < <(seq 200)
}

@test "a day of faults: processor time, memory and descriptors stay flat" {
    # Faster, and a busy machine makes a process hang for 90 seconds.
    accelerate 1000
    sim_start s AC300 --random 7:100
    $ACCELERATED bt-poll -i 10 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$! child first last
    wait_for 20 grep -q end log
    child=$(tr -d ' ' <"/proc/$pid/task/$pid/children")
    sleep 10
    first=($(figures "$child"))
    sleep 76
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
