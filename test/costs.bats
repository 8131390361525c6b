#!/usr/bin/env bats
# What a fault costs: the table of bt-poll(1), row by row. A row that no test
# has, or that is worse than it says, fails.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    [ -z "${VALGRIND:-}" ] ||
        skip "no clock runs faster under valgrind: it would take half an hour"
    accelerate 20
}

teardown() {
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || :
}

# says FAULT LOST SECONDS: a row of the table.
says() {
    grep -qFx ".It $1 Ta $2 Ta $3" "$here/../man/bt-poll.1"
}

# poll "OPTIONS" FAULT...: an EB3A every ten seconds, in the background: $pid.
poll() {
    local options=$1 faults=()
    shift
    for fault; do faults+=(--fault "$fault"); done
    sim_start s EB3A "${faults[@]}"
    $ACCELERATED bt-poll $options -i 10 "unix:$PWD/s" >log 2>err 3>&- &
    pid=$!
}

# polls COUNT: there were so many.
polls() {
    [ "$(grep -s 'end$' log | wc -l)" -ge "$1" ]
}

# complete: the times of polls that miss nothing, in seconds.
complete() {
    bt-decode log | jq 'select(.failed | not) | .time | sub("\\.[0-9]+Z"; "Z") |
        fromdate'
}

# longest: seconds between two of them, at most.
longest() {
    complete | awk 'NR > 1 && $1 - last > most { most = $1 - last }
        { last = $1 } END { print most + 0 }'
}

# costs LOST SECONDS: of five polls one at most misses something, and how long
# the longest time between two complete ones is, without the interval.
costs() {
    wait "$pid"
    [[ $(bt-decode log | jq -r '.failed // empty | .[]') =~ ^$1$ ]]
    [ "$(complete | wc -l)" -ge 4 ]
    # Times are cut to seconds.
    (($(longest) <= 10 + $2 + 1))
}

@test "a response is lost" {
    says "a response is lost" nothing "6 s"
    poll "-n 5" "request 8 silence"
    costs "" 6
    [ "$(complete | wc -l)" -eq 5 ]
}

@test "a block is never answered" {
    says "a block is never answered" "that block" "when it is answered"
    poll "-n 5" "requests 8-10 silence"
    # Three tries of 5 s are more than an interval; then comes the next one.
    costs "[0-9]+[+][0-9]+ timeout" 25
}

@test "the link is lost" {
    says "the link is lost" nothing "1 s"
    poll "-n 5" "request 8 drop"
    costs "" 1
    [ "$(complete | wc -l)" -eq 5 ]
}

@test "a block breaks each link" {
    says "a block breaks each link" "that block" "when it is answered"
    poll "-n 5" "requests 8-10 drop"
    costs "[0-9]+[+][0-9]+ lost" 15
}

@test "the station is off" {
    says "the station is off" "polls until it is on" "75 s after that"
    poll ""
    wait_for 10 polls 2
    local begin off before
    begin=$(date +%s%N)
    sim_stop s
    # The longest pause between two tries is reached.
    sleep 7
    rm -f s
    before=$(complete | wc -l)
    sim_start s EB3A
    off=$((($(date +%s%N) - begin) * 20 / 1000000000))
    wait_for 30 polls $(($(grep -c 'end$' log) + 1))
    end_process "$pid" TERM
    (($(complete | wc -l) > before))
    (($(longest) <= 10 + off + 75 + 5))
}

@test "connected, but silent" {
    says "connected, but silent" "polls of a minute" "60 s"
    poll "-n 8" "request 8 mute"
    wait "$pid"
    (($(longest) <= 10 + 60 + 15))
}

@test "a process of bt-poll is killed, and one hangs" {
    says "a process of bt-poll is killed" "the poll in progress" "1 s"
    says "a process of bt-poll hangs" "polls of 95 s" "95 s"
    poll ""
    wait_for 10 polls 2
    kill -KILL "$(<"/proc/$pid/task/$pid/children")"
    wait_for 10 polls 4
    (($(longest) <= 10 + 1 + 2))
    kill -STOP "$(<"/proc/$pid/task/$pid/children")"
    wait_for 20 polls 6
    (($(longest) <= 10 + 95 + 5))
    end_process "$pid" TERM
}

@test "reads of the same length" {
    grep -q 'a poll of an AC180 takes 1.9 seconds' "$here/../man/bt-poll.1"
    accelerate 10
    sim_start s AC180 --fault "always late 250"
    $ACCELERATED bt-poll -n 3 -i 20 "unix:$PWD/s" >log
    # From the first answer to the end; not of the first poll, which has more.
    awk '{ split($1, t, /[:Z]/); now = 60 * t[2] + t[3] }
        $5 != "end" && !begin { begin = now }
        $5 == "end" && polls++ && (now + 3600 - begin) % 3600 > 1.9 {
            print now - begin
            exit 1
        }
        $5 == "end" { begin = 0 }' log
}
