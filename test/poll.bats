#!/usr/bin/env bats
# bt-poll against the simulated station: what is read, written and printed.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# Records without what differs from run to run.
records() {
    bt-decode "$@" | sed 's/^{.*"model":/{"model":/'
}

# starts FILE: the START of each poll, in ms, first to last.
starts() {
    local time
    awk '$NF == "end" { print $4 }' "$1" | while read -r time; do
        date -d "$time" +%s%3N
    done
}

@test "every field of an AC300 and its packs is the image's" {
    accelerate 20
    sim_start s AC300
    $ACCELERATED bt-poll -1 --all "unix:$PWD/s" >log 2>err
    records log >out
    diff -u "$here/data/AC300.records" out
    [ ! -s err ]
}

@test "three rounds: what is asked, how often" {
    accelerate 20
    sim_start s AC300
    $ACCELERATED bt-poll -n 3 -i 1 "unix:$PWD/s" >log
    sim_stop s
    [ "$(counter s connects)" -eq 1 ]
    # Who it is.
    [ "$(counter s 'read 10+11')" -eq 1 ]
    [ "$(counter s 'read 10+40')" -eq 3 ]
    [ "$(counter s 'read 70+21')" -eq 3 ]
    [ "$(counter s 'read 91+5')" -eq 3 ]
    [ "$(counter s 'read 3001+61')" -eq 1 ]
    [ "$(counter s 'read 96+32')" -eq 2 ]
    [ "$(counter s 'write 3006+1')" -eq 2 ]
    [ "$(counter s reads)" -eq 13 ]
    [ "$(counter s writes)" -eq 2 ]
    [ "$(counter s bad-frames)" -eq 0 ]
}

@test "a slow read that fails is tried again in the next poll" {
    accelerate 20
    # Three tries of the last read, behind the one for the model and three others.
    sim_start s AC300 --fault "requests 5-7 silence"
    $ACCELERATED bt-poll -n 3 -i 30 "unix:$PWD/s" >log
    # Not in the third poll, as it is read seldom.
    run awk '$4 ~ /^01030bb9003d/ { print substr($5, 1, 6) }' log
    assert_output $'!timeo\n01037a'
    [ "$(grep -c ' !timeout$' log)" -eq 1 ]
}

@test "each poll is closed by the time of its first line" {
    accelerate 20
    sim_start s AC300
    $ACCELERATED bt-poll -n 2 -i 1 "unix:$PWD/s" >log
    awk -v address="unix:$PWD/s" '
        NF != 5 || $2 != address || $3 != "AC3002232000000000" { exit 1 }
        $5 == "end" && $4 != first { exit 1 }
        $5 == "end" { first = ""; ends++; next }
        first == "" { first = $1 }
        END { if (first != "" || ends != 4) exit 1 }' log
}

@test "polls start on a grid without drift" {
    accelerate 2
    sim_start s EB3A
    $ACCELERATED bt-poll -n 4 -i 1 "unix:$PWD/s" >log
    starts log >times
    [ "$(wc -l <times)" -eq 4 ]
    awk 'NR == 1 { first = $1; next }
        { late = $1 - first - (NR - 1) * 1000 }
        late < -300 || late > 600 { print late; exit 1 }' times
}

@test "the station is polled while a pack settles" {
    accelerate 2
    sim_start s AC300
    $ACCELERATED bt-poll -n 3 -i 1 "unix:$PWD/s" >log
    # Three polls within some 2 s; the first pack settles for 3.
    sort log | awk '$4 ~ /^01060bbe0001/ { selected = 1 }
        $4 ~ /^01030060/ { exit }
        selected && $5 == "end" { polls++ }
        END { exit polls != 2 }'
    run starts log
    assert_equal "${#lines[@]}" 5
    ((lines[2] - lines[0] < 2700))
    # A pack was selected for 3 s before it was read.
    awk '$4 ~ /^01060bbe/ { split($1, t, /[:.Z]/); s = t[2] * 60 + t[3] + t[4] / 1000 }
        $4 ~ /^01030060/ { split($1, t, /[:.Z]/); r = t[2] * 60 + t[3] + t[4] / 1000
            d = r - s; if (d < 0) d += 3600; if (d < 3) exit 1; n++ }
        END { exit n != 2 }' log
}

@test "a model without packs is never written to" {
    sim_start s EB3A
    bt-poll -1 "unix:$PWD/s" >log
    run bt-decode log
    assert_output --partial '"led_mode":"OFF"'
    sim_stop s
    [ "$(counter s writes)" -eq 0 ]
}

