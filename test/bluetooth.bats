#!/usr/bin/env bats
# bt-poll's way to a Bluetooth address, through a library that stands in for
# the kernel: which socket, which type of address, and what is said when the
# kernel refuses.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    accelerate 20
    ACCELERATED="$ACCELERATED BLUETOOTH_SOCKET=$PWD/s BLUETOOTH_ERRORS=$PWD/errors"
    ACCELERATED=${ACCELERATED/accelerate.so/accelerate.so:$build/bluetooth.so}
}

# refused NUMBER TEXT: after three such errors the station is there.
refused() {
    echo "$1 $1 $1" >errors
    $ACCELERATED bt-poll -n 1 F6:11:22:33:44:55 >log 2>err
    [ "$(wc -l <err)" -eq 2 ]
    [ "$(head -n 1 err)" = "bt-poll: F6:11:22:33:44:55: $2; trying again" ]
    [ "$(tail -n 1 err)" = "bt-poll: F6:11:22:33:44:55: back" ]
    grep -q "^[^ ]* F6:11:22:33:44:55 EB3A2222000000000 0103" log
}

@test "a station that somebody else holds is waited for, and that is said" {
    sim_start s EB3A
    refused 16 "busy: another device may be connected to it, such as a phone"
    refused 111 "busy: another device may be connected to it, such as a phone"
}

@test "no adapter, one that is off, a station out of reach" {
    sim_start s EB3A
    refused 113 "no Bluetooth adapter, or it is off: bluetoothctl power on"
    refused 112 "the Bluetooth adapter is off: bluetoothctl power on"
    refused 97 "this kernel has no Bluetooth, or hides it from this container or service"
    refused 110 "not found: off, out of range, or connected to another device, such as a phone"
}

@test "no permission: 77" {
    echo 13 >errors
    run $ACCELERATED bt-poll -n 1 F6:11:22:33:44:55
    assert_failure 77
    assert_output "bt-poll: F6:11:22:33:44:55: Permission denied"
}

@test "the type of an address: told, found out, remembered" {
    sim_start s EB3A
    # 28: public by its bits; C9: random; DC: either.
    for case in "28:37:2F:00:00:01 1" "C9:9C:00:00:00:01 2" \
        "DC:1E:D5:00:00:01 1" "DC:1E:D5:00:00:01 2" \
        "DC:1E:D5:00:00:01/random 2" "28:37:2F:00:00:01/public 1"; do
        run $ACCELERATED BLUETOOTH_TYPE="${case#* }" bt-poll -1 "${case% *}"
        assert_success
        assert_line --regexp "^[^ ]* [0-9A-F:]+ EB3A2222000000000 .* end$"
    done
    run $ACCELERATED BLUETOOTH_TYPE=1 bt-poll -1 -t 30 DC:1E:D5:00:00:01/random
    assert_failure 69
}

# bound ADAPTERS WANTED COMMAND...: the adapter that the socket is bound to.
bound() {
    local adapters=$1 wanted=$2
    shift 2
    rm -f bound
    $ACCELERATED BLUETOOTH_ADAPTERS="$adapters" BLUETOOTH_BOUND="$PWD/bound" \
        "$@" 28:37:2F:00:00:01 >log
    [ "$(sort -u bound)" = "$wanted" ]
}

@test "the first adapter that is on and does LE, or the one that is named" {
    sim_start s EB3A
    for tool in "bt-poll -1" "bt-discover -l 20"; do
        # shellcheck disable=SC2086
        {
            bound ll hci0 $tool
            bound -ocl hci3 $tool
            bound ll hci1 $tool --adapter hci1
            bound oo any $tool
        }
    done
}

@test "the adapter that is named is not there, off, or without LE" {
    sim_start s EB3A
    for case in "l no Bluetooth adapter" "lo the Bluetooth adapter is off" \
        "lc the adapter does not support Bluetooth LE"; do
        run $ACCELERATED BLUETOOTH_ADAPTERS="${case%% *}" \
            bt-poll -1 -t 20 --adapter hci1 28:37:2F:00:00:01
        assert_failure 69
        assert_line --index 0 --regexp "${case#* }.*; trying again"
    done
    run bt-poll --adapter 1 28:37:2F:00:00:01
    assert_failure 64
    assert_output --partial "not an adapter like hci0: 1"
}

@test "a second bt-poll for the same address waits, no longer than its -t" {
    sim_start s EB3A
    $ACCELERATED bt-poll -i 10 28:37:2F:00:00:01 >log 2>err 3>&- &
    local first=$!
    wait_for 10 grep -q 'end$' log
    run $ACCELERATED bt-poll -1 -t 20 28:37:2F:00:00:01/public
    assert_failure 69
    assert_output "bt-poll: 28:37:2F:00:00:01: another bt-poll polls this station: waiting for it to end
bt-poll: 28:37:2F:00:00:01: no valid response in 20 s: giving up"
    # It takes the place of one that ends, however it ends.
    $ACCELERATED bt-poll -1 28:37:2F:00:00:01 >second 2>said 3>&- &
    local second=$!
    wait_for 10 grep -q "another bt-poll" said
    kill -KILL "$first"
    wait "$second"
    grep -q 'end$' second
    sim_stop s
    [ "$(counter s connects)" -eq 2 ]
}
