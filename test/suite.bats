#!/usr/bin/env bats
# test/run: what it says of cases that pass, fail, hang and are skipped.

bats_require_minimum_version 1.5.0

load common

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p test build/unit build/fuzz
    cp "$here/run" "$here/summary.awk" test
    unset T F VALGRIND
    program unit/good 'echo 3 checks'
    program fuzz/good true
}

# program NAME COMMAND: in place of one that was compiled.
program() {
    printf '#!/bin/sh\n%s\n' "$2" >"build/$1"
    chmod +x "build/$1"
}

# cases FILE: its cases are on standard input, with other words for what bats
# would take for cases of this file.
cases() {
    sed 's/^try /@test /; s/^tags /# bats test_tags=/' >"test/$1.bats"
}

@test "each failure and each skip has a reason and a command" {
    cases broken <<'END'
try "well" { true; }
try "wrong (it's so)" { [ 1 = 2 ]; }
try "hangs" { sleep 100; }
try "left out" { skip "no reason"; }
try "for root" { skip "needs root, to be shown"; }
END
    program unit/bad 'echo "x.c:1: not so"; exit 1'
    program unit/none 'echo "not here"; exit 77'
    program unit/slow 'sleep 100'
    CASE_SECONDS=3 run -1 test/run build
    diff - <(sed -n '/^skipped:/,$p' <<<"$output") <<'END'
skipped:
  unit: none
    not here
    make check T=unit F='none'
  broken: left out
    no reason
    make check T=broken F='left out'
  broken: for root
    needs root, to be shown
    sudo make check T=broken F='for root'

failed:
  unit: bad
    status 1
    x.c:1: not so
    make check T=unit F='bad'
  unit: slow
    timeout after 3s
    make check T=unit F='slow'
  broken: wrong (it's so)
    (in test file test/broken.bats, line 2)
      `@test "wrong (it's so)" { [ 1 = 2 ]; }' failed
    make check T=broken F='wrong .*it.*s so.*'
  broken: hangs
    timeout after 3s
    (in test file test/broken.bats, line 3)
      `@test "hangs" { sleep 100; }' failed due to timeout
    Terminated
    make check T=broken F='hangs'

3 passed, 4 failed, 3 skipped
END
}

@test "a file that hangs outside its cases, breaks, or dies is a failure" {
    cases a <<'END'
setup_file() { sleep 100; }
try "one" { true; }
END
    cases b <<'END'
setup_file() { false; }
try "one" { true; }
try "two" { true; }
END
    cases c <<'END'
try "dies" { kill -KILL $PPID $$; }
try "two" { true; }
END
    CASE_SECONDS=2 run -1 test/run build
    assert_line '  a: (the file)'
    assert_line '    0 of 1 cases have a result; stopped by the time limit'
    assert_line '  b: setup_file failed'
    assert_line '  c: dies'
    assert_line --index -1 '2 passed, 3 failed, 0 skipped'
}

@test "T and F choose files and cases" {
    cases a <<'END'
try "one" { true; }
try "one and two" { true; }
END
    cases b <<'END'
try "one" { true; }
tags root
try "for root" { true; }
END
    program unit/one true
    program unit/one-root true
    # bats may overlook the end of a case that takes no time, until its limit.
    export CASE_SECONDS=5
    T=a run -0 test/run build
    assert_line --index -1 '2 passed, 0 failed, 0 skipped'
    T=a F=two run -0 test/run build
    assert_line --index -1 '1 passed, 0 failed, 0 skipped'
    T='a unit' F=one run -0 test/run build
    assert_line --index -1 '2 passed, 0 failed, 0 skipped'
    run -0 test/run build root
    assert_line --index -1 '2 passed, 0 failed, 0 skipped'
    F=nothing run -1 test/run build
    assert_line --index -1 '0 passed, 0 failed, 0 skipped'
    T=nothing run -64 test/run build
}
