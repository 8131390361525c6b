# What the cases share: stations on the air, and bt-poll in the background.
# Used in the guest only, where cases has started the adapters.

load ../common

. "$here/vm/adapters.bash"

# structure TYPE BYTES: a structure of advertising data, all in hexadecimal.
structure() {
    printf '%02x%s%s' $((${#2} / 2 + 1)) "$1" "$2"
}

# text TEXT: in hexadecimal.
text() {
    printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# station_data LETTER: what a station advertises, BLUETTI or BLUETTE.
station_data() {
    echo "020106$(structure 03 00ff)$(structure ff "$(text "BLBLUETT$1")")"
}

# advertise ADDRESS public|random NAME LETTER [SOCKET]: a station is on the
# air; its name is in the scan response.
advertise() {
    radio device "$1" "$2" -60 "$(station_data "$4")" \
        "$(structure 09 "$(text "$3")")" "${5:-}"
}

# station_on NAME IMAGE ADDRESS public|random [OPTION...]: a simulated station
# is on the air.
station_on() {
    local name=$1 image=$2 address=$3 type=$4 letter=I
    shift 4

    sim_start "$name" "$image" "$@"
    case " $* " in *' --encrypt '*) letter=E ;; esac
    advertise "$address" "$type" "$(sed -n 's/^name //p' "$here/data/$image.image")" \
        "$letter" "$BATS_TEST_TMPDIR/$name"
}

# poll_start NAME ARGUMENT...: bt-poll in the background, its lines in NAME.log,
# its messages in NAME.err.
poll_start() {
    local name=$1
    shift
    bt-poll "$@" >"$name.log" 2>"$name.err" 3>&- &
    echo $! >"$name.pid"
}

# poll_stop NAME
poll_stop() {
    local status=0
    end_process "$(cat "$1.pid")" TERM || status=$?
    rm "$1.pid"
    return "$status"
}

# polls NAME: how many are complete.
polls() {
    grep -c ' end$' "$1.log" || :
}

# polled NAME COUNT: whether there are at least so many.
polled() {
    [ "$(polls "$1")" -ge "$2" ]
}

# polled_again NAME [COUNT]: waits for so many more polls.
polled_again() {
    local n
    n=$(($(polls "$1") + ${2:-2}))
    wait_for 60 polled "$1" "$n"
}

# poll_times NAME ADDRESS: when the station's polls began, in ms.
poll_times() {
    awk -v address="$2" '$NF == "end" && $2 == address { print $4 }' "$1.log" |
        date -f - +%s%3N
}

# longest_gap FILE: between two of these times.
longest_gap() {
    sort -n "$1" | awk 'NR > 1 && $1 - last > most { most = $1 - last }
        { last = $1 } END { print most + 0 }'
}

# records [FILE...]: without what differs from run to run.
records() {
    bt-decode "$@" | sed 's/^{.*"model":/{"model":/'
}

# The station of the cases that need one only.
station=F6:11:22:33:44:55

# begin [OPTION...]: a station that is polled every second.
begin() {
    station_on s EB3A "$station" random "$@"
    poll_start p -i 1 "$station"
    wait_for 20 polled p 2
}

# recovers MS: two good polls more, with no more than this between any two; one
# message of each kind of trouble, and one that all is well.
recovers() {
    wait_for 60 grep -q ": back$" p.err
    polled_again p
    cat p.err
    good_times p >times
    cat times
    [ "$(longest_gap times)" -le "$1" ]
    poll_stop p
    [ "$(sort p.err | uniq -d | wc -l)" -eq 0 ]
    # What came is right, whatever did not come.
    bt-decode p.log >records || [ "$?" -eq 65 ]
    run jq -r 'select(.total_battery_percent) | .total_battery_percent' records
    [ "$(sort -u <<<"$output")" = 100 ]
}

# good_times NAME: when the polls began that brought something.
good_times() {
    awk '$NF == "end" { if (good) print $4; good = 0; next }
        $NF !~ /^!/ { good = 1 }' "$1.log" | date -f - +%s%3N
}

# As that of ../common, but for what a new process costs in an emulation.
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        read -rt 0.2 <>"$air/clock" || :
    done
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    use_adapter hci0
}

teardown() {
    local file

    for file in "$BATS_TEST_TMPDIR"/*.pid; do
        [ -e "$file" ] || continue
        kill -TERM "$(cat "$file")" 2>/dev/null || :
        wait_for 10 has_ended "$(cat "$file")" || kill -KILL "$(cat "$file")"
    done
    if [ -z "$BATS_TEST_COMPLETED" ]; then
        tail -n 40 "$air/$adapter/log" "$BATS_TEST_TMPDIR"/*.{err,log} 2>/dev/null |
            cut -c -100
    fi
    radio clear
    wait_for 10 heard clear
}
