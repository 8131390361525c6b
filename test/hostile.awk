# Logs without a single "end" that are as bad as can be, for hostile.bats:
#
#   awk -f models/frame.awk -f hostile.awk -v kind=KIND -v count=LINES

BEGIN {
	frame_init()
	head = "2026-11-22T09:42:00.000Z 00:11:22:33:44:55 "
	for (n = 0; n < count; n++)
		line(n)
}

function words(count, value,	text)
{
	while (count-- > 0)
		text = text sprintf("%04x", value)
	return text
}

function read(name, unit, first, count, value)
{
	print head name, frame_read_request(unit, first, count),
		frame_read_answer(unit, words(count, value))
}

function line(n,	write)
{
	if (kind == "selections" && n % 2 == 0) {
		write = frame_write(1, 3006, int(n / 2) % 65536)
		print head "AC3001", write, write
	} else if (kind == "selections")
		read("AC3001", 1, 96, 2, n % 65536)
	else if (kind == "refused")
		print head "AC3001", frame_read_request(1, n % 65000, 100), \
			frame("018302")
	else if (kind == "words")
		print head "AC3001", frame_read_request(1, n % 65000, 100), \
			"!" substr("abcdefghijklmnopqrstuvwxyzabcde", 1 + n % 31)
	else if (kind == "registers")
		read("XYZ1", 1 + int(n / 60000), n % 60000, 1, n % 65536)
	else if (kind == "blocks")
		read("XYZ1", 1 + int(n / 500), n % 500 * 127, 127, n % 65536)
	else if (kind == "stations")
		read("XYZ" n % 300, 1, int(n / 300) * 100 % 65000, 100, 7)
}
