# Three nodes of a Galera cluster for tests: private MariaDB servers on
# 127.0.0.1, 127.0.0.2 and 127.0.0.3, with the same free ports on each.
#
#   galera_start DIR     makes and starts all three; sets GALERA to DIR and
#                        GALERA_PORT to the port for SQL
#   galera_end           ends them all at once
#   galera_node N        starts node N again, waits until it can be asked
#   galera_stop N        ends it in good order
#   galera_kill N        ends it at once
#   galera_pause N, galera_continue N
#   galera_cut N         cuts its lines to the others: both sides notice after
#                        some seconds, and what is left alone is not primary
#   galera_mend N        joins them again
#   galera_query N [OPTION...] SQL
#   galera_is_ready N [SIZE]    whether it takes queries, in a cluster of SIZE (3)
#
# N is 1, 2 or 3. All return 0, or 1 with the reason on standard error. Several
# clusters run side by side, started by root or by anybody else.
#
# A node that comes back gets what it lacks from the memory of another (IST).
# Copies of the whole data directory (SST) are never needed, since all begin
# with the same one: so are none of the packages that make them.

. "$(dirname "${BASH_SOURCE[0]}")/mariadb.bash"

# Debian's and Ubuntu's place.
GALERA_LIBRARY=/usr/lib/galera/libgalera_smm.so

# Seconds until a silent node is thought lost: 5 if nothing else is said.
GALERA_SUSPECT=3

# Options of node N, one a line.
galera_options() {
    local address=127.0.0.$1 group=$((GALERA_PORT + 1))

    printf '%s\n' --skip-networking=0 --bind-address="$address" \
        --port="$GALERA_PORT" --skip-ssl --skip-name-resolve \
        --binlog-format=ROW --innodb-autoinc-lock-mode=2 \
        --wsrep-on=ON --wsrep-provider="$GALERA_LIBRARY" \
        --wsrep-cluster-name="$GALERA_NAME" \
        --wsrep-node-name="$1" --wsrep-node-address="$address" \
        --wsrep-sst-method=known --wsrep-cluster-address="gcomm://$(
            printf '127.0.0.%d:%d,' 1 $group 2 $group 3 $group)" \
        --wsrep-provider-options="$(printf '%s;' \
            gmcast.listen_addr="tcp://$address:$group" \
            base_port=$group ist.recv_addr="$address:$((group + 1))" \
            gcache.size=64M evs.keepalive_period=PT0.5S \
            evs.inactive_check_period=PT0.5S \
            evs.suspect_timeout=PT${GALERA_SUSPECT}S \
            evs.inactive_timeout=PT$((2 * GALERA_SUSPECT))S)"
}

# The script that a server runs to have a node's state sent. Here the state is
# known: the node has it, and IST brings what came since.
galera_write_script() {
    mkdir -p "$GALERA/bin"
    cat >"$GALERA/bin/wsrep_sst_known" <<'END'
#!/bin/sh
bypass=
while [ $# -gt 0 ]; do
    case $1 in
    --role) role=$2 ;;
    --address) address=$2 ;;
    --gtid) position=$2 ;;
    --parent) parent=$2 ;;
    --bypass) bypass=yes ;;
    esac
    shift
done
address=${address%%[:/]*}
told=$(dirname "$0")/../${address##*.}/position
if [ "$role" = joiner ]; then
    rm -f "$told"
    echo "ready $address/known"
    until [ -s "$told" ]; do
        kill -0 "$parent" || exit
        sleep 0.05
    done
    cat "$told"
elif [ -n "$bypass" ]; then
    echo "$position" >"$told.new"
    mv "$told.new" "$told"
    echo "done $position"
else
    echo "the node would need a copy of all data" >&2
    exit 1
fi
END
    chmod +x "$GALERA/bin/wsrep_sst_known"
}

# Whether nobody listens on the ports of any node.
galera_is_free() {
    local n port

    for n in 1 2 3; do
        for port in "$1" $(($1 + 1)) $(($1 + 2)); do
            ! (exec 3<>"/dev/tcp/127.0.0.$n/$port") 2>/dev/null || return 1
        done
    done
}

