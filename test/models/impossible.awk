# Numbers of records that no station can have.
#
#   awk -f limits.awk -f impossible.awk -v limits=limits.tsv -v model=MODEL
#       FIELDS NUMBERS
#
# FIELDS is as for extremes.awk; NUMBERS has names and numbers of records,
# separated by tabs.

BEGIN {
	FS = "\t"
	limits_read(limits)
}

FNR == NR {
	ranges[$1] = limit_of(model, $6, $1)
	if (ranges[$1] == "")
		print model ": nothing is known of " $1 " in " $6
	next
}

!is_in_ranges(ranges[$1], $2) && !seen[$1]++ {
	print model ": " $1 " is " $2 ", not in " ranges[$1]
}
