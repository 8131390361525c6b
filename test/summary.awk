# What came of the tests: awk -f test/summary.awk [before=TEXT] [after=TEXT]
#     file=NAME TAP file=NAME TAP...
#
# Each TAP is what "bats --formatter cat" prints for one file, and a last line
# "status N". Prints each case that was skipped, and each that failed, with the
# reason and the command that runs it alone: before, the variables T and F of
# test/run, after. The last line is "N passed, N failed, N skipped"; the status
# is 0 if none failed and one passed. Number 0 is of no case: what valgrind says.

function flush_case() {
    if (case_name != "") {
        failed++
        failures = failures entry("", file_of_case, case_name, case_reason)
    }
    case_name = ""
}

# entry(SUDO, FILE, NAME, REASON): as it is printed.
function entry(sudo, of, name, reason,    pattern) {
    pattern = name
    gsub(/[^A-Za-z0-9 _,:;-]+/, ".*", pattern)
    return "  " of ": " name "\n" reason "    " sudo before "T=" of \
        (name ~ /^\(|^(setup|teardown)_file/ ? "" : " F='" pattern "'") end_of_command "\n"
}

function fail(name, reason) {
    flush_case()
    case_name = name
    case_reason = reason == "" ? "" : "    " reason "\n"
    file_of_case = current
    failed_here++
    lines = 0
}

# A file that did not try all its cases.
function flush_file() {
    flush_case()
    if (current == "")
        return
    stopped = status == 124 || status == 137
    end = stopped ? "stopped by the time limit" : "status " status
    if (running != "")
        fail(running, "no end: " end)
    else if (plan == "" || stopped || failed_here == 0 && (results < plan + 0 ||
        status != 0 && plan != "0"))
        fail("(the file)", results " of " (plan == "" ? "?" : plan) \
            " cases have a result; " end)
    else
        return
    case_reason = case_reason rest
    flush_case()
}

FNR == 1 {
    flush_file()
    current = file
    end_of_command = after
    plan = running = rest = ""
    results = failed_here = status = 0
}

/^1\.\.[0-9]+$/ { plan = substr($0, 4); next }
/^suite / { next }
/^status [0-9]+$/ { status = $2; next }

/^begin [0-9]+ / {
    flush_case()
    running = $0
    sub(/^begin [0-9]+ /, "", running)
    next
}

/^(not )?ok [0-9]+ / {
    flush_case()
    reason = ""
    if ($0 !~ /^not ok 0 /)
        running = ""
    results++
    is_ok = $1 == "ok"
    name = $0
    sub(/^(not )?ok [0-9]+ /, "", name)
    if (match(name, / # (skip|timeout after)( .*)?$/)) {
        reason = substr(name, RSTART + 3)
        name = substr(name, 1, RSTART - 1)
    }
    sub(/ in [0-9]+ms$/, "", name)
    if (!is_ok) {
        fail(name, reason)
    } else if (reason ~ /^skip/) {
        skipped++
        sub(/^skip */, "", reason)
        skips = skips entry(reason ~ /^needs root/ ? "sudo " : "", current, name,
            "    " reason "\n")
    } else {
        passed++
    }
    next
}

# What is said of a failure: its begin.
case_name != "" {
    if (++lines <= 12) {
        sub(/^# ?/, "")
        case_reason = case_reason "    " $0 "\n"
    }
    next
}
{ rest = rest "    " $0 "\n" }

END {
    flush_file()
    if (skips != "")
        printf "\nskipped:\n%s", skips
    if (failures != "")
        printf "\nfailed:\n%s", failures
    printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit failed > 0 || passed == 0
}
