# Sums of quarter hours computed from raw rows, one after the other; and whether
# the table period has the same. Needs nothing of what db-insert does for it.
#
#   awk -f sums.awk ROWS PERIODS
#
# ROWS: device, seconds since 1970, failed (0 or 1), charge, four powers, by
# device and time. PERIODS: device, minutes, start in seconds, records, failed,
# seconds, charge first, last, least, most, four times energy and reverse energy.
# NULL is what is not known. Prints what differs, and fails then.

function add(key, value) {
    if (!(key in sum))
        sum[key] = 0
    sum[key] += value
}

# The row before holds until then: seconds and energies of each quarter hour.
function hold(until, from, to, i) {
    if (until > time + 600)
        until = time + 600
    for (from = time; from < until; from = to) {
        start = int(from / 900) * 900
        to = start + 900 < until ? start + 900 : until
        add(device SUBSEP start SUBSEP "seconds", to - from)
        seen[device, start] = 1
        for (i = 1; i <= 4; i++)
            spend(i, to - from)
    }
}

function spend(i, seconds) {
    if (power[i] == "NULL")
        return
    add(device SUBSEP start SUBSEP (2 * i - 1),
        (power[i] > 0 ? power[i] : 0) * seconds / 3600)
    add(device SUBSEP start SUBSEP (2 * i),
        (power[i] < 0 ? -power[i] : 0) * seconds / 3600)
}

function charge(key, value) {
    if (value == "NULL")
        return
    if (!((key SUBSEP "first") in sum)) {
        sum[key, "first"] = sum[key, "least"] = sum[key, "most"] = value
    }
    sum[key, "last"] = value
    if (value + 0 < sum[key, "least"] + 0)
        sum[key, "least"] = value
    if (value + 0 > sum[key, "most"] + 0)
        sum[key, "most"] = value
}

function expect(what, value, key, wanted) {
    key = $1 SUBSEP $3 SUBSEP what
    wanted = key in sum ? sum[key] : "NULL"
    if (what ~ /^(records|failed|seconds)$/ && wanted == "NULL")
        wanted = 0
    if (wanted == value)
        return
    difference = wanted - value
    if (wanted == "NULL" || value == "NULL" || difference > 1e-6 ||
        difference < -1e-6) {
        print "device " $1 " quarter hour " $3 ": " what " is " value \
            ", not " wanted
        failed = 1
    }
}

BEGIN { FS = "\t" }

FNR == NR {
    if (FNR > 1 && $1 == device)
        hold($2)
    device = $1
    time = $2
    start = int(time / 900) * 900
    seen[device, start] = 1
    add(device SUBSEP start SUBSEP "records", 1)
    add(device SUBSEP start SUBSEP "failed", $3)
    charge(device SUBSEP start, $4)
    for (i = 1; i <= 4; i++) {
        power[i] = $(4 + i)
        # Covered by nothing, its energy is known to be none.
        spend(i, 0)
    }
    next
}

$2 == 15 {
    there[$1, $3] = 1
    expect("records", $4)
    expect("failed", $5)
    expect("seconds", $6)
    expect("first", $7)
    expect("last", $8)
    expect("least", $9)
    expect("most", $10)
    for (i = 1; i <= 8; i++)
        expect(i, $(10 + i))
}

END {
    for (key in seen) {
        if (!(key in there)) {
            split(key, part, SUBSEP)
            print "device " part[1] " quarter hour " part[2] " is missing"
            failed = 1
        }
    }
    exit failed
}
