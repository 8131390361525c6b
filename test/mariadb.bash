# A private MariaDB server for tests and for the demonstration: its own data
# directory and socket, no network, nothing left behind.
#
#   mariadb_start DIR [OPTION...]   makes DIR/data if it is missing, starts
#                                   mariadbd, waits until it answers
#   mariadb_stop DIR                ends it in good order and waits for that
#   mariadb_kill DIR                ends it at once, as a power cut would
#   mariadb_query [OPTION...] SQL   asks the server started last (or that of
#                                   MARIADB_SOCKET) as root; columns by tabs,
#                                   no heading
#
# The socket is DIR/sock: a path of at most 107 bytes. All functions return
# 0, or 1 with the reason on standard error. Any number of servers run side
# by side, started by root or by anybody else.

. "$(dirname "${BASH_SOURCE[0]}")/process.bash"

# Seconds that a start or a stop may take on a slow board.
MARIADB_PATIENCE=60

# Debian keeps the server where only root's PATH looks.
mariadb_program() {
    PATH="$PATH:/usr/sbin:/usr/libexec" command -v "$1"
}

# Runs the rest until it succeeds; MARIADB_PATIENCE seconds at most.
mariadb_wait() {
    local deadline=$((SECONDS + MARIADB_PATIENCE))

    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}

mariadb_alive() {
    has_ended "$1" ||
        mariadb --no-defaults --skip-ssl --socket="$2" --user=root --execute='DO 1'
}

mariadb_install() {
    local dir=$1

    # Two servers with one TMPDIR remove each other's temporary tables.
    TMPDIR=$dir mariadb-install-db --no-defaults --datadir="$dir/data" \
        --auth-root-authentication-method=normal --skip-test-db \
        --force --skip-name-resolve --user="$(id -un)" >"$dir/install.log" 2>&1 ||
        { cat "$dir/install.log" >&2; return 1; }
}

mariadb_start() {
    local dir=$1 pid
    shift

    mkdir -p "$dir" || return 1
    [ -d "$dir/data/mysql" ] || mariadb_install "$dir" || return 1
    # The caller's pipes (bats has one at 3) would never end if the server had
    # them too.
    "$(mariadb_program mariadbd)" --no-defaults --datadir="$dir/data" \
        --socket="$dir/sock" --pid-file="$dir/mariadbd.pid" \
        --skip-networking --user="$(id -un)" --tmpdir="$dir" \
        --innodb-buffer-pool-size=64M --innodb-log-file-size=32M \
        --skip-log-bin \
        "$@" </dev/null >>"$dir/server.log" 2>&1 \
        3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    pid=$!
    disown "$pid"
    echo "$pid" >"$dir/pid"
    MARIADB_SOCKET=$dir/sock
    export MARIADB_SOCKET
    mariadb_wait mariadb_alive "$pid" "$dir/sock" && ! has_ended "$pid" &&
        return 0
    echo "mariadbd did not start:" >&2
    tail -n 20 "$dir/server.log" >&2
    mariadb_kill "$dir"
    return 1
}

# mariadb_end DIR SIGNAL
mariadb_end() {
    local pid

    [ -s "$1/pid" ] || return 0
    pid=$(cat "$1/pid")
    kill -"$2" "$pid" 2>/dev/null || :
    if ! mariadb_wait has_ended "$pid"; then
        echo "mariadbd did not end within $MARIADB_PATIENCE s" >&2
        kill -KILL "$pid"
        return 1
    fi
    rm -f "$1/pid" "$1/sock"
}

mariadb_stop() {
    mariadb_end "$1" TERM
}

mariadb_kill() {
    mariadb_end "$1" KILL
}

mariadb_query() {
    local options=()

    while [ $# -gt 1 ]; do
        options+=("$1")
        shift
    done
    mariadb --no-defaults --skip-ssl --socket="$MARIADB_SOCKET" --user=root \
        --default-character-set=utf8mb4 --batch --skip-column-names \
        "${options[@]}" --execute="$1"
}
