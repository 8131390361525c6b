#!/usr/bin/env bats
# Exit statuses: the situations of the pages' EXIT STATUS, and which one counts
# where there are several. A row is
#
#   STATUS  situation  command
#
# with tabs between. All rows are tried; the test names each that is wrong. No
# row is of 70, a bug, or of a lack of memory.

load common
. "$here/mariadb.bash"

FAR=28:37:2F:00:00:01
HEARD="found $FAR public -60 030300ff0aff424c424c5545545449"
GOOD="- - AC3001 $(read_request 36 1) $(read_answer 1)"
FAILED="- - AC3001 $(read_request 36 1) !timeout"
RECORD='{"time":"2026-11-22T09:42:00Z","name":"S"}'

setup_file() {
    mariadb_start "$BATS_FILE_TMPDIR/server" --skip-ssl
    mariadb_query "CREATE DATABASE test; CREATE DATABASE newer;
        CREATE USER other@localhost IDENTIFIED BY 'secret';
        CREATE TABLE newer.schema_version (version INT);
        INSERT INTO newer.schema_version VALUES (99)"
}

teardown_file() {
    mariadb_stop "$BATS_FILE_TMPDIR/server"
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    accelerate 20
    echo "$GOOD" >good
    echo "$FAILED" >failed
    echo nonsense >bad
    printf '%0300000d\n' 0 >long
    printf %s "${GOOD:0:40}" >cut
    mkdir badmaps
    echo nonsense >badmaps/X.map
    printf '[db-insert]\nnonsense\n' >bad.cnf
    install -m 600 "$here"/data/test.keys "$here"/data/station.keys .
}

# --- the tools ----------------------------------------------------------------

# The time of all runs faster. EXEC is empty or exec.
poll() {
    ${EXEC:-} $ACCELERATED bt-poll "$@"
}

discover() {
    ${EXEC:-} $ACCELERATED bt-discover "$@"
}

decode() {
    ${EXEC:-} $ACCELERATED bt-decode "$@"
}

insert() {
    ${EXEC:-} $ACCELERATED db-insert --no-defaults --spool="$PWD/spool" \
        --socket="$BATS_FILE_TMPDIR/server/sock" --user=root --database=test "$@"
}

# scan "LINE,LINE..." [OPTION...]: the kernel's Bluetooth is that of hci.c.
scan() {
    tr , '\n' <<<"$1" >script
    shift
    export HCI_SCRIPT=$PWD/script HCI_LOG=$PWD/log
    ${EXEC:-} ${ACCELERATED/accelerate.so/accelerate.so:$build/hci.so} \
        bt-scan "$@"
}

# forbidden COMMAND...: the kernel allows no connection.
forbidden() {
    export BLUETOOTH_ERRORS=$PWD/errors
    echo 13 >errors
    ACCELERATED=${ACCELERATED/accelerate.so/accelerate.so:$build/bluetooth.so}
    "$@"
}

# listens: the program keeps SIGTERM back for when it has time. So does the shell
# that becomes it, for a moment.
listens() {
    [[ $(<"/proc/$pid/comm") = @(bt|db)-* ]] &&
        grep -q '^SigBlk:.*[4-7c-f]...$' "/proc/$pid/status"
}

# stopped WHEN COMMAND...: SIGTERM when that succeeds; the command's output is
# in "out", and its input has no end.
stopped() {
    local when=$1 pid
    shift
    : >out >log
    [ -p endless ] || mkfifo endless
    exec 8<>endless
    (EXEC=exec; "$@") <&8 8>&- >out &
    pid=$!
    wait_for 10 $when
    end_process "$pid" TERM
}

# rows: tries those on standard input.
rows() {
    local status situation command got count=0 wrong=0
    while IFS=$'\t' read -r status situation command; do
        got=0
        (set +e; eval "$command") >said 2>&1 </dev/null 3>&- || got=$?
        [ "$got" = "$status" ] || {
            echo "$situation: status $got in place of $status: $command"
            sed 's/^/    /' said
            wrong=$((wrong + 1))
        }
        count=$((count + 1))
    done
    echo "$wrong of $count rows are wrong"
    [ "$count" -gt 0 ] && [ "$wrong" -eq 0 ]
}

