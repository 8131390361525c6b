# Two adapters that exist in software only; what is on the air around them is
# told by the tester. Used in the guest only: by cases, and by hand.

# Where the adapters have their logs and scripts. They live as long as the
# guest: not every kernel survives one that is taken away while it connects.
air=/run/air

# adapters_start: hci0 as of Bluetooth 4.2, hci1 as of 5; both off.
adapters_start() {
    local n

    mkdir -p "$air/hci0" "$air/hci1"
    mkfifo "$air/tty" "$air/clock" "$air/hci0/script" "$air/hci1/script"
    for n in 0 1; do
        bt-air $([ "$n" = 0 ] || echo -5) "$air/hci$n/script" \
            >>"$air/hci$n/log" 2>&1 &
        until grep -q "ready hci$n" "$air/hci$n/log"; do
            sleep 0.05
        done
        # Else the kernel does it by itself, when it has seen no use of it.
        power "$n" on
        power "$n" off
    done
}

# mgmt N COMMAND...: btmgmt, which wants a terminal or the like to read from.
mgmt() {
    local n=$1
    shift
    timeout 20 btmgmt --index "$n" "$@" <>"$air/tty"
}

# power N on|off
power() {
    mgmt "$1" power "$2" >/dev/null
    echo "$2" >"$air/hci$1/power"
}

# use_adapter hci0|hci1: this one is on and the other one off.
use_adapter() {
    local n=${1#hci}

    adapter=$1
    [ "$(<"$air/hci$((1 - n))/power")" = off ] || power $((1 - n)) off
    [ "$(<"$air/hci$n/power")" = on ] || power "$n" on
    : >"$air/$adapter/log"
}

# radio LINE...: said to the adapter in use, see script.h.
radio() {
    echo "$*" >"$air/$adapter/script"
}

# heard TEXT: whether the adapter in use has told this since the test began.
heard() {
    grep -q "$1" "$air/$adapter/log"
}

# times_heard TEXT: how often.
times_heard() {
    grep -c "$1" "$air/$adapter/log"
}
