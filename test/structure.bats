#!/usr/bin/env bats
# The structure of the sources: which folder may include which, and what a
# header may be called.

load common

# Lowest first. Each folder of lib/ may include itself and those before it.
floors='base ble modbus model station cli'

headers() {
    find lib bt-poll bt-decode bt-scan bt-discover db-insert test \
        -name '*.h' -printf '%f\n' | sort
}

@test "each folder of lib is on a floor" {
    run find lib -mindepth 2 -name '*.c' -printf '%h\n'
    assert_success
    for folder in $(sort -u <<<"$output"); do
        [[ " $floors " = *" ${folder#lib/} "* ]] || fail "$folder is not"
    done
    assert_equal "$(find lib -maxdepth 1 -name '*.[ch]')" ''
}

@test "folders of lib include only what is below them" {
    local folder below=

    for folder in $floors; do
        below="${below:+$below|}$folder"
        run grep -rnE '^#include "' "lib/$folder"
        assert_success
        run grep -vE "#include \"($below)/" <<<"$output"
        assert_failure
    done
}

@test "a tool includes lib and itself, no other tool" {
    for tool in bt-poll bt-decode bt-scan bt-discover db-insert; do
        run grep -rnE '^#include "[^"]*/' "$tool"
        assert_success
        run grep -vE "^$tool/[a-z-]*\.[ch]:[0-9]*:#include \"import/|#include \"(${floors// /|})/" \
            <<<"$output"
        assert_failure
    done
}

@test "no header is called like another one, or like one of the system" {
    local name

    assert_equal "$(headers | uniq -d)" ''
    for name in $(headers); do
        [ ! -e "/usr/include/$name" ] || fail "$name is a system header"
    done
}

@test "guards of headers are spelled by path" {
    local header guard

    while read -r header; do
        guard=${header#lib/}
        guard=BT_$(tr 'a-z/.-' 'A-Z___' <<<"${guard#bt-}")
        grep -qx "#define $guard" "$header" || fail "$header: not $guard"
    done < <(find lib bt-* db-insert test -name '*.h')
}
