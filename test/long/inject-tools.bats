#!/usr/bin/env bats
# bt-decode, bt-poll, bt-discover and bt-scan and a system that fails: each call of
# a short run, one at a time.

load ../common
load ../inject-tools

MOST=100000

setup() {
    inject_setup
}

@test "a call of bt-decode fails" {
    each_fails decode_fails
}

@test "a call of bt-poll fails" {
    each_fails poll_fails
}

@test "a call of bt-discover fails" {
    each_fails discover_fails
}

@test "a call of bt-scan fails" {
    each_fails scan_fails
}
