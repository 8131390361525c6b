#!/usr/bin/env bats
# bt-poll and bt-discover on the kernel's own Bluetooth, where nothing goes
# wrong.

load guest

# Maps whose packs settle at once, so that a round does not take seconds.
quick_maps() {
    cp -r "$BT_MAPS" maps
    sed -i 's/^pack-selector.*/&\npack-settle 0.4/' maps/v1-packs.part
    export BT_MAPS=$PWD/maps
}

# same_records NAME ADDRESS [OPTION...]: over the air as over its socket.
same_records() {
    local name=$1 address=$2
    shift 2
    timeout 60 bt-poll -1 "$@" "unix:$PWD/$name" >local.log
    timeout 60 bt-poll -1 "$@" "$address" >air.log
    # Which pack was shown last is what the station keeps.
    records local.log | sed 's/"pack_num":[0-9]*,//' >local.records
    records air.log | sed 's/"pack_num":[0-9]*,//' >air.records
    [ -s local.records ]
    diff local.records air.records
}

# stations_are_polled: plain and encrypted, of both types of address.
stations_are_polled() {
    install -m 600 "$here"/data/{test,station}.keys .
    quick_maps
    station_on plain AC300 28:37:2F:00:00:01 public
    same_records plain 28:37:2F:00:00:01
    station_on random EB3A F6:11:22:33:44:55 random
    same_records random F6:11:22:33:44:55
    station_on encrypted AC300 E4:B3:00:00:00:03 public --encrypt --keys station.keys
    same_records encrypted E4:B3:00:00:00:03/public --keys test.keys
    grep -q '"dc_input_power":752' air.records
    station_on small AC300 C9:9C:00:00:00:04 random --encrypt --keys station.keys --mtu 23
    same_records small C9:9C:00:00:00:04 --keys test.keys
}

@test "records are those of the socket, on a controller of Bluetooth 4.2" {
    stations_are_polled
}

@test "records are those of the socket, on a controller of Bluetooth 5" {
    use_adapter hci1
    install -m 600 "$here"/data/{test,station}.keys .
    quick_maps
    station_on encrypted AC300 E4:B3:00:00:00:03 public --encrypt --keys station.keys
    same_records encrypted E4:B3:00:00:00:03/public --keys test.keys
    station_on random EB3A F6:11:22:33:44:55 random
    same_records random F6:11:22:33:44:55
}

@test "an address whose type is not told is found out" {
    station_on s EB3A DC:1E:D5:00:00:01 random
    timeout 60 bt-poll -n 2 -i 1 DC:1E:D5:00:00:01 >log 2>err
    [ "$(grep -c ' end$' log)" -eq 2 ]
    [ ! -s err ]
}

# copy_polls COMMAND...: as nobody, who may not read the tree.
copy_polls() {
    install -m 755 -d copy
    install -m 755 "$build/bt-poll" copy
    cp -r "$BT_MAPS" copy/maps
    chmod a+rX . copy copy/maps copy/maps/*
    station_on s EB3A F6:11:22:33:44:55 random
    timeout 60 setpriv --reuid=65534 --regid=65534 --clear-groups "$@" \
        copy/bt-poll -1 -M copy/maps F6:11:22:33:44:55 >log
    grep -q ' end$' log
}

@test "a user without rights polls" {
    copy_polls
}

@test "bt-poll where bluetti.service puts it: no capability, users of its own" {
    copy_polls setpriv --no-new-privs --inh-caps=-all \
        unshare --user --map-user=65534 --map-group=65534
}

@test "three stations, one of which is off: it delays no other" {
    station_on a EB3A F6:11:22:33:44:01 random
    station_on b AC300 28:37:2F:00:00:02 public
    advertise 28:37:2F:00:00:03 public EB3A2222000000003 I
    radio off 28:37:2F:00:00:03
    poll_start p -i 1 F6:11:22:33:44:01 28:37:2F:00:00:02 28:37:2F:00:00:03
    wait_for 60 grep -q '00:03: not found' p.err
    for address in F6:11:22:33:44:01 28:37:2F:00:00:02; do
        poll_times p "$address" >times
        cat times
        # The other one was waited for meanwhile, for 20 s.
        [ "$(wc -l <times)" -ge 15 ]
        [ "$(longest_gap times)" -le 5000 ]
    done
    poll_stop p
    [ "$(grep -vc '00:03: not found' p.err)" -eq 0 ]
}

@test "--release lets somebody else in between polls" {
    station_on s EB3A F6:11:22:33:44:55 random
    poll_start p --release -i 5 F6:11:22:33:44:55
    wait_for 20 polled p 1
    # The telephone: it takes the place that the socket has for one.
    timeout 20 bt-poll -1 "unix:$PWD/s" >telephone.log
    grep -q ' end$' telephone.log
    wait_for 20 polled p 3
    poll_times p F6:11:22:33:44:55 >times
    [ "$(longest_gap times)" -le 10000 ]
    poll_stop p
    [ ! -s p.err ]
}

@test "--release: when a poll is due the link may not be down yet" {
    install -m 600 "$here"/data/{test,station}.keys .
    station_on plain EB3A F6:11:22:33:44:55 random
    station_on secure EB3A F6:11:22:33:44:56 random --encrypt --keys station.keys
    poll_start p --keys test.keys --release -i 1 F6:11:22:33:44:55 F6:11:22:33:44:56
    wait_for 30 polled p 10
    poll_times p F6:11:22:33:44:55 >times
    [ "$(longest_gap times)" -le 5000 ]
    poll_times p F6:11:22:33:44:56 >times
    [ "$(longest_gap times)" -le 5000 ]
    poll_stop p
    [ ! -s p.err ]
    [ "$(grep -c '!' p.log)" -eq 0 ]
}

@test "bt-discover --quick finds what it finds through the socket" {
    station_on s EB3A F6:11:22:33:44:55 random
    timeout 200 bt-discover --quick -l 60 "unix:$PWD/s" >local.log 2>local.err
    timeout 200 bt-discover --quick -l 60 F6:11:22:33:44:55 >air.log 2>air.err
    cut -d ' ' -f 4- local.log | diff - <(cut -d ' ' -f 4- air.log)
    sed 's/^[^ ]* [^ ]* //' local.err | diff - <(sed 's/^[^ ]* [^ ]* //' air.err)
    grep -q 'served: ' air.err
}
