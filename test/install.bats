#!/usr/bin/env bats
# make install: what is installed works without the tree it came from.

load common

@test "install, use, uninstall" {
    local prefix=$BATS_TEST_TMPDIR/prefix
    make -s -C "$top" BUILD="$BATS_TEST_TMPDIR/build" all
    # Another PREFIX than that of the build.
    make -s -C "$top" BUILD="$BATS_TEST_TMPDIR/build" PREFIX="$prefix" install
    unset BT_MAPS
    cd /
    run "$prefix/bin/bt-decode" <<<"- - AC3001 $(read_request 36 1) $(read_answer 752)"
    assert_output '{"name":"AC3001","model":"AC300","dc_input_power":752}'
    for tool in bt-poll bt-decode db-insert; do
        "$prefix/bin/$tool" --version
        [ -e "$prefix/share/man/man1/$tool.1" ]
    done
    [ -e "$prefix/share/man/man5/bt-map.5" ]
    [ -e "$prefix/share/bluetti-tools/views.sql" ]
    make -s -C "$top" PREFIX="$prefix" uninstall
    [ -z "$(find "$prefix" -type f)" ]
}

@test "install honours DESTDIR" {
    make -s -C "$top" BUILD="$BATS_TEST_TMPDIR/build" PREFIX=/usr DESTDIR="$BATS_TEST_TMPDIR/root" install
    [ -x "$BATS_TEST_TMPDIR/root/usr/bin/db-insert" ]
    [ -e "$BATS_TEST_TMPDIR/root/usr/share/bluetti-tools/maps/AC300.map" ]
}
