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

@test "somebody else on this computer has the station" {
    begin
    bt-discover --quick "$station" >q.log 2>q.err 3>&- &
    echo $! >q.pid
    wait_for 10 grep -q 'busy: somebody else may hold it' q.err
    polled_again p
    poll_stop p
    [ ! -s p.err ]
    wait_for 20 test -s q.log
    end_process "$(cat q.pid)" TERM || [ $? -eq 75 ]
}

@test "another bt-poll has the station" {
    begin
    poll_start q -i 1 "$station"
    wait_for 10 grep -q 'another bt-poll polls this station: waiting for its end' q.err
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
