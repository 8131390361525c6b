#!/usr/bin/env bats
# What goes wrong on the air and in the adapter: bt-poll recovers by itself,
# and loses only the polls in between.

load guest

@test "the station ends the connection" {
    begin
    radio end "$station"
    recovers 8000
    grep -q 'the link was lost' p.err
}

@test "the link is lost, and the station is soon in reach again" {
    begin
    radio off "$station"
    wait_for 10 heard 'reason 08'
    radio on "$station"
    recovers 8000
    grep -q 'the link was lost' p.err
}

@test "in the middle of an encrypted session" {
    install -m 600 "$here"/data/{test,station}.keys .
    station_on s EB3A "$station" random --encrypt --keys station.keys
    poll_start p -i 1 --keys test.keys "$station"
    wait_for 20 polled p 2
    radio end "$station"
    recovers 8000
}

@test "the station is switched off, and on after half a minute" {
    begin
    radio off "$station"
    wait_for 40 grep -q 'not found' p.err
    radio on "$station"
    # 20 s of waiting, and what the back-off has come to by then.
    recovers 45000
}

@test "connections fail, as they do where the signal is weak" {
    station_on s EB3A "$station" random
    radio fail "$station" 3e
    poll_start p -i 1 "$station"
    wait_for 40 eval '[ "$(times_heard "reason 3e")" -ge 3 ]'
    radio fail "$station" 00
    recovers 6000
    grep -q 'the link was lost' p.err
}

@test "the station ends connections as soon as they are there" {
    station_on s EB3A "$station" random --fault 'connect 1- refuse'
    poll_start p -i 1 "$station"
    wait_for 40 eval '[ "$(times_heard "reason 13")" -ge 3 ]'
    sim_stop s
    sim_start s EB3A
    recovers 6000
    grep -q 'the link was lost' p.err
    [ "$(wc -l <p.err)" -eq 2 ]
}

# failed_words: of p.log, without doubles.
failed_words() {
    bt-decode p.log | jq -r '.failed // empty | .[]' | sort -u
}

@test "a block breaks each link: it fails, and those behind it are read" {
    install -m 600 "$here"/data/{test,station}.keys .
    station_on s EB3A "$station" random --fault "read 70+22 drop" \
        --encrypt --keys station.keys
    timeout 60 bt-poll -n 2 -i 20 --keys test.keys "$station" >p.log 2>p.err
    assert_equal "$(polls p)" 2
    assert_equal "$(failed_words)" "70+22 lost"
    sim_stop s
    [ "$(counter s 'read 3060+7')" -ge 1 ]
    [ "$(counter s connects)" -eq 5 ]
}

@test "links that live for some PDUs: a poll and its packs go on over them" {
    station_on s AC300 "$station" random --fault "pdu 12 drop"
    timeout 120 bt-poll -1 "$station" >p.log 2>p.err
    bt-decode p.log >records
    jq -e -s 'map(.pack // 0) | sort == [0, 1, 2]' records
    [ "$(grep ' 0103' p.log | grep -c '!')" -eq 0 ]
    sim_stop s
    [ "$(counter s connects)" -ge 2 ]
}

@test "somebody else on this computer has the station" {
    begin
    bt-discover --quick "$station" >q.log 2>q.err 3>&- &
    echo $! >q.pid
    wait_for 10 grep -q 'busy: another device may be connected to it' q.err
    polled_again p
    poll_stop p
    [ ! -s p.err ]
    wait_for 20 test -s q.log
    end_process "$(cat q.pid)" TERM || [ $? -eq 75 ]
}

@test "another bt-poll has the station" {
    begin
    poll_start q -i 1 "$station"
    wait_for 10 grep -q 'another bt-poll polls this station: waiting for it to end' q.err
    polled_again p
    poll_stop p
    [ ! -s p.err ]
    wait_for 20 polled q 2
    poll_stop q
    [ "$(wc -l <q.err)" -eq 1 ]
}

@test "the adapter is switched off and on" {
    begin
    power 0 off
    wait_for 20 grep -q 'no Bluetooth adapter, or it is off' p.err
    power 0 on
    recovers 16000
}
