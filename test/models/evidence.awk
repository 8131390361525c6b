# Rows of evidence.tsv as frames that bt-decode can read: for each row
#
#   MODEL <tab> TIME - NAME REQUEST RESPONSE
#
# NAME is that of the row, "row" and its line; the exchanges of a row are a poll.
#
#   awk -f frame.awk -f evidence.awk evidence.tsv

BEGIN {
	FS = "\t"
	frame_init()
}

function words_in_hex(words,	word, count, i, hex)
{
	count = split(words, word, ",")
	for (i = 1; i <= count; i++)
		hex = hex sprintf("%04x", word[i])
	return hex
}

# UNIT/FIRST=WORD,WORD…
function exchange(text,	unit, part, hex)
{
	unit = 1
	if (text ~ /\//) {
		unit = text + 0
		sub(/.*\//, "", text)
	}
	split(text, part, "=")
	hex = words_in_hex(part[2])
	return frame_read_request(unit, part[1], length(hex) / 4) " " \
		frame_read_answer(unit, hex)
}

/^#/ || NF == 0 {
	next
}

{
	print $1 FS "2026-11-22T09:42:00.000Z - row" FNR, exchange($2)
}
