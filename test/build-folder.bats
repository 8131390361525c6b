#!/usr/bin/env bats
# Programs that run from the build folder of a source tree find its maps:
# after --maps and $BT_MAPS, before those that are installed.

bats_require_minimum_version 1.5.0

load common

# A tree with one map, bad in its first line, so that each program names it.
setup() {
    cd "$BATS_TEST_TMPDIR"
    unset BT_MAPS
    mkdir -p tree/build/sanitize tree/lib/maps tree/bin
    chmod go-w tree/lib/maps tree/lib
    : >tree/Makefile
    echo bad >tree/lib/maps/X1.map
    cp "$build"/bt-decode "$build"/bt-poll "$build"/bt-scan \
        "$build"/bt-discover tree/build
}

# finds PROGRAM [ARGUMENT...]: it reads the map of the tree; bt-decode does when
# a station needs it.
finds() {
    run -78 "$@" <<<"- - X15 $(read_request 43 1) $(read_answer 78)"
    assert_output --partial "$BATS_TEST_TMPDIR/tree/lib/maps/X1.map:1: "
}

# passes_over PROGRAM: it does not, but looks for those that are installed.
passes_over() {
    run -78 "$@" --fields NONE
    refute_output --partial tree/lib
    assert_output --partial "$(cat "$build/datadir")/maps"
}

@test "each program finds the maps of its tree, wherever it runs" {
    finds tree/build/bt-decode
    finds tree/build/bt-poll -1 unix:none
    finds tree/build/bt-discover unix:none
    printf '%s\n' 'adapter 0 0201' 'start 0' >script
    finds env HCI_SCRIPT=script HCI_LOG=log LD_PRELOAD="$build/hci.so" \
        ASAN_OPTIONS=verify_asan_link_order=0 tree/build/bt-scan
    cd /
    finds "$BATS_TEST_TMPDIR/tree/build/bt-decode"
}

@test "a link to the program, and other build folders" {
    ln -s tree/build/bt-decode link
    finds ./link
    cp "$build/bt-decode" tree/build/sanitize
    finds tree/build/sanitize/bt-decode
    mv tree/build tree/build-arm
    finds tree/build-arm/bt-decode
}

@test "--maps and BT_MAPS come first" {
    mkdir mine yours
    run -78 env BT_MAPS=mine tree/build/bt-decode --maps yours </dev/null
    assert_output 'bt-decode: yours: has no *.map files'
    run -78 env BT_MAPS=mine tree/build/bt-decode </dev/null
    assert_output 'bt-decode: mine: has no *.map files'
    BT_MAPS='' finds tree/build/bt-decode
}

@test "a map elsewhere includes files of the tree" {
    echo bad >tree/lib/maps/y.part
    echo 'include y.part' >X2.map
    run -78 tree/build/bt-decode --check-map X2.map
    assert_line --partial "$BATS_TEST_TMPDIR/tree/lib/maps/y.part:1: "
}

@test "what is no build folder of a tree" {
    cp tree/build/bt-decode .
    passes_over ./bt-decode
    cp tree/build/bt-decode tree/bin
    passes_over tree/bin/bt-decode
    cp tree/build/bt-decode tree
    passes_over tree/bt-decode
    mkdir -p tree/build/a/b
    cp tree/build/bt-decode tree/build/a/b
    passes_over tree/build/a/b/bt-decode
    rm tree/Makefile
    passes_over tree/build/bt-decode
    mkdir tree/Makefile
    passes_over tree/build/bt-decode
}

# As in /tmp, where another user can put a lib beside our build folder.
@test "a tree that others can change, or that is not the program's" {
    chmod o+w tree/lib/maps
    passes_over tree/build/bt-decode
    chmod o-w tree/lib/maps
    chmod o+w tree/lib
    passes_over tree/build/bt-decode
    chmod o-w tree/lib
    chmod o+w tree/Makefile
    passes_over tree/build/bt-decode
    chmod o-w tree/Makefile
    finds tree/build/bt-decode
    mv tree/lib/maps theirs
    ln -s "$PWD/theirs" tree/lib/maps
    passes_over tree/build/bt-decode
}

# bats test_tags=root
@test "a tree of another user" {
    [ "$(id -u)" = 0 ] || skip "needs root, to give files to another user"
    for part in Makefile lib lib/maps; do
        chown 65534 "tree/$part"
        passes_over tree/build/bt-decode
        chown 0 "tree/$part"
    done
    finds tree/build/bt-decode
}

# A program that any user can start with rights of another.
# bats test_tags=root
@test "a program with raised rights looks at no tree" {
    local group
    ! findmnt -no OPTIONS -T . | grep -qw nosuid || skip "no rights are raised here"
    ! grep -q '^NoNewPrivs:.*1' /proc/self/status || skip "no rights are raised"
    if [ "$(id -u)" = 0 ]; then
        group=65534
    else
        group=$(id -G | tr ' ' '\n' | { grep -vx "$(id -g)" || :; } | head -n 1)
    fi
    [ -n "$group" ] || skip "needs root, as this user has one group only"
    chgrp "$group" tree/build/bt-decode
    finds tree/build/bt-decode
    chmod g+s tree/build/bt-decode
    passes_over tree/build/bt-decode
    mkdir mine
    BT_MAPS=mine passes_over tree/build/bt-decode
    refute_output --partial mine
}
