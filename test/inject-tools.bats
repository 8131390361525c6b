#!/usr/bin/env bats
# The other four tools and a system that fails: some calls of each kind;
# test/long has them all.

load common
load inject-tools

MOST=3

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
