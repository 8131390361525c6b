# The tools that know no database, and a system that fails: in a short run one
# call fails, see inject.c. No output is wrong, nothing crashes, and a status of
# 0 is a whole output.
#
# To be loaded behind common. MOST: how many calls of each kind are tried, spread
# over all of them.

calls=(read write fstatat openat connect send recv socket bind poll fcntl
    signalfd fork mmap malloc)

inject_setup() {
    ! grep -q __asan_init "$build/bt-decode" ||
        skip "memory that is not the sanitizer's"
    cd "$BATS_TEST_TMPDIR"
    mkdir maps
    cp "$here"/../lib/maps/{AC300,EB3A}.map "$here"/../lib/maps/*.part maps
    export BT_MAPS=$PWD/maps
    preloaded=$build/inject-memory.so:$build/accelerate.so
}

# injected "CALL N" COMMAND...: leaves out, err, calls and $status.
injected() {
    local plan=()

    [ -z "$1" ] || plan=(INJECT="$1")
    shift
    status=0
    timeout 60 env "${plan[@]}" INJECT_LOG=calls ACCELERATE=20 \
        LD_PRELOAD="$preloaded" "$@" >out 2>err 3>&- || status=$?
}

# plans: of the calls on standard input, "CALL N" of those that are tried.
plans() {
    awk -v most="$MOST" -v wanted="${calls[*]}" '
        { count[$1]++ }
        END {
            split(wanted, name, " ")
            for (i in name) {
                n = count[name[i]]
                step = n > most ? n / most : 1
                for (at = 1; at < n + 1; at += step)
                    print name[i], int(at)
            }
        }'
}

# ended PLAN: with a status of its own, and words if it is not 0.
ended() {
    echo "# $1: status $status: $(head -c 500 err)"
    [ "$status" -lt 124 ]
    [ "$status" -eq 0 ] || [ -s err ]
}

# each_fails FUNCTION: that runs the tool and checks, with "CALL N" or "".
each_fails() {
    mkdir whole
    (BATS_TEST_TMPDIR+=/whole && cd whole && "$1" "")
    cp whole/out reference
    plans <whole/calls >plans
    echo "# $(wc -l <plans) calls fail"
    [ -s plans ]
    at_once "$1" <plans
}

# --- the tools ----------------------------------------------------------------

# is_begin: what came out is the begin of the whole.
is_begin() {
    head -c "$(wc -c <out)" ../reference | cmp - out
}

decode_fails() {
    injected "$1" bt-decode "$here/data/eb3a-read.log"
    ended "$1"
    [ -z "$1" ] || is_begin
    [ "$status" -ne 0 ] || [ -z "$1" ] || cmp out ../reference
}

# served IMAGE: a station "s", whose time runs faster, too.
served() {
    local ACCELERATED

    accelerate 20
    sim_start s "$1"
}

poll_fails() {
    served EB3A
    injected "$1" bt-poll -1 -t 60 "unix:$PWD/s"
    sim_stop s
    ended "$1"
    bt-decode out >records 2>complaints
    [ ! -s complaints ]
    [ -n "$1" ] || cp records ../records
    wrong_values ../records <records >wrong
    [ ! -s wrong ]
    [ "$status" -ne 0 ] ||
        [ "$(grep -c '"total_battery_percent"' records)" -eq 1 ]
}

discover_fails() {
    numbered | sed '/^[4-9][0-9]* /d' >image
    served "$PWD/image"
    injected "$1" bt-discover -l 12 "unix:$PWD/s"
    sim_stop s
    ended "$1"
    wrong_words <out >wrong
    [ ! -s wrong ]
    [ "$status" -ne 0 ] || [ "$(words <out | cut -d ' ' -f 1 | sort -nu |
        tr '\n' ' ')" = "0 1 2 3 10 11 12 " ]
}

scan_fails() {
    local preloaded=$build/inject-memory.so:$build/accelerate.so:$build/hci.so
    export HCI_SCRIPT=$PWD/script HCI_LOG=$PWD/log

    printf '%s\n' 'adapter 0 0201' 'start 0' \
        'found 28:37:2F:00:00:01 public -60 0dff424c424c554554544909094542334131' \
        'found 28:37:2F:00:00:02 public -60 0dff424c424c55455454490609454233413a' >script
    injected "$1" bt-scan -t 3
    ended "$1"
    [ -z "$1" ] || [ -z "$(comm -23 <(sort out) <(sort ../reference))" ]
    [ "$status" -ne 0 ] || [ "$(wc -l <out)" -eq 2 ]
}
