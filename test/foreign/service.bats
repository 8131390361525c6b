#!/usr/bin/env bats
# The Debian package in a clean system with a systemd of its own, and the
# service there: each program killed and stopped, the station off and silent,
# the database restarted. Root alone can do this: sudo make check-service.

bats_require_minimum_version 1.5.0

load ../common

# --- the machine --------------------------------------------------------------

# inside COMMAND...
inside() {
    nsenter --target "$(cat "$BATS_FILE_TMPDIR/init")" --mount --uts --ipc \
        --net --pid --cgroup env -u BT_MAPS -u XDG_STATE_HOME "$@"
}

is_up() {
    pgrep -P "$(cat "$BATS_FILE_TMPDIR/nspawn")" >"$BATS_FILE_TMPDIR/init" &&
        inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'
}

boot() {
    # This bats must not be waited for, and the kernel may be asked for the
    # state of its clock.
    setsid systemd-nspawn --quiet --directory="$root" --register=no --keep-unit \
        --private-network --boot --console=pipe \
        --system-call-filter='adjtimex clock_adjtime' </dev/null \
        >"$BATS_FILE_TMPDIR/console" 2>&1 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/nspawn"
    wait_for 60 is_up
}

setup_file() {
    export root=$BATS_FILE_TMPDIR/root
    [ "$(id -u)" -eq 0 ]
    chmod 755 "$BATS_FILE_TMPDIR"
    debootstrap --variant=minbase \
        --include=systemd-sysv,mariadb-server,libjansson4,libmariadb3,libcap2-bin,cron,logrotate,procps \
        "$(. /etc/os-release; echo "$VERSION_CODENAME")" "$root" >"$BATS_FILE_TMPDIR/log" 2>&1 || { tail "$BATS_FILE_TMPDIR/log"; return 1; }
    cp "$build"/deb/bluetti-tools_*.deb "$build/bt-sim" "$here/data/AC300.image" "$root/opt"
    boot
    inside mariadb -e "CREATE DATABASE bluetti; CREATE DATABASE again; CREATE DATABASE cron;
        CREATE USER bluetti@localhost IDENTIFIED BY 'secret';
        GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON *.* TO bluetti@localhost"
    station station
    cron_lines
}

# The crontab of README for an ordinary user, a minute each.
cron_lines() {
    station other
    inside useradd --create-home newcomer
    sed -n '/^    PATH=/,/^    .* bt-poll -1/p' "$top/README.md" |
        sed 's|^ *||; s|^\*/5|*|; s|00:11:22:33:44:55|unix:/run/stations/other|' \
            >"$root/home/newcomer/lines"
    printf '[db-insert]\nuser = bluetti\npassword = secret\ndatabase = cron\n' \
        >"$root/home/newcomer/.my.cnf"
    inside chown newcomer /home/newcomer/.my.cnf
    inside crontab -u newcomer /home/newcomer/lines
}

teardown_file() {
    inside systemctl poweroff || :
    wait_for 20 has_ended "$(cat "$BATS_FILE_TMPDIR/nspawn")" ||
        kill "$(cat "$BATS_FILE_TMPDIR/nspawn")"
}

teardown() {
    inside journalctl --no-pager --since=-1min -u bluetti | tail -n 30
}

# station NAME: one more of these, whose socket everybody may use.
station() {
    inside mkdir -p /run/stations
    inside systemd-run --quiet --unit="$1" --property=UMask=0 \
        /opt/bt-sim --image /opt/AC300.image "/run/stations/$1"
}

# set_up NAME VALUE: a line of the settings.
set_up() {
    sed -i "s|^$1=.*|$1=$2|" "$root/etc/bluetti/bluetti.conf"
}

# --- what is seen of the service ------------------------------------------------

query() {
    inside mariadb --batch --skip-column-names "${2:-bluetti}" -e "$1" 2>/dev/null
}

rows() {
    query 'SELECT COUNT(*) FROM sample' "$@" 2>/dev/null || echo 0
}

