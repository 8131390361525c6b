#!/usr/bin/env bats
# Each fuzz target with libFuzzer, from its corpus on.

load ../common

FUZZ_SECONDS=60

@test "a minute of fuzzing each breaks nothing" {
    local fuzzer found=$BATS_TEST_TMPDIR/found

    cd "$top"
    echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -x c -fsanitize=fuzzer -o "$BATS_TEST_TMPDIR/try" - ||
        skip 'clang has no libFuzzer here'
    make BUILD="$build" fuzzing
    for fuzzer in "$build"/fuzzing/fuzz/*; do
        mkdir "$found"
        run "$fuzzer" -max_total_time="$FUZZ_SECONDS" -max_len=1024 \
            -artifact_prefix="$BATS_TEST_TMPDIR/" "$found" \
            "test/fuzz/corpus/$(basename "$fuzzer")"
        assert_success
        assert_output --partial 'Done '
        rm -r "$found"
    done
}
