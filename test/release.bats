#!/usr/bin/env bats
# A version is the same wherever it is written, and its tag is too.

load common

setup() {
    cd "$top"
    version=$(sed -n 's/^VERSION = //p' Makefile)
}

@test "the version is a number of three parts, in all places the same" {
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
    run sed -n '/^## /{p;q}' CHANGELOG.md
    assert_output --regexp "^## $version, (not released|[0-9]{4}-[0-9]{2}-[0-9]{2})\$"
    run sed -n 1p lib/package/changelog
    assert_output --regexp "^bluetti-tools \($version\) "
    run bt-poll --version
    assert_output "bt-poll (bluetti-tools) $version"
}

@test "a commit with a tag has its version, and the day of its release" {
    local tag

    tag=$(git describe --tags --exact-match --match 'v*' 2>/dev/null) ||
        return 0
    assert_equal "$tag" "v$version"
    run sed -n '/^## /{p;q}' CHANGELOG.md
    refute_output --partial 'not released'
}