@test "version 2: an AC180" {
    sim_start s AC180
    bt-poll -1 "unix:$PWD/s" >log
    run bt-decode log
    assert_success
    assert_equal "${#lines[@]}" 1
    assert_output --partial '"model":"AC180"'
    refute_output --partial failed
}

@test "a pack that never shows is given up after 12 s" {
    # The station tells of three packs but serves two.
    sed 's/^91 2 .*/91 3/' "$here/data/AC300.image" >image
    accelerate 5
    sim_start s "$PWD/image"
    $ACCELERATED bt-poll -1 "unix:$PWD/s" >log
    run bt-decode log
    assert_line --regexp '"pack":2,"pack_voltage"'
    assert_line --regexp '"pack":3,"failed":\["96\+32 unsettled"\]}'
    awk '$5 == "!unsettled" { split($1, t, /[:.Z]/); print t[2] * 60 + t[3] }
        $4 ~ /^01060bbe0003/ { split($1, t, /[:.Z]/); print t[2] * 60 + t[3] }' log >times
    awk '{ t[NR] = $1 } END { d = t[2] - t[1]; if (d < 0) d += 3600; exit d < 11 || d > 15 }' times
}

# at_places ONE TWO EMPTY...: packs at two places, zeros at others; any other is
# never shown. Four rounds, the last one more than 15 minutes after the first.
at_places() {
    local one=$1 two=$2 place
    shift 2
    sed "s/^pack 2/pack $two/; s/^pack 1/pack $one/" \
        "$here/data/AC300.image" >image
    for place; do
        printf '\npack %d\n96-160 0\n201-202 0\n' "$place" >>image
    done
    sim_start s "$PWD/image"
    $ACCELERATED bt-poll -n 5 -i 400 -p 400 "unix:$PWD/s" >log
    sim_stop s
    bt-decode log | jq -c 'select(.pack) | [.pack, .pack_voltage, .failed]' |
        sort | uniq -c >packs
    cat packs
    counter s writes
}

# places "WRITES MISSED ONE TWO EMPTY...": records of the two packs and of MISSED
# others.
places() {
    local IFS=' '
    # shellcheck disable=SC2086
    set -- $1
    local writes=$1 missed=$2
    shift 2
    at_places "$@"
    [ "$(counter s writes)" -eq "$writes" ]
    [ "$(grep -c "^ *4 \[[$1$2],5[0-9.]*,null\]$" packs)" -eq 2 ]
    [ "$(grep -c '"96+32 unsettled"' packs)" -eq "$missed" ]
    [ "$(wc -l <packs)" -eq $((2 + missed)) ]
}

@test "packs need not be at 1 to n: an empty place is no record, and asked for seldom" {
    [ -z "${VALGRIND:-}" ] || skip 'takes half an hour: no clock runs faster under valgrind'
    # Each pack is selected 4 times, an empty place before the last pack twice.
    # A place that never shows and that the number counts is missed once.
    accelerate 100
    at_once places <<'EOF'
8 0 1 2 3 4
10 0 2 3 1 4
12 0 2 4 1 3
10 1 1 3
12 1 1 4
EOF
}

@test "a selection that is refused does not stop the others" {
    # 3006 is not writable: exception.
    sed 's/^writable.*//; s/^pack-selector.*//' "$here/data/AC300.image" >image
    accelerate 20
    sim_start s "$PWD/image"
    $ACCELERATED bt-poll -1 "unix:$PWD/s" >log
    run bt-decode log
    assert_line --index 0 --partial '"total_battery_percent":78'
    assert_line --index 1 --regexp '"pack":1,"failed":\["3006=1 exception [0-9]+"\]'
    assert_line --index 2 --regexp '"pack":2,"failed":\["3006=2 exception [0-9]+"\]'
}

@test "any MTU and any fragment give the same frames" {
    [ -z "${VALGRIND:-}" ] || skip 'takes minutes: no clock runs faster under valgrind'
    accelerate 20
    local reference="" mtu fragment
    for mtu in 23 24 100 517; do
        for fragment in 1 7 20 512; do
            sim_start "s$mtu.$fragment" AC300 --mtu "$mtu" --fragment "$fragment"
            $ACCELERATED bt-poll -1 "unix:$PWD/s$mtu.$fragment" | records >out
            sim_stop "s$mtu.$fragment"
            [ -n "$reference" ] || reference=$(cat out)
            [ "$(cat out)" = "$reference" ]
            [ "$(wc -l <out)" -eq 3 ]
        done
    done
}

