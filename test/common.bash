# What all bats files share: where the programs are, and frames made by hand.

# Of programs in a pipe the last is not the only one that may fail.
set -o pipefail

bats_load_library bats-support
bats_load_library bats-assert

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/.." && pwd)
build=$(cd "$top" && cd "${BUILD:-build}" && pwd)
PATH=$build:$PATH
. "$here/process.bash"
export BT_MAPS=${BT_MAPS:-$top/lib/maps}
# A spool for each test, wherever the caller has his.
unset STATE_DIRECTORY
export XDG_STATE_HOME=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/state

# CRC-16/MODBUS over bytes given in hexadecimal, low byte first.
crc() {
    local hex=$1 value=65535 i bit
    for ((i = 0; i < ${#hex}; i += 2)); do
        ((value ^= 16#${hex:i:2}))
        for bit in 1 2 3 4 5 6 7 8; do
            ((value = value & 1 ? value >> 1 ^ 0xa001 : value >> 1))
        done
    done
    printf '%02x%02x' $((value & 255)) $((value >> 8))
}

# A frame: its bytes in hexadecimal and their CRC.
frame() {
    printf '%s%s' "$1" "$(crc "$1")"
}

# read_request FIRST COUNT [UNIT]
read_request() {
    frame "$(printf '%02x03%04x%04x' "${3:-1}" "$1" "$2")"
}

# read_answer VALUE...
read_answer() {
    frame "$(printf '0103%02x' $((2 * $#)); printf '%04x' "$@")"
}

# select_pack NUMBER: request and answer
select_pack() {
    local f
    f=$(frame "$(printf '01060bbe%04x' "$1")")
    printf '%s %s' "$f" "$f"
}

# repeat COUNT LINE: so many times.
repeat() {
    { yes "$2" || :; } | head -n "$1"
}

# wait_for SECONDS COMMAND...: until the command succeeds, at most so long.
wait_for() {
    local deadline=$((SECONDS + $1)) pause=1
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep "0.0$pause"
        ((pause == 5)) || ((pause += 1))
    done
}

# at_once COMMAND...: the command with each line of standard input as its last
# word, eight at a time, each in a folder of its own in that of the test. Shows
# what those have printed that fail, and fails then.
at_once() {
    local line n=0 i pids=() status=0
    while IFS= read -r line; do
        n=$((n + 1))
        ((n <= 8)) || finished $((n - 8))
        mkdir "$BATS_TEST_TMPDIR/$n"
        (
            BATS_TEST_TMPDIR+=/$n
            cd "$BATS_TEST_TMPDIR"
            echo "# $line"
            "$@" "$line"
        ) >"$BATS_TEST_TMPDIR/$n/said" 2>&1 3>&- &
        pids[n]=$!
    done
    for ((i = n > 8 ? n - 7 : 1; i <= n; i++)); do
        finished "$i"
    done
    [ "$n" -gt 0 ] && [ "$status" -eq 0 ]
}

# finished NUMBER: one of those.
finished() {
    wait "${pids[$1]}" || {
        status=$?
        cat "$BATS_TEST_TMPDIR/$1/said"
    }
}

# A case never waits for all its children: one is the clock of bats' time limit.

# end_process PID SIGNAL: sends it and waits for the end, which it returns.
end_process() {
    kill "-$2" "$1"
    wait "$1"
}

# --- the simulated station ------------------------------------------------------

# accelerate N: from now on $ACCELERATED before a program makes its time run
# N times as fast, that of bt-sim too. Not under valgrind, where programs take
# many times as long.
accelerate() {
    [ -z "${VALGRIND:-}" ] || return 0
    ACCELERATED="env LD_PRELOAD=$build/accelerate.so ACCELERATE=$1"
    ACCELERATED+=" ASAN_OPTIONS=verify_asan_link_order=0"
}

# sim_start NAME IMAGE [OPTION...]: serves test/data/IMAGE.image, or the file
# IMAGE, on unix:$BATS_TEST_TMPDIR/NAME. The test's end ends it too.
sim_start() {
    local name=$1 image=$2
    shift 2
    [ -e "$image" ] || image=$here/data/$image.image
    ${ACCELERATED:-} bt-sim "$@" --image "$image" "$BATS_TEST_TMPDIR/$name" \
        >"$BATS_TEST_TMPDIR/$name.counters" 2>&1 3>&- &
    echo $! >"$BATS_TEST_TMPDIR/$name.pid"
    wait_for 10 grep -qs ready "$BATS_TEST_TMPDIR/$name.counters"
}

# sim_stop NAME: ends it; its counters are in $BATS_TEST_TMPDIR/NAME.counters.
sim_stop() {
    end_process "$(cat "$BATS_TEST_TMPDIR/$1.pid")" TERM
}

# counter NAME WHAT: what the station counted, after sim_stop.
counter() {
    sed -n "s/^$2 //p" "$BATS_TEST_TMPDIR/$1.counters"
}

# wrong_values REFERENCE: of records on standard input, prints those with a
# value that the file's record of the same pack does not have; but for what
# says who and when, which pack is selected, and what failed.
wrong_values() {
    jq -c --slurpfile reference "$1" '
        . as $record |
        ($reference | map(select(.pack == $record.pack)) | first) as $truth |
        del(.time, .address, .name, .model, .pack, .pack_num, .failed) |
        to_entries[] | select(.value != $truth[.key]) | [$record.time, .]'
}

# numbered: an image in which each register up to 200 is its own number.
numbered() {
    echo "name X1111111111111"
    seq 0 200 | awk '{ print $1, $1 }'
}

# words: register and value of each register of a good answer on standard input.
words() {
    awk 'function hex(text,   i, n) {
            for (i = 1; i <= length(text); i++)
                n = 16 * n + index("0123456789abcdef", substr(text, i, 1)) - 1
            return n }
        substr($5, 3, 2) == "03" {
            first = hex(substr($4, 5, 4)); count = hex(substr($4, 9, 4))
            for (i = 0; i < count; i++)
                print first + i, hex(substr($5, 7 + 4 * i, 4)), NR }'
}

# wrong_words: of such a station, those that are not the number.
wrong_words() {
    words | awk '$1 != $2'
}