has_more_rows() {
    [ "$(rows)" -gt "$1" ]
}

# rows_come: new ones, from now on.
rows_come() {
    local before
    before=$(rows)
    wait_for 20 has_more_rows "$before"
}

show() {
    inside systemctl show --property="$1" --value bluetti
}

has_restarted() {
    [ "$(show NRestarts)" -gt "$1" ] && [ "$(show SubState)" = running ]
}

# hit SIGNAL PROGRAM: the pipe comes down, and up again.
hit() {
    local before
    before=$(show NRestarts)
    echo "# $*"
    # Not one of cron's.
    inside pkill "-$1" --uid "$(inside stat -c %u "/proc/$(show MainPID)")" \
        --oldest --exact "$2"
    wait_for 30 has_restarted "$before"
}

has_failed() {
    [ "$(show ActiveState)" = failed ]
}

# fails_with STATUS REASON: at once, and nothing is tried again.
fails_with() {
    inside systemctl reset-failed bluetti || :
    inside timeout 20 systemctl restart bluetti || :
    wait_for 20 has_failed
    assert_equal "$(show ExecMainStatus)" "$1"
    inside journalctl --no-pager -t bluetti -n 5 | grep -F "$2"
}

# --- the cases, in this order ----------------------------------------------------

@test "the package is installed: bt-scan may scan, the service is off" {
    inside find / -xdev -not -path '/proc/*' | sort >"$BATS_FILE_TMPDIR/before"
    inside sh -c 'dpkg --install /opt/bluetti-tools_*.deb'
    inside getcap /usr/bin/bt-scan | grep -F cap_net_admin=ep
    assert_equal "$(inside stat -c '%a %U' /etc/bluetti/database.cnf)" '600 root'
    run inside systemctl is-enabled bluetti
    assert_output disabled
    # Everything faster, and what bt-poll asks the kernel for.
    mkdir "$root/etc/systemd/system/bluetti.service.d"
    cat >"$root/etc/systemd/system/bluetti.service.d/test.conf" <<'END'
[Service]
WatchdogSec=4
RestartSec=200ms
TimeoutStopSec=3
END
    inside systemctl daemon-reload
}

@test "a mistake that no restart mends shows as failed, with its reason" {
    fails_with 78 'set STATIONS in /etc/bluetti/bluetti.conf'
    set_up STATIONS nonsense
    fails_with 64 'bt-poll: nonsense: not an address'
    set_up STATIONS unix:/run/stations/station
    fails_with 77 'db-insert: Access denied'
    set_up RECORD yes
    fails_with 77 'db-insert: Access denied'
    sed -i 's/^#password/password/' "$root/etc/bluetti/database.cnf"
    set_up DATABASE nowhere
    fails_with 78 'an administrator must run: CREATE DATABASE'
    set_up DATABASE bluetti
    set_up INTERVAL 1
}

@test "started: rows come, and each line of the journal names its program" {
    inside systemctl reset-failed bluetti
    inside systemctl enable --now bluetti
    assert_equal "$(show ActiveState)" active
    rows_come
    inside pkill -USR1 --exact 'bt-poll|bt-decode|db-insert'
    for tool in bt-poll bt-decode db-insert; do
        said() { inside journalctl --no-pager -o cat -t bluetti | grep -q "^$tool: "; }
        wait_for 10 said
    done
}

@test "systemd-analyze security: 2.0 or less" {
    run inside systemd-analyze security --no-pager bluetti
    assert_line --regexp 'Overall exposure level for bluetti.service: [01]\.|level .*: 2\.0 '
}