# Below the ports that the kernel gives away by itself.
galera_choose_port() {
    until GALERA_PORT=$((10000 + RANDOM % 5000 * 4)) &&
        galera_is_free "$GALERA_PORT"; do :; done
    # Who should meet another cluster all the same does not join it.
    GALERA_NAME=test-$GALERA_PORT-$$
    export GALERA_PORT GALERA_NAME
}

# galera_launch N [OPTION...]
galera_launch() {
    local n=$1 options
    shift

    mapfile -t options < <(galera_options "$n")
    PATH=$GALERA/bin:$PATH mariadb_start "$GALERA/$n" "${options[@]}" "$@"
}

# Makes the first node, and the others as copies of it, all at one position.
galera_make() {
    galera_launch 1 --wsrep-new-cluster || return 1
    galera_stop 1 || return 1
    cp -a "$GALERA/1" "$GALERA/2" && cp -a "$GALERA/1" "$GALERA/3"
}

galera_start() {
    local n tries=5

    export GALERA=$1
    mkdir -p "$GALERA" || return 1
    galera_write_script
    # Another run may have chosen the same ports in the same moment.
    until galera_choose_port && galera_make 2>"$GALERA/errors"; do
        if [ $((--tries)) -eq 0 ]; then
            cat "$GALERA/errors" >&2
            return 1
        fi
    done
    galera_launch 1 --wsrep-new-cluster || return 1
    for n in 2 3; do
        galera_launch "$n" || return 1
    done
    mariadb_wait galera_is_ready 1 && mariadb_wait galera_is_ready 2 &&
        mariadb_wait galera_is_ready 3 && return 0
    echo "the nodes did not find each other:" >&2
    tail -n 20 "$GALERA"/?/server.log >&2
    return 1
}

galera_end() {
    local n status=0

    for n in 1 2 3; do
        galera_kill "$n" || status=1
    done
    return "$status"
}

# How far the node has come: after a kill only its tables know.
galera_position() {
    local dir=$GALERA/$1 options

    mapfile -t options < <(galera_options "$1")
    "$(mariadb_program mariadbd)" --no-defaults --datadir="$dir/data" \
        --socket="$dir/sock" --pid-file="$dir/mariadbd.pid" \
        --user="$(id -un)" --tmpdir="$dir" --innodb-log-file-size=32M \
        "${options[@]}" --wsrep-recover </dev/null 2>&1 |
        tee -a "$dir/server.log" |
        sed -n 's/.*WSREP: Recovered position: *//p'
}

# A node that was killed within an ALTER would ask for a copy. But the changes
# of these tests may be made twice: the position is enough.
galera_node() {
    local position

    position=$(galera_position "$1")
    printf '%s\n' '# GALERA saved state' 'version: 2.1' \
        "uuid: ${position%:*}" "seqno: ${position##*:}" \
        'safe_to_bootstrap: 0' >"$GALERA/$1/data/grastate.dat"
    galera_launch "$1"
}

galera_stop() {
    mariadb_stop "$GALERA/$1"
}

galera_kill() {
    mariadb_kill "$GALERA/$1"
}

galera_pause() {
    kill -STOP "$(cat "$GALERA/$1/pid")"
}

galera_continue() {
    kill -CONT "$(cat "$GALERA/$1/pid")"
}

galera_cut() {
    galera_query "$1" "SET GLOBAL wsrep_provider_options='gmcast.isolate=1'"
}

galera_mend() {
    galera_query "$1" "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'"
}

galera_query() {
    local n=$1
    shift

    MARIADB_SOCKET=$GALERA/$n/sock mariadb_query "$@"
}

# galera_status N NAME
galera_status() {
    galera_query "$1" "SELECT VARIABLE_VALUE FROM
        information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = '$2'"
}

galera_is_ready() {
    [ "$(galera_status "$1" wsrep_ready)" = ON ] &&
        [ "$(galera_status "$1" wsrep_local_state_comment)" = Synced ] &&
        [ "$(galera_status "$1" wsrep_cluster_size)" = "${2:-3}" ]
}