@test "ranges by hand need no map" {
    sim_start s AC180 --name "Something Else"
    BT_MAPS=/nonexistent bt-poll -1 -r 100+5 -r 110+10 -r 50+1 "unix:$PWD/s" >log
    run cut -d ' ' -f 3,4 log
    assert_line --index 0 --regexp '^Something%20Else 010300640005c416$'
    assert_line --index 1 --partial " 0103006e000a"
    assert_line --index 2 --partial " 010300320001"
    # An address that is not served is answered by an exception.
    [ "$(awk 'NR == 3 { print $5 }' log)" = 018302c0f1 ]
    sim_stop s
    [ "$(counter s reads)" -eq 3 ]
}

@test "--model overrules the name" {
    sim_start s EB3A --name Strange1
    bt-poll -1 --model EB3A "unix:$PWD/s" | bt-decode --model EB3A >out
    grep -q '"name":"Strange1","model":"EB3A"' out
}

@test "a name that no map fits: the type is read from the registers" {
    sim_start s EB3A --name EBOX123
    sim_start t AC180 --name "Some Thing"
    bt-poll -1 "unix:$PWD/s" "unix:$PWD/t" | bt-decode >out
    grep -q '"name":"EBOX123","model":"EB3A".*"led_mode":"OFF"' out
    grep -q '"name":"Some Thing","model":"AC180".*"ac_input_voltage"' out
}

@test "a station that nobody knows is polled by the generic map of its version" {
    sed 's/^10 "EB3A".*/10 "XY9"/' "$here/data/EB3A.image" >one
    sed 's/swapped "AC180"/swapped "XY8"/' "$here/data/AC180.image" >two
    sim_start s "$PWD/one" --name XY91
    sim_start t "$PWD/two" --name XY81
    bt-poll -1 "unix:$PWD/s" "unix:$PWD/t" | bt-decode >out
    grep -q '"model":"XY9".*"total_battery_percent":.*"registers":{"10":' out
    grep -q '"model":"XY8".*"total_battery_percent":.*"registers":{' out
}

@test "a station that says nothing of itself is a matter of configuration" {
    echo "200-205 1" >image
    sim_start s "$PWD/image" --name Strange1
    run timeout 20 bt-poll "unix:$PWD/s"
    assert_failure 78
    assert_output --partial '"Strange1": no map matches this name; choose a map'
}

@test "a station that is off: waited for, or given up with --timeout" {
    accelerate 10
    run $ACCELERATED bt-poll -1 --timeout 2 "unix:$PWD/none"
    assert_failure 69
    assert_line --index 0 --partial "No such file or directory; trying again"
    assert_line --index 1 --partial "no valid response in 2 s: giving up"
    assert_equal "${#lines[@]}" 2
}

@test "who connects in vain waits longer each time, up to a minute and a quarter" {
    [ -z "${VALGRIND:-}" ] || skip 'takes minutes: no clock runs faster under valgrind'
    accelerate 50
    sim_start s EB3A --fault "connects 1- no-service"
    run $ACCELERATED bt-poll -1 -t 600 "unix:$PWD/s"
    assert_failure 76
    sim_stop s
    # After 0, 1, 3, 7, 15, 31 and 63 s, and a quarter more by chance.
    echo "# $(counter s connects) connects"
    (($(counter s connects) >= 13 && $(counter s connects) <= 17))
}

@test "a station that comes later is polled" {
    accelerate 10
    $ACCELERATED bt-poll -n 1 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 5 grep -q "trying again" err
    sim_start s EB3A
    wait "$pid"
    grep -q "unix:$PWD/s: back" err
    run bt-decode log
    assert_output --partial '"model":"EB3A"'
}

@test "a link that is lost is opened again, and both is said once" {
    accelerate 10
    sim_start s EB3A
    $ACCELERATED bt-poll -i 1 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 10 grep -q end log
    sim_stop s
    wait_for 10 grep -q "trying again" err
    rm -f s
    sim_start s EB3A
    wait_for 20 grep -q "back" err
    end_process "$pid" TERM
    [ "$(grep -c back err)" -eq 1 ]
    run bt-decode log
    assert_success
    refute_output --partial '"ac_input_power":0'
}

@test "two stations share a pipe, line by line" {
    accelerate 10
    sim_start a EB3A
    sim_start b AC180
    $ACCELERATED bt-poll -n 5 -i 1 "unix:$PWD/a" "unix:$PWD/b" | bt-decode >out
    [ "$(grep -c '"model":"EB3A"' out)" -eq 5 ]
    [ "$(grep -c '"model":"AC180"' out)" -eq 5 ]
}

@test "of two stations one that is off does not hold up the other" {
    accelerate 5
    sim_start a EB3A
    run $ACCELERATED bt-poll -n 2 -i 1 -t 6 "unix:$PWD/none" "unix:$PWD/a"
    assert_failure 69
    assert_line --regexp "EB3A.* end$"
}