# --- the rows -----------------------------------------------------------------

@test "bt-poll" {
    sim_start s EB3A
    sim_start deaf EB3A --fault "read 70+22 silence"
    sim_start other EB3A --fault "connects 1- no-service"
    sim_start mute EB3A --fault "connects 1- mute"
    sim_start lock EB3A --encrypt --keys station.keys
    sim_start strange EB3A --name Strange1 --fault "always exception 2"
    sim_start breaks EB3A --fault "read 70+22 drop"
    sim_start busy EB3A --name PBOX1 --fault "always busy"
    rows <<'EOF'
0	all polls are done	poll -1 unix:s
0	a read without an answer does not count	poll -1 unix:deaf
0	a block that breaks each link does not count	poll -1 unix:breaks
0	an encrypted session	poll -1 --keys test.keys unix:lock
0	a signal, and no number of polls	stopped "test -s out" poll unix:s
0	--help	poll --help
0	--version	poll --version
64	no address	poll
64	not an address	poll 00:11:22
64	an option that is none	poll --nonsense unix:s
64	an option without its value	poll unix:s --interval
64	a number that is none	poll -n x unix:s
64	options that exclude each other	poll --plain --secure unix:s
69	nobody there until the time-out	poll -1 -t 3 unix:nowhere
69	nobody there in the time of --polls	poll -n 1 unix:nowhere
69	a station that says nothing	poll -1 -t 40 unix:mute
69	one of two stations is not there	poll -1 -t 3 unix:s unix:nowhere
74	output is full	poll -1 unix:s >/dev/full
75	answers, but no poll in the time of --once	poll -1 unix:busy
75	a signal before the number of polls	stopped "test -s out" poll -n 100 unix:s
76	no power station answers	poll -1 -t 20 unix:other
76	the keys are refused	poll -1 unix:lock
76	encryption is wanted, and there is none	poll -1 -t 40 --secure unix:s
77	connecting is not allowed	forbidden poll -1 $FAR
78	a model without a map	poll -m XY9 unix:s
78	a station without a map	poll -1 unix:strange
78	the first of two that fail	poll -t 20 unix:nowhere unix:strange
78	a bad map	poll --maps badmaps unix:s
78	no folder of maps	poll --maps nowhere unix:s
78	no file of keys	poll --keys nowhere unix:s
78	a invalid key file	poll --keys bad unix:s
EOF
}

@test "bt-discover" {
    printf '%s\n' "name X1111111111111" "0-40 7" "16 2005" >image
    sim_start s "$PWD/image"
    sim_start busy "$PWD/image" --fault "read 30 busy"
    sim_start other EB3A --fault "connects 1- no-service"
    sim_start lock EB3A --encrypt --keys station.keys
    discover -l 20 "unix:s" >mine
    sed 's/unix:[^ ]*/unix:else/' mine >others
    rows <<'EOF'
0	registers are found	discover -l 20 unix:s
0	nothing is left to ask for	discover -l 20 -r mine unix:s
0	--help	discover --help
0	--version	discover --version
1	none is served	discover -f 50 -l 60 unix:s
64	no address	discover
64	two addresses	discover unix:s unix:s
64	not an address	discover 00:11:22
64	an option that is none	discover --nonsense unix:s
64	a range that ends before it begins	discover -f 5 -l 4 unix:s
64	options that exclude each other	discover --plain --secure unix:s
65	the log of another station	discover -l 20 -r others unix:s
69	nobody there until the time-out	discover -t 3 unix:nowhere
74	output is full	discover -l 20 unix:s >/dev/full
74	no log to resume	discover -r nowhere unix:s
75	a signal	stopped "test -s out" discover unix:s
75	a register without a good answer	discover -f 25 -l 35 unix:busy
76	no power station answers	discover -t 20 unix:other
76	the keys are refused	discover -l 20 unix:lock
77	connecting is not allowed	forbidden discover $FAR
78	a bad map	discover --maps badmaps unix:s
78	no folder of maps	discover --maps nowhere unix:s
78	no file of keys	discover --keys nowhere unix:s
EOF
}

