#!/usr/bin/env bats
# bt-scan on the kernel's own Bluetooth.

load guest

# Rights that bt-scan(1) tells of are given to a copy, and a user has none.
private_copy() {
    mkdir -m 755 /run/tmp/copy 2>/dev/null || :
    install -m 755 "$build/bt-scan" /run/tmp/copy/bt-scan
    setcap "$1" /run/tmp/copy/bt-scan
    cp -r "$BT_MAPS" /run/tmp/copy/maps
    chmod -R a+rX /run/tmp/copy
}

# In front of a command: a user of no rights.
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# Stations, and who else is on the air of a house.
crowd() {
    advertise 28:37:2F:00:00:01 public AC3002234000000000 I
    advertise F6:11:22:33:44:55 random EB3A2222000000000 E
    advertise 10:20:BA:00:00:03 public AC1802234000000003 F
    radio device 00:00:5E:00:00:04 public -70 "020106$(structure 03 0f18)" \
        "$(structure 09 "$(text Lamp)")"
    radio device F1:00:00:00:00:05 random -90 "$(structure ff 4c0010050118)" -
    radio device 66:77:88:99:AA:BB random -50 \
        "020106$(structure ff e000000102030405060708)" "$(structure 09 "$(text 'Watch 5')")"
}

crowd_lines="10:20:BA:00:00:03	-60	AC180	yes	AC1802234000000003
28:37:2F:00:00:01	-60	AC300	no	AC3002234000000000
F6:11:22:33:44:55/random	-60	EB3A	yes	EB3A2222000000000"

@test "stations among others, on a controller of Bluetooth 4.2" {
    crowd
    bt-scan -t 2 | sort >out
    diff out - <<<"$crowd_lines"
    bt-scan --all -t 2 >all
    [ "$(wc -l <all)" -eq 6 ]
    grep -q "^00:00:5E:00:00:04	-70	-	-	Lamp	180f	-" all
    heard 'scan active'
    [ "$(tail -n 1 "$air/$adapter/log")" = 'scan off' ]
}

@test "stations among others, on a controller of Bluetooth 5" {
    use_adapter hci1
    crowd
    # What no legacy advertisement can hold.
    radio device 00:00:5E:00:00:06 public -70 "$(structure 09 "$(text "$(printf 'x%.0s' {1..60})")")" -
    bt-scan -t 2 | sort >out
    diff out - <<<"$crowd_lines"
    bt-scan --all -t 2 >all
    grep -q '^00:00:5E:00:00:06	-70	-	-	xxxxx' all
    [ "$(tail -n 1 "$air/$adapter/log")" = 'scan off' ]
}

@test "a user without rights is told how to get them, and gets them so" {
    local capability
    # The right to raw commands alone is not enough.
    for capability in cap_net_admin-ep cap_net_raw+ep; do
        private_copy "$capability"
        run "${nobody[@]}" /run/tmp/copy/bt-scan -t 1 -M /run/tmp/copy/maps
        assert_failure 77
        assert_output --partial 'no permission to scan: run sudo setcap cap_net_admin+ep'
    done
    private_copy cap_net_admin+ep
    crowd
    "${nobody[@]}" /run/tmp/copy/bt-scan -t 2 -M /run/tmp/copy/maps | sort >out
    diff out - <<<"$crowd_lines"
}

# capabilities PID: all sets that let a process do something.
capabilities() {
    sed -n 's/^Cap\(Inh\|Prm\|Eff\|Amb\):\t0*/\1/p' "/proc/$1/status" | tr '\n' ' '
}

@test "no right is left while strangers are listened to" {
    private_copy cap_net_admin+ep
    "${nobody[@]}" /run/tmp/copy/bt-scan -w -M /run/tmp/copy/maps >out 3>&- &
    echo $! >scan.pid
    wait_for 10 heard 'scan active'
    [ "$(capabilities "$(cat scan.pid)")" = 'Inh Prm Eff Amb ' ]
    grep -q '^NoNewPrivs:	1' "/proc/$(cat scan.pid)/status"
    crowd
    wait_for 10 grep -q 28:37:2F:00:00:01 out
    end_process "$(cat scan.pid)" TERM
}

@test "no discovery goes on when a signal ends it" {
    local signal n=0
    advertise 28:37:2F:00:00:01 public AC3002234000000000 I
    for signal in TERM INT HUP; do
        n=$((n + 1))
        : >out
        bt-scan -w >out 3>&- &
        echo $! >scan.pid
        wait_for 10 grep -q AC300 out
        end_process "$(cat scan.pid)" "$signal"
        [ "$(tail -n 1 "$air/$adapter/log")" = 'scan off' ]
        [ "$(times_heard 'scan active')" -eq "$n" ]
    done
    # Nobody reads what it has to tell of the second one.
    { bt-scan -w 3>&- || [ $? -eq 141 ]; } | {
        head -n 1
        exec </dev/null
        advertise F6:11:22:33:44:55 random EB3A2222000000000 E
    }
    [ "$(tail -n 1 "$air/$adapter/log")" = 'scan off' ]
    [ "$(times_heard 'scan active')" -eq 4 ]
}

@test "nor when it is killed, for longer than the kernel's 10 s" {
    advertise 28:37:2F:00:00:01 public AC3002234000000000 I
    bt-scan -w >out 3>&- &
    echo $! >scan.pid
    wait_for 10 grep -q AC300 out
    ! end_process "$(cat scan.pid)" KILL
    wait_for 15 heard 'scan off'
}

@test "an adapter that is off is told of" {
    power 0 off
    run bt-scan -t 1 --adapter=hci0
    assert_failure 69
    assert_output 'bt-scan: hci0 is off: bluetoothctl power on'
    run bt-scan -t 1 --adapter=hci7
    assert_failure 69
    assert_output --partial 'no adapter hci7'
}

@test "one that is switched off meanwhile ends it" {
    bt-scan -w >out 2>err 3>&- &
    echo $! >scan.pid
    wait_for 10 heard 'scan active'
    power 0 off
    run wait "$(cat scan.pid)"
    assert_failure 69
    [ "$(cat err)" = 'bt-scan: hci0 is off: bluetoothctl power on' ]
}