@test "SIGTERM ends a service well, a counted run short" {
    sim_start s EB3A
    for options in "" "-n 100"; do
        : >log # that of the first is not waited for
        # shellcheck disable=SC2086
        bt-poll -i 1 $options "unix:$PWD/s" >log 3>&- &
        local pid=$! status=0
        wait_for 10 grep -q end log
        end_process "$pid" TERM || status=$?
        [ "$status" -eq "$([ -n "$options" ] && echo 75 || echo 0)" ]
        bt-decode log >out
        [ -s out ]
    done
}

@test "a second signal ends even a station that hangs" {
    sim_start s EB3A
    bt-poll -i 1 "unix:$PWD/s" >log 3>&- &
    local pid=$! child status=0
    wait_for 10 grep -q end log
    child=$(tr -d ' ' <"/proc/$pid/task/$pid/children")
    kill -STOP "$child"
    kill -TERM "$pid"
    kill -INT "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 75 ]
}

@test "a process that is killed, or stuck, is replaced" {
    sim_start s EB3A
    accelerate 50
    $ACCELERATED bt-poll -i 50 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$! child
    wait_for 10 grep -q end log
    child=$(tr -d ' ' <"/proc/$pid/task/$pid/children")
    kill -KILL "$child"
    wait_for 10 grep -q "killed by signal 9 .*: restarting it" err
    >log
    wait_for 10 grep -q end log
    child=$(tr -d ' ' <"/proc/$pid/task/$pid/children")
    kill -STOP "$child"
    wait_for 120 grep -q "no sign of life for 90 s" err # valgrind's time is real
    >log
    wait_for 10 grep -q end log
    end_process "$pid" TERM
}

@test "a rest longer than --silence is no silence" {
    accelerate 10
    sim_start s EB3A
    $ACCELERATED bt-poll -n 3 -i 6 -s 4 "unix:$PWD/s" >log 2>err
    sim_stop s
    [ ! -s err ]
    [ "$(grep -c '!' log)" -eq 0 ]
    [ "$(counter s connects)" -eq 1 ]
    # Who it is.
    [ "$(counter s 'read 10+11')" -eq 1 ]
    [ "$(counter s 'read 10+40')" -eq 3 ]
}

@test "--release lets the link go between polls" {
    accelerate 10
    sim_start s EB3A
    $ACCELERATED bt-poll -n 3 -i 1 --release "unix:$PWD/s" >log
    sim_stop s
    [ "$(counter s connects)" -eq 3 ]
    [ "$(counter s 'read 10+40')" -eq 3 ]
}

@test "children die with their parent" {
    sim_start s EB3A
    bt-poll -i 1 "unix:$PWD/s" >log 3>&- &
    local pid=$! child
    wait_for 10 grep -q end log
    child=$(cat "/proc/$pid/task/$pid/children")
    kill -0 $child
    kill -KILL "$pid"
    wait_for 5 has_ended $child
}

@test "SIGUSR1 prints counters" {
    sim_start s EB3A
    bt-poll -i 30 "unix:$PWD/s" >log 2>err 3>&- &
    local pid=$!
    wait_for 10 grep -q end log
    kill -USR1 "$pid"
    wait_for 5 grep -q "unix:$PWD/s: 1 connects, 1 polls, 5 good frames, round trip 0.*(0.* at most)" err
    end_process "$pid" TERM
}

@test "a reader that leaves ends it quietly, a full disk does not" {
    sim_start s EB3A
    run bash -c "bt-poll -i 1 unix:$PWD/s | head -n 1 | wc -l"
    assert_output 1
    run bash -c "bt-poll -i 1 unix:$PWD/s >/dev/full"
    assert_failure 74
    assert_output --partial "cannot write to standard output: No space left"
}

@test "wrong use says so" {
    run bt-poll
    assert_failure 64
    assert_output --partial "no address"
    run bt-poll 00:11:22:33:44
    assert_failure 64
    assert_output --partial "not an address: use 00:11:22:33:44:55"
    for bad in "-i 0" "-i x" "-n 0" "-n 1000000001" "-t -1" "-r 10" "-r 10+0" \
        "-r 10+128" "-r 65535+2" "-r -1+4" "-p 0" "--nonsense" \
        "-r 1+1 -m EB3A"; do
        # shellcheck disable=SC2086
        run timeout 20 bt-poll $bad unix:s
        assert_failure 64
    done
    run bt-poll -m XY9 unix:s
    assert_failure 78
}
