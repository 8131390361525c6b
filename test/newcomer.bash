# The programs as they are typed in README and manual, on a machine without
# Bluetooth: stand-ins in $BATS_TEST_TMPDIR/bin, to be put into PATH.

# fake_addresses PROGRAM: with simulated stations behind the addresses of the
# examples; its time and theirs runs faster.
fake_addresses() {
    accelerate 10
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    cat >"$BATS_TEST_TMPDIR/bin/$1" <<END
#!/bin/sh
for argument; do
    case \$argument in
    00:11:22:33:44:55) argument=unix:$BATS_TEST_TMPDIR/AC300 ;;
    66:77:88:99:AA:BB) argument=unix:$BATS_TEST_TMPDIR/EB3A ;;
    esac
    shift
    set -- "\$@" "\$argument"
done
exec $ACCELERATED "$build/$1" "\$@"
END
    chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

# bt-scan, with a stand-in for the kernel that hears two stations and a lamp.
fake_scanner() {
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    cat >"$BATS_TEST_TMPDIR/script" <<'END'
adapter 0 0201
start 0
found 00:11:22:33:44:55 public -58 030300ff0aff424c424c5545545449130941433330303232333230303030303030303030
found F6:77:88:99:AA:BB random -71 030300ff0aff424c424c55455454461a09456c6974652032303020563232353139303030303030303030
found 66:77:88:99:AA:BB public -80 05094c616d70
END
    cat >"$BATS_TEST_TMPDIR/bin/bt-scan" <<END
#!/bin/sh
export LD_PRELOAD=$build/accelerate.so:$build/hci.so ACCELERATE=20
export ASAN_OPTIONS=verify_asan_link_order=0
HCI_SCRIPT=$BATS_TEST_TMPDIR/script exec "$build/bt-scan" "\$@"
END
    chmod +x "$BATS_TEST_TMPDIR/bin/bt-scan"
}