@test "bt-poll may ask the kernel whether the clock is set" {
    [ "$(uname -m)" = x86_64 ] || skip "the numbers of system calls are those of x86-64"
    # adjtimex, clock_adjtime: asked, not set.
    cat >"$root/usr/local/bin/ask-clock" <<'END'
#!/usr/bin/perl
my $ask = "\0" x 208;
die "$!" if syscall(159, $ask) < 0 || syscall(305, 0, $ask) < 0;
END
    chmod 755 "$root/usr/local/bin/ask-clock"
    sed '/^ExecStart=/s|=.*|=/usr/local/bin/ask-clock|; s/^Type=.*/Type=oneshot/
        /^Restart=/d; /^Watchdog/d' "$root/usr/lib/systemd/system/bluetti.service" \
        >"$root/etc/systemd/system/ask-clock.service"
    inside systemctl daemon-reload
    inside systemctl start ask-clock
}

@test "whatever dies or hangs, with the station on: down and up again" {
    for program in bt-poll tee bt-decode db-insert; do
        hit KILL "$program"
        rows_come
        hit STOP "$program"
        rows_come
    done
    hit KILL bluetti-service
    hit TERM bt-poll
    rows_come
}

@test "whatever dies or hangs, with the station off: down and up again" {
    inside systemctl stop station
    for program in bt-poll tee bt-decode db-insert; do
        hit KILL "$program"
        hit STOP "$program"
    done
    hit KILL bluetti-service
    station station
    rows_come
}

@test "a shell that hangs: rows keep coming, and it is noticed when the pipe has ended" {
    inside pkill -STOP --exact bluetti-service
    rows_come
    hit KILL bt-decode
    rows_come
}

@test "neither a silent station nor a restart of the database is an error" {
    local before
    before=$(show NRestarts)
    inside systemctl kill --signal=STOP station
    inside systemctl stop mariadb
    # Three times the watchdog's time.
    sleep 12
    inside systemctl start mariadb
    inside systemctl kill --signal=CONT station
    rows_come
    assert_equal "$(show NRestarts)" "$before"
}

@test "logrotate: the service writes to a new file, and nothing is lost" {
    local last
    inside logrotate --force /etc/logrotate.d/bluetti
    rows_come
    last=$(inside sh -c 'zcat /var/log/bluetti/frames.log-*.gz' | tail -n 1)
    # A poll that ended before the next file began.
    [[ $last = *' end' || -z $last ]]
    inside test -s /var/log/bluetti/frames.log
}

@test "what was recorded gives the rows that there are" {
    local database
    inside systemctl stop bluetti
    assert_equal "$(show Result)" success
    for database in bluetti again; do
        inside sh -c 'cd /var/log/bluetti; zcat -f $(ls -tr frames.log*) |
            bt-decode | db-insert --defaults-extra-file=/etc/bluetti/database.cnf \
                --spool=/tmp/spool --database="$0"' "$database"
        query "SELECT * FROM sample ORDER BY device_id, time;
            SELECT * FROM pack_sample ORDER BY device_id, pack, time" "$database" \
            >"$BATS_TEST_TMPDIR/$database"
        [ "$database" = again ] || echo "# rows: $(rows)"
    done
    cmp "$BATS_TEST_TMPDIR/bluetti" "$BATS_TEST_TMPDIR/again"
    [ "$(rows)" -gt 20 ]
}

@test "the crontab of README keeps a row, as cron runs it" {
    cron_rows() { [ "$(rows cron)" -gt 0 ]; }
    wait_for 70 cron_rows
    inside crontab -r -u newcomer
}

@test "purged: only data stay" {
    inside systemctl start bluetti
    inside dpkg --purge bluetti-tools
    run inside systemctl is-active bluetti
    assert_output inactive
    inside find / -xdev -not -path '/proc/*' | sort >"$BATS_FILE_TMPDIR/after"
    run comm -13 "$BATS_FILE_TMPDIR/before" "$BATS_FILE_TMPDIR/after"
    assert_success
    run grep -E 'bluetti|bt-|db-insert' <<<"$output"
    refute_line --regexp '^/(usr|etc/(bluetti|logrotate|systemd/system/(multi|bluetti.service$)))'
    assert_line --regexp '^/var/log/private/bluetti/frames.log'
}
