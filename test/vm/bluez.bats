#!/usr/bin/env bats
# Side by side with BlueZ's own programs, and what they can set.

load guest

# bluetoothd_start [LINE...]: with a bus of its own; the lines are its
# main.conf.
bluetoothd_start() {
    mkdir -p /run/dbus /var/lib/bluetooth
    cat >bus.conf <<'END'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <policy context="default">
    <allow user="*"/> <allow own="*"/> <allow eavesdrop="true"/>
    <allow send_destination="*" eavesdrop="true"/>
  </policy>
</busconfig>
END
    # It would switch the other adapter on, too.
    printf '%s\n' "$@" '[Policy]' AutoEnable=false >main.conf
    dbus-daemon --config-file="$PWD/bus.conf" --nofork --nopidfile >bus.err 2>&1 3>&- &
    echo $! >bus.pid
    wait_for 10 test -S /run/dbus/system_bus_socket
    bluetoothd -n -f "$PWD/main.conf" >bluetoothd.err 2>&1 3>&- &
    echo $! >bluetoothd.pid
    # It switches the adapter off when it leaves.
    echo unknown >"$air/$adapter/power"
    wait_for 10 eval 'control show | grep -q "Powered: yes"'
}

# control COMMAND...: bluetoothctl, which wants a terminal or the like.
control() {
    timeout 60 bluetoothctl "$@" <>"$air/tty"
}

# silence: nothing gets through for a second, as at the end of a cellar.
silence() {
    radio off "$station"
    sleep 1
    radio on "$station"
}

@test "bluetoothd runs: stations are found and polled as without it" {
    bluetoothd_start
    begin
    advertise 28:37:2F:00:00:01 public AC3002234000000000 I
    bt-scan -t 2 >scan
    grep -q '^28:37:2F:00:00:01	-60	AC300	no	' scan
    radio end "$station"
    recovers 8000
}

@test "bluetoothd looks for devices: connecting waits until it is done" {
    bluetoothd_start
    begin
    advertise 28:37:2F:00:00:01 public AC3002234000000000 I
    control --timeout 25 scan le >control.out 2>&1 3>&- &
    echo $! >control.pid
    wait_for 10 heard 'scan active'
    radio end "$station"
    # Heard by the other one, and told to us.
    bt-scan -t 1 >scan 2>scan.err
    grep -q '^28:37:2F:00:00:01	-60	AC300	no	' scan
    grep -q 'another program is scanning' scan.err
    # The kernel ends a discovery after 10.24 s.
    recovers 22000
}

@test "bluetoothd has the station: busy, until it lets go" {
    bluetoothd_start
    station_on s EB3A "$station" random
    # Only what has been heard can be connected.
    control --timeout 20 scan le >control.out 2>&1 3>&- &
    echo $! >control.pid
    wait_for 15 eval 'control info "$station" | grep -q Name'
    end_process "$(cat control.pid)" TERM || :
    wait_for 15 eval 'control connect "$station" | grep -q successful'
    poll_start p -i 1 "$station"
    wait_for 20 grep -q 'busy: another device may be connected to it' p.err
    control disconnect "$station" >/dev/null
    recovers 6000
}

@test "by default a second of silence loses the link" {
    begin
    heard 'timeout 420'
    silence
    recovers 8000
    heard 'reason 08'
}

# The kernel remembers the time-out of a station that it has connected, so these
# two have stations of their own.

@test "with a longer supervision time-out of the kernel it is kept" {
    station=F6:11:22:33:44:66
    echo 400 >"/sys/kernel/debug/bluetooth/$adapter/supervision_timeout"
    begin
    echo 42 >"/sys/kernel/debug/bluetooth/$adapter/supervision_timeout"
    heard 'timeout 4000'
    silence
    polled_again p 3
    poll_stop p
    [ ! -s p.err ]
    [ "$(times_heard connected)" -eq 1 ]
}

@test "the same by bluetoothd's configuration" {
    station=F6:11:22:33:44:77
    bluetoothd_start '[LE]' ConnectionSupervisionTimeout=400
    begin
    echo 42 >"/sys/kernel/debug/bluetooth/$adapter/supervision_timeout"
    heard 'timeout 4000'
    silence
    polled_again p 3
    poll_stop p
    [ ! -s p.err ]
    [ "$(times_heard connected)" -eq 1 ]
}