@test "bt-scan" {
    rows <<'EOF'
0	a station is heard	scan "adapter 0 0201,start 0,$HEARD" -t 2
0	a signal to a watch that has heard one	stopped "test -s out" scan "adapter 0 0201,start 0,$HEARD" -w
0	--help	scan "" --help
0	--version	scan "" --version
1	none is heard	scan "adapter 0 0201,start 0" -t 2
1	a signal to a watch that has heard none	stopped "test -s log" scan "adapter 0 0201,start 0" -w
64	an option that is none	scan "" --nonsense
64	a number that is none	scan "" -t x
64	an operand	scan "" hci0
69	no adapter	scan "" -t 2
69	not the adapter that is named	scan "adapter 0 0201" -t 2 --adapter hci3
69	an adapter that is off	scan "adapter 0 0200" -t 2
69	an adapter without Bluetooth LE	scan "adapter 0 0001" -t 2
69	the adapter goes, and one was heard	scan "adapter 0 0201,start 0,$HEARD,event 5" -t 2
69	no Bluetooth in the kernel	scan "socket 97" -t 2
74	output is full	scan "adapter 0 0201,start 0,$HEARD" -t 2 >/dev/full
74	the system fails	scan "socket 24" -t 2
75	a signal before one was heard	stopped "test -s log" scan "adapter 0 0201,start 0" -t 3600
77	looking for devices is not allowed	scan "socket 1" -t 2
78	a bad map	scan "" --maps badmaps
78	no folder of maps	scan "" --maps nowhere
EOF
}

@test "bt-decode" {
    rows <<'EOF'
0	all is decoded	decode good
0	a read that failed changes nothing	decode failed
0	no input	decode
0	redacted	decode --redact good
0	--help	decode --help
0	--version	decode --version
64	an option that is none	decode --nonsense
64	an option without its value	decode --model
64	not a time	decode --time yesterday
64	options that exclude each other	decode --redact --secrets
65	a bad line	decode good bad good
65	a bad line, redacted	decode --redact bad good
65	a bad line, and no further	decode --strict bad good
65	a last line that is cut off	decode cut
74	no such file	decode good nowhere good
74	a folder in place of a file	decode badmaps
74	output is full	decode good >/dev/full
65	a bad line, then no such file	decode bad nowhere
74	no such file, then a bad line	decode nowhere bad
74	a bad line, and output is full	decode bad good >/dev/full
75	a signal, and input does not end	stopped listens decode
78	a model without a map	decode --model XY9
0	a bad map that no station needs	decode --maps badmaps
78	a bad map that a station needs	decode --maps badmaps good
78	no folder of maps	decode --maps nowhere
EOF
}

@test "db-insert" {
    rows <<'EOF'
0	all records are in the database	insert <<<"$RECORD"
0	no input	insert
0	nothing to drain	insert --drain
0	--help	insert --help
0	--version	insert --version
64	an option that is none	insert --nonsense
64	a number that is none	insert --timeout=soon
64	a drain of files	insert --drain good
65	a bad record	insert bad
65	a bad record among others	insert <<<"$RECORD"$'\nbad\n'"$RECORD"
69	no server, and nothing to insert	insert --socket=nowhere --timeout=1
69	no server, and nothing to drain	insert --socket=nowhere --timeout=1 --drain
74	no such file	insert nowhere
74	a bad record, then no such file	insert bad nowhere
74	no such file, then a bad record	insert nowhere bad
65	a line that is too long, then no such file	insert long nowhere
74	no such file, then a line that is too long	insert nowhere long
74	no terminal to ask for a password	setsid -w db-insert --no-defaults --password
74	the spool cannot be written	insert --spool=/proc/spool
75	a record is in the spool	insert --socket=nowhere --timeout=1 <<<"$RECORD"
75	a bad record, and another in the spool	insert --socket=nowhere --timeout=1 <<<"$RECORD"$'\nbad'
75	a signal, and input does not end	stopped listens insert
77	a wrong password	insert --user=other --password=wrong
77	no right on the database	insert --user=other --password=secret
78	a bad option file	db-insert --defaults-file=bad.cnf
78	no option file	db-insert --defaults-file=nowhere
78	a database that does not exist	insert --database=nowhere
78	tables of a newer version	insert --database=newer
78	TLS is asked for, and there is none	insert --ssl
EOF
}
