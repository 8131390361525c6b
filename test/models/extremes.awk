# The extremes of every field, each in a poll of its own: frame lines for
# bt-decode.
#
#   awk -f limits.awk -f frame.awk -f extremes.awk -v limits=limits.tsv
#       -v model=MODEL FIELDS
#
# FIELDS are tables of what --fields prints, columns separated by tabs: name,
# MODBUS unit, address, registers, type, unit of measurement, scale, offset,
# condition. The name of the station in a poll is "fieldN", N being the line.
#
# A word is 0, 1, 0x7fff, 0x8000, 0xfffe or 0xffff: in all registers of the
# field, and in each of them with 0 in the others. Numbers next to the ends of
# the limits come on top, just outside and just inside.

BEGIN {
	FS = "\t"
	frame_init()
	limits_read(limits)
	extreme_count = split("0 1 32767 32768 65534 65535", extreme, " ")
}

function print_poll(words,	head, part)
{
	head = "2026-11-22T09:42:00.000Z - field" FNR " "
	if ($9 != "") {
		split($9, part, "=")
		print head frame_read_request($2, part[1], 1),
			frame_read_answer($2, sprintf("%04x", part[2]))
	}
	print head frame_read_request($2, $3, $4), frame_read_answer($2, words)
	print head "2026-11-22T09:42:00.000Z end"
}

# One word in register number `where` of the field, the others 0; in all of them
# if that is 0.
function words_with(value, where,	i, words)
{
	for (i = 1; i <= $4; i++)
		words = words sprintf("%04x", \
			where == 0 || where == i ? value : 0)
	return words
}

# A number of steps of the scale, low word first, as far as the type has it.
function print_steps(steps,	words, i)
{
	if (steps < 0)
		steps += 65536 ^ $4
	if (steps < 0 || steps >= 65536 ^ $4 || $4 > 2)
		return
	for (i = 1; i <= $4; i++) {
		words = words sprintf("%04x", steps % 65536)
		steps = int(steps / 65536)
	}
	print_poll(words)
}

function steps_of(number,	steps)
{
	steps = (number - $8) / $7
	return int(steps + (steps < 0 ? -0.5 : 0.5))
}

function print_ends(ranges,	part, ends, count, i)
{
	count = split(ranges, part, ",")
	for (i = 1; i <= count; i++) {
		split(part[i], ends, /\.\./)
		print_steps(steps_of(ends[1]) - 1)
		print_steps(steps_of(ends[1]))
		print_steps(steps_of(ends[2]))
		print_steps(steps_of(ends[2]) + 1)
	}
}

{
	for (i = 1; i <= extreme_count; i++)
		for (where = 0; where <= ($4 > 1 ? $4 : 0); where++)
			print_poll(words_with(extreme[i], where))
	if ($5 ~ /^u?int(16|32)$/)
		print_ends(limit_of(model, $6, $1))
}
