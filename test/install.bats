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
    make_here PREFIX="$prefix" uninstall
    [ -z "$(find "$prefix" -type f)" ]
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
