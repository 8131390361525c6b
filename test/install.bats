#!/usr/bin/env bats
# make install: what is installed works without the tree it came from.

load common

TOOLS="bt-poll bt-decode db-insert bt-scan bt-discover"

# Another PREFIX changes what is built: a copy is enough for that.
setup() {
    mkdir "$BATS_TEST_TMPDIR/build"
    cp -a "$build"/obj "$build"/lib.a "$build"/datadir "$BATS_TEST_TMPDIR/build"
    (cd "$build" && cp -a $TOOLS "$BATS_TEST_TMPDIR/build")
}

make_here() {
    make -s -C "$top" BUILD="$BATS_TEST_TMPDIR/build" "$@"
}

@test "install, use, uninstall" {
    local prefix=$BATS_TEST_TMPDIR/prefix tool
    make_here PREFIX="$prefix" install
    unset BT_MAPS
    cd /
    run "$prefix/bin/bt-decode" <<<"- - AC3001 $(read_request 36 1) $(read_answer 752)"
    assert_output '{"name":"AC3001","model":"AC300","dc_input_power":752}'
    for tool in $TOOLS; do
        "$prefix/bin/$tool" --version
        [ -e "$prefix/share/man/man1/$tool.1" ]
    done
    [ -e "$prefix/share/man/man5/bt-map.5" ]
    [ -e "$prefix/share/bluetti-tools/views.sql" ]
    [ -e "$prefix/share/bluetti-tools/grafana.json" ]
    for tool in home-assistant classic-records draw; do
        "$prefix/libexec/bluetti-tools/$tool" --help
    done
    make_here PREFIX="$prefix" uninstall
    # Settings stay: they may hold somebody's work.
    run find "$prefix" -type f -printf '%P\n'
    assert_success
    assert_equal "$(sort <<<"$output")" "etc/bluetti/bluetti.conf
etc/bluetti/database.cnf
etc/logrotate.d/bluetti"
}

@test "install keeps settings that are there" {
    local prefix=$BATS_TEST_TMPDIR/prefix
    mkdir -p "$prefix/etc/bluetti"
    echo 'STATIONS=mine' >"$prefix/etc/bluetti/bluetti.conf"
    make_here PREFIX="$prefix" install
    assert_equal "$(cat "$prefix/etc/bluetti/bluetti.conf")" STATIONS=mine
    assert_equal "$(stat -c %a "$prefix/etc/bluetti/database.cnf")" 600
}

@test "what is installed names the place where it is" {
    make_here PREFIX=/opt/x DESTDIR="$BATS_TEST_TMPDIR/root" install
    cd "$BATS_TEST_TMPDIR/root/opt/x"
    run grep -rI /usr/local .
    assert_failure
    run grep -rhoE '/opt/x/(share/bluetti-tools|libexec|etc/bluetti)/[a-z./-]+' \
        share/man lib libexec etc
    assert_success
    for file in $(sort -u <<<"$output"); do
        [[ $file = */maps/ || -e $BATS_TEST_TMPDIR/root/$file ]] || fail "no $file"
    done
    make_here PREFIX=/usr DESTDIR="$BATS_TEST_TMPDIR/usr" install
    run grep -rI /usr/local "$BATS_TEST_TMPDIR/usr"
    assert_failure
    [ -e "$BATS_TEST_TMPDIR/usr/etc/bluetti/bluetti.conf" ]
}

# complete WORD...: what bash offers for the last word.
complete_words() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _bluetti_tools "$1" "${@: -1}" "${@: -2:1}"
    printf '%s\n' "${COMPREPLY[@]}"
}

@test "bash completes each option that --help lists, and what it takes" {
    . "$top/lib/package/bluetti-tools.bash"
    for tool in $TOOLS; do
        run complete_words "$tool" --
        assert_equal "$(sed 's/=$//' <<<"$output")" \
            "$("$tool" --help | grep -oE '^  (-., |    )--[a-z-]+' | sed 's/.*--/--/')"
    done
    assert_equal "$(complete_words bt-poll --model = Char)" 'Charger 2'
    assert_equal "$(complete_words bt-poll -m AC30)" AC300
    assert_equal "$(complete_words db-insert --pass)" --password
    cd "$BATS_TEST_TMPDIR"
    mkdir folder
    touch folder.log
    assert_equal "$(complete_words bt-decode --maps = fol)" folder
    assert_equal "$(complete_words bt-decode --maps=x fol | sort)" 'folder
folder.log'
}

@test "zsh completes each option that --help lists, and what it takes" {
    command -v zsh || skip "zsh is not installed"
    zsh_completes() { timeout 60 zsh -f "$here/complete.zsh" "$top/lib/package" "$@"; }
    for tool in $TOOLS; do
        run zsh_completes "$tool --"
        assert_success
        assert_equal "$(grep -oE '^--[a-z-]+' <<<"$output" | sort)" \
            "$("$tool" --help | grep -oE '^  (-., |    )--[a-z-]+' | sed 's/.*--/--/' | sort)"
    done
    cd "$BATS_TEST_TMPDIR"
    mkdir folder
    touch folder.log
    run zsh_completes 'bt-poll --inter' 'bt-poll --model=Char' 'bt-decode --maps=fol' \
        'bt-decode folder.l'
    assert_success
    assert_equal "$(grep -oE '<.*>' <<<"$output")" '<bt-poll --interval=>
<bt-poll --model=Charger\ 2 >
<bt-decode --maps=folder/>
<bt-decode folder.log >'
}

@test "install honours DESTDIR" {
    make_here PREFIX=/usr DESTDIR="$BATS_TEST_TMPDIR/root" install
    [ -x "$BATS_TEST_TMPDIR/root/usr/bin/db-insert" ]
    [ -e "$BATS_TEST_TMPDIR/root/usr/share/bluetti-tools/maps/AC300.map" ]
}

# fake NAME: a program of that name, found first, that does what is read.
fake() {
    { echo '#!/bin/sh'; cat; } >"$BATS_TEST_TMPDIR/$1"
    chmod +x "$BATS_TEST_TMPDIR/$1"
    PATH=$BATS_TEST_TMPDIR:$PATH
}

@test "make names the packages that it lacks, and how to install them" {
    cd "$top"
    fake pkg-config <<<'exit 1'
    fake dpkg-query <<<'echo gcc installed; echo pkg-config installed'
    run env -u MAKEFLAGS -u MAKELEVEL make BUILD="$BATS_TEST_TMPDIR/none"
    assert_failure
    assert_line 'These packages are missing: libc6-dev libbluetooth-dev libmariadb-dev libjansson-dev libssl-dev'
    assert_line --regexp '^To install them: (sudo )?apt-get install libc6-dev libbluetooth-dev'
    refute_line --partial CC
}

@test "make prints a line a file; V=1 shows the command" {
    cd "$top"
    run env -u MAKEFLAGS -u MAKELEVEL make BUILD="$BATS_TEST_TMPDIR/quiet" "$BATS_TEST_TMPDIR/quiet/obj/lib/base/hex.o"
    assert_success
    assert_output "  CC   $BATS_TEST_TMPDIR/quiet/obj/lib/base/hex.o"
    run env -u MAKEFLAGS -u MAKELEVEL make V=1 BUILD="$BATS_TEST_TMPDIR/v" "$BATS_TEST_TMPDIR/v/obj/lib/base/hex.o"
    assert_output --partial ' -c -o '
    run env -u MAKEFLAGS -u MAKELEVEL make help
    assert_line --regexp '^make check '
}
