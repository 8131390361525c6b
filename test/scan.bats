#!/usr/bin/env bats
# bt-scan, with a library in the place of the kernel's Bluetooth: who is
# listed and how, what is asked of the kernel, and what is said when it
# refuses.

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    export HCI_SCRIPT=$PWD/script HCI_LOG=$PWD/log
    accelerate 20
    ACCELERATED=${ACCELERATED/accelerate.so/accelerate.so:$build/hci.so}
    : >log
}

# script [LINE...]: an adapter that is on, and what comes then.
script() {
    printf '%s\n' 'adapter 0 0201' 'start 0' "$@" >script
}

# ad TYPE TEXT: a structure of advertising data, in hexadecimal. Its type is
# 08 or 09 for a name, ff for manufacturer data.
ad() {
    printf '%02x%s' $((${#2} + 1)) "$1"
    printf %s "$2" | od -An -v -tx1 | tr -d ' \n'
}

# found ADDRESS TYPE NAME LETTER: a line of the script with a station.
found() {
    echo "found $1 $2 -60 0303 00ff$(ad ff "BLBLUETT$4")$(ad 09 "$3")" |
        sed 's/0303 /0303/'
}

service=030300ff
ac300="found 28:37:2F:00:00:01 public -60 020106$service$(ad ff BLBLUETTI)$(ad 09 AC3002234000000000)"

# scan_start [OPTION...]: in the background, its output in "out".
scan_start() {
    $ACCELERATED bt-scan "$@" >out 2>err 3>&- &
    pid=$!
}

# ends_with STATUS: so the one in the background ends by SIGTERM.
ends_with() {
    local status=0
    end_process "$pid" TERM || status=$?
    assert_equal "$status" "$1"
}

# --- what is listed -----------------------------------------------------------

@test "in a pipe: fields, tabs, no header" {
    script "$ac300" "$(found F6:11:22:33:44:55 random 'Elite 200 V22519000000000' F)"
    run $ACCELERATED bt-scan -t 2
    assert_success
    assert_output "28:37:2F:00:00:01	-60	AC300	no	AC3002234000000000
F6:11:22:33:44:55/random	-60	Elite 200 V2	yes	Elite 200 V22519000000000"
}

@test "on a terminal: a header and columns" {
    script "$ac300" "$(found F6:11:22:33:44:55 random EB3A2222000000000 E)"
    SHELL=/bin/sh command script -qec "$ACCELERATED bt-scan -t 2" /dev/null \
        </dev/null | tr -d '\r' >out
    diff out - <<'END'
ADDRESS                   RSSI  MODEL         ENCRYPTED  NAME
28:37:2F:00:00:01         -60   AC300         no         AC3002234000000000
F6:11:22:33:44:55/random  -60   EB3A          yes        EB3A2222000000000
END
}

@test "--json: an object for each station, without what is not known" {
    script "$ac300" "found F6:11:22:33:44:55 random 127 $service$(ad 09 PBOX2234000000000)"
    run $ACCELERATED bt-scan -j -t 2
    assert_success
    assert_output '{"address":"28:37:2F:00:00:01","rssi":-60,"model":"AC300","encrypted":false,"name":"AC3002234000000000"}
{"address":"F6:11:22:33:44:55/random","name":"PBOX2234000000000"}'
}

@test "stations and others: by name, by company, by service and serial number" {
    script "found 00:00:00:00:00:01 public -1 $(ad 09 'Handsfree 12234000000000')" \
        "found 00:00:00:00:00:02 public -2 $(ad ff BLBLUETTE)" \
        "found 00:00:00:00:00:03 public -3 $service$(ad 09 EBOX2234000000000)" \
        "found 00:00:00:00:00:04 public -4 $service$(ad 09 Lamp)" \
        "found 00:00:00:00:00:05 public -5 $(ad 09 Lamp2234000000000)" \
        "found 00:00:00:00:00:06 public -6 $(ad ff xyBLUETTI)" \
        "found 00:00:00:00:00:07 public -7 05ff060f0102$(ad ff BLBLUETTF)$(ad 09 FP2234000000000)"
    run bash -c "$ACCELERATED bt-scan -t 2 | sort"
    assert_output "00:00:00:00:00:01	-1	Handsfree 1	-	Handsfree 12234000000000
00:00:00:00:00:02	-2	-	yes	-
00:00:00:00:00:03	-3	-	-	EBOX2234000000000
00:00:00:00:00:07	-7	FP	yes	FP2234000000000"
}

@test "--all: everybody, with the evidence" {
    script "found 00:00:00:00:00:04 public -4 ${service}050200180f18$(ad 09 Lamp)" \
        'found F1:00:00:00:00:06 random -6 05ff4c001007' \
        "found 00:00:00:00:00:07 public -7 05ff060f0102$(ad ff BLBLUETTF)$(ad 09 FP2234000000000)"
    run bash -c "$ACCELERATED bt-scan --all -t 2 | sort"
    assert_output "00:00:00:00:00:04	-4	-	-	Lamp	ff00,1800,180f	-
00:00:00:00:00:07	-7	FP	yes	FP2234000000000	-	0f06:0102,4c42:424c5545545446
F1:00:00:00:00:06/random	-6	-	-	-	-	004c:1007"
    run bash -c "$ACCELERATED bt-scan -aj -t 2 | sort"
    assert_output '{"address":"00:00:00:00:00:04","rssi":-4,"name":"Lamp","station":false,"address_type":"public","services":["ff00","1800","180f"]}
{"address":"00:00:00:00:00:07","rssi":-7,"model":"FP","encrypted":true,"name":"FP2234000000000","station":true,"address_type":"public","manufacturer":{"0f06":"0102","4c42":"424c5545545446"}}
{"address":"F1:00:00:00:00:06/random","rssi":-6,"station":false,"address_type":"random","manufacturer":{"004c":"1007"}}'
}

@test "what comes in parts is put together: one line" {
    script "found 28:37:2F:00:00:01 public -60 $service$(ad ff BLBLUETTE)" \
        "found 28:37:2F:00:00:01 public -61 $(ad 08 AC3002234)" \
        "found 28:37:2F:00:00:01 public -62 $(ad 09 AC3002234000000000)" \
        "found 28:37:2F:00:00:01 public -63 $(ad 08 AC3)" "$ac300"
    run $ACCELERATED bt-scan -t 2
    assert_success
    assert_output "28:37:2F:00:00:01	-62	AC300	yes	AC3002234000000000"
}

@test "the same octets of another type are somebody else" {
    script "$(found F6:00:00:00:00:01 public AC3002234000000000 I)" \
        "$(found F6:00:00:00:00:01 random AC3002234000000001 I)"
    run $ACCELERATED bt-scan -t 2
    assert_line --index 0 --regexp $'^F6:00:00:00:00:01\t.*0$'
    assert_line --index 1 --regexp $'^F6:00:00:00:00:01/random\t.*1$'
}

@test "a station is listed as soon as it is heard" {
    script "$ac300"
    scan_start -t 3600
    wait_for 10 grep -q AC300 out
    end_process "$pid" TERM
}

@test "no name does harm: controls, escapes, tabs, UTF-8, quotes" {
    script "found 00:00:00:00:00:01 public -1 $(ad ff BLBLUETTI)$(ad 09 $'A\e[2J\n\tB')" \
        "found 00:00:00:00:00:02 public -2 $(ad ff BLBLUETTI)0709c3a42025227f" \
        "found 00:00:00:00:00:03 public -3 $(ad ff BLBLUETTI)$(ad 09 -)" \
        "found 00:00:00:00:00:04 public -4 $(ad ff BLBLUETTI)$(ad 09 ' a\b ')"
    run $ACCELERATED bt-scan -t 2
    assert_output "00:00:00:00:00:01	-1	-	no	A%1b[2J%0a%09B
00:00:00:00:00:02	-2	-	no	%c3%a4 %25\"%7f
00:00:00:00:00:03	-3	-	no	%2d
00:00:00:00:00:04	-4	-	no	%20a\\b%20"
    run bash -c "$ACCELERATED bt-scan -j -t 2 | jq -r .name"
    assert_output 'A%1b[2J%0a%09B
%c3%a4 %25"%7f
%2d
%20a\b%20'
}

@test "packets that are none are passed over" {
    script 'garbage 00' 'garbage 1200000000' 'garbage 12000000ff00' \
        'event 12' 'event 12 010203' 'event 13' 'event 1' 'event 1 2300' \
        'event 6 0000' 'event 12 0100000000280100c4000000000400aabb' \
        "event 12 0100000000280000c40000000000$(ad ff BLBLUETTI)" "$ac300"
    run $ACCELERATED bt-scan -t 2
    assert_success
    assert_output --regexp '^28:37:2F:00:00:01[^'$'\n'']*$'
}

@test "a crowd of strangers hides no station" {
    {
        printf '%s\n' 'adapter 0 0201' 'start 0'
        for i in {1..3000}; do
            printf 'found %02X:00:00:00:00:%02X random -1 0a\n' \
                $((i / 256)) $((i % 256))
        done
        echo "$ac300"
    } >script
    run $ACCELERATED bt-scan -t 20
    assert_success
    assert_output "28:37:2F:00:00:01	-60	AC300	no	AC3002234000000000"
}

# --- how long -----------------------------------------------------------------

@test "nobody there: status 1, and where a station may be" {
    script "found 00:00:00:00:00:04 public -4 $(ad 09 Lamp)"
    run $ACCELERATED bt-scan
    assert_failure 1
    assert_output "bt-scan: no power station heard in 10 s: off, out of range, or connected to another device, such as a phone"
    run $ACCELERATED bt-scan --all -t 2
    assert_failure 1
    assert_line --index 0 --regexp Lamp
}

@test "--watch: news and changes, no repetition" {
    script "$ac300" "$ac300" \
        "$(found F6:11:22:33:44:55 random EB3A2222000000000 I)" \
        "$(found 28:37:2F:00:00:01 public AC3002234000000000 I)" \
        "$(found F6:11:22:33:44:55 random EB3A2222000000000 E)" "$ac300"
    scan_start --watch
    wait_for 10 grep -q yes out
    end_process "$pid" TERM
    diff out - <<'END'
28:37:2F:00:00:01	-60	AC300	no	AC3002234000000000
F6:11:22:33:44:55/random	-60	EB3A	no	EB3A2222000000000
F6:11:22:33:44:55/random	-60	EB3A	yes	EB3A2222000000000
END
}

@test "--watch -t ends; without --watch changes are no lines" {
    script "$ac300" "$(found 28:37:2F:00:00:01 public AC3002234000000000 E)"
    run $ACCELERATED bt-scan -w -t 5
    assert_success
    assert_equal "${#lines[@]}" 2
    run $ACCELERATED bt-scan -t 5
    assert_success
    assert_equal "${#lines[@]}" 1
}

# --- what is asked of the kernel ----------------------------------------------

@test "the discovery that is begun is ended: in time, by signals, by a closed pipe" {
    local signal

    script "$ac300"
    $ACCELERATED bt-scan -t 2
    assert_equal "$(cat log)" $'list\ninfo 0\nstart 0 06\nstop 0 06'
    for signal in TERM INT HUP; do
        : >log
        : >out
        # A background process of a script ignores SIGINT and SIGHUP, unless
        # told otherwise.
        env --default-signal=INT,HUP $ACCELERATED bt-scan -w >out 3>&- &
        pid=$!
        wait_for 10 grep -q AC300 out
        end_process "$pid" "$signal"
        assert_equal "$(tail -n 1 log)" 'stop 0 06'
    done
    : >log
    script "$ac300" 'event 13 0600' 'start 0' \
        "$(found 28:37:2F:00:00:01 public EB3A2222000000000 E)"
    run bash -c "$ACCELERATED bt-scan -w | head -n 1; echo \${PIPESTATUS[0]}"
    assert_line 141
    assert_equal "$(tail -n 1 log)" 'stop 0 06'
}

@test "a signal before a station was heard: 75, or 1 of a watch without end" {
    script
    scan_start
    wait_for 10 grep -q start log
    ends_with 75
    : >log
    scan_start --watch
    wait_for 10 grep -q start log
    ends_with 1
    assert_equal "$(cat err)" ''
}

@test "a discovery that the kernel ended is begun anew" {
    script 'event 13 0600' 'start 0' "$ac300"
    run $ACCELERATED bt-scan -t 5
    assert_success
    assert_equal "$(grep -c start log)" 2
    assert_equal "$(grep -c stop log)" 1
}

@test "the discovery of another program is shared, and not ended" {
    printf '%s\n' 'adapter 0 0201' 'start a' "$ac300" >script
    repeat 1000 'start a' >>script
    run $ACCELERATED bt-scan -t 2
    assert_success
    assert_line --index 0 "bt-scan: another program is scanning: using its results until it ends"
    assert_line --index 1 --regexp AC300
    refute_line --index 2 --regexp .
    run grep -c stop log
    assert_output 0
}

@test "when the other program is done the own time begins" {
    printf '%s\n' 'adapter 0 0201' 'start a' 'event 13 0600' 'start 0' \
        "$ac300" >script
    run $ACCELERATED bt-scan -t 2
    assert_success
    assert_line --regexp AC300
    assert_equal "$(tail -n 1 log)" 'stop 0 06'
}

# with_rights: the program starts with all rights, an ordinary user's in a name
# space of its own.
with_rights() {
    [ "$(id -u)" -eq 0 ] ||
        ACCELERATED="unshare --user --map-root-user $ACCELERATED"
    $ACCELERATED grep -q '^CapEff:.*[1-9a-f]' /proc/self/status ||
        skip "needs a right to give up: root's, or a name space for users"
}

@test "no right is left while it listens" {
    with_rights
    script "$ac300"
    scan_start -w
    wait_for 10 grep -q AC300 out
    assert_equal "$(sed -nE 's/^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs):\t0*//p' \
        "/proc/$pid/status" | tr '\n' ' ')" '    1 '
    end_process "$pid" TERM
}

# --- adapters -----------------------------------------------------------------

@test "the first adapter that is on and does LE, or the one that is named" {
    printf '%s\n' 'adapter 0 0200' 'adapter 1 0001' 'adapter 3 0201' \
        'adapter 4 0201' >script
    run $ACCELERATED bt-scan -t 1
    assert_failure 1
    assert_equal "$(sed -n 's/start //p' log)" '3 06'
    : >log
    run $ACCELERATED bt-scan -t 1 --adapter hci4
    assert_equal "$(sed -n 's/start //p' log)" '4 06'
    # The kernel names the adapter first that was plugged in last.
    : >log
    printf '%s\n' 'adapter 4 0201' 'adapter 3 0201' 'adapter 0 0200' >script
    run $ACCELERATED bt-scan -t 1
    assert_equal "$(sed -n 's/start //p' log)" '3 06'
}

# trouble STATUS TEXT [OPTION...]: what bt-scan says, and its status.
trouble() {
    local status=$1 text=$2
    shift 2
    run $ACCELERATED bt-scan -t 2 "$@"
    assert_equal "$status $output" "$status bt-scan: $text"
    assert_failure "$status"
}

@test "no adapter, and not the one that is named" {
    : >script
    trouble 69 'no Bluetooth adapter: plug one in, or look in dmesg for what is missing'
    echo 'adapter 0 0201' >script
    trouble 69 'no adapter hci3: ls /sys/class/bluetooth lists the adapters' \
        --adapter hci3
}

@test "an adapter that is off, blocked, or without LE" {
    echo 'adapter 0 0200' >script
    trouble 69 'hci0 is off: bluetoothctl power on'
    echo 'adapter 0 0001' >script
    trouble 69 'hci0 does not support Bluetooth LE: use another adapter'
    printf '%s\n' 'adapter 0 0200' 'rfkill soft' >script
    trouble 69 'Bluetooth is blocked: run rfkill unblock bluetooth, then bluetoothctl power on'
    # Some computers take a blocked adapter away.
    echo 'rfkill soft' >script
    trouble 69 'Bluetooth is blocked: run rfkill unblock bluetooth, then bluetoothctl power on'
    printf '%s\n' 'adapter 0 0200' 'rfkill hard' >script
    trouble 69 'Bluetooth is blocked by a switch or key of this computer: unblock it, then run bluetoothctl power on'
}

@test "an adapter that is switched off or pulled meanwhile" {
    script 'event 6 00020000'
    trouble 69 'hci0 is off: bluetoothctl power on'
    script 'event 5'
    trouble 69 'no adapter hci0: ls /sys/class/bluetooth lists the adapters'
    # What was heard before is told.
    script "found 00:00:00:00:00:02 public -2 $(ad ff BLBLUETTE)" 'event 5'
    run $ACCELERATED bt-scan -t 2
    assert_failure 69
    assert_line --index 0 --regexp '^00:00:00:00:00:02'
}

@test "what the answer to a start tells" {
    local row

    for row in "14 77 $permission" '0f 69 hci0 is off: bluetoothctl power on' \
        '12 69 Bluetooth is blocked: run rfkill unblock bluetooth, then bluetoothctl power on' \
        '0c 69 hci0 does not support Bluetooth LE: use another adapter' \
        '11 69 no adapter hci0: ls /sys/class/bluetooth lists the adapters'; do
        printf '%s\n' 'adapter 0 0201' "start ${row%% *}" >script
        row=${row#* }
        trouble "${row%% *}" "${row#* }"
    done
    echo 'adapter 0 0201' >script
    repeat 1000 'start 3' >>script
    trouble 69 'hci0 does not start scanning (status 0x03): end other programs that use it, or switch it off and on'
}

permission='no permission to scan: run sudo setcap cap_net_admin+ep $(command -v bt-scan), or use bluetoothctl scan le'

@test "no permission, no Bluetooth in the kernel, no answer" {
    echo 'socket 1' >script
    trouble 77 "$permission"
    echo 'socket 13' >script
    trouble 77 "$permission"
    echo 'socket 97' >script
    trouble 69 'this kernel has no Bluetooth, or hides it from this container or service: run bt-scan outside'
    echo 'socket 24' >script
    trouble 74 'cannot listen: Too many open files'
    echo 'control 1' >script
    trouble 77 "$permission"
    echo 'control 22' >script
    trouble 74 'cannot listen: Invalid argument'
}

# --- the command line, maps, output --------------------------------------------

@test "bad command lines: 64" {
    local arguments

    for arguments in '-t 0' '-t x' '-t -1' '-t 86401' '-t' '--adapter eth0' \
        '--adapter hci' '--adapter hci-1' '--adapter hci65535' 'hci0' '-x'; do
        run bt-scan $arguments
        assert_failure 64
        assert_output --regexp '^bt-scan: .*; try bt-scan --help$'
    done
}

@test "--help and --version need no Bluetooth" {
    run bt-scan --help
    assert_success
    run bt-scan --version
    assert_success
    assert_output --regexp '^bt-scan \(bluetti-tools\) [0-9.]+$'
}

@test "bad maps: 78" {
    script "$ac300"
    run $ACCELERATED bt-scan --maps /nonexistent
    assert_failure 78
    assert_output --regexp '^bt-scan: /nonexistent: '
}

@test "the output cannot be written: 74" {
    script "$ac300"
    run bash -c "$ACCELERATED bt-scan -t 2 >/dev/full"
    assert_failure 74
    assert_output 'bt-scan: cannot write to standard output: No space left on device'
    assert_equal "$(tail -n 1 log)" 'stop 0 06'
}
