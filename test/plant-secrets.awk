# A log of a station with its serial number and a password planted in it, for
# redact.bats:
#
#   awk -f models/frame.awk -f plant-secrets.awk -v seed=N -v traces=FILE
#
# They stand at random registers that no map knows, in each form that there is:
# as a number, ASCII, BCD; in four orders of the bytes; in one frame, one
# register a frame, or cut off by the end of a frame. Another frame, before or
# behind them, tells what they are. FILE gets what must not be found in a
# redacted log: any four bytes of them.

BEGIN {
	frame_init()
	for (i = 32; i < 127; i++)
		printable = printable sprintf("%c", i)
	srand(seed)
	# The digits that are kept look like none of the others.
	serial = "2" random(5) random(5) random(5)
	kept = serial "000000000"
	while (length(serial) < 13)
		serial = serial (5 + random(5))
	password = ""
	for (i = 8 + random(7); i > 0; i--)
		password = password substr("ABCDEFGHKLMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz23456789", \
			1 + random(53), 1)
	version = 1 + random(2)
	who = random(3) ? "AC" (version == 1 ? "300" : "180") (random(2) ? \
		serial : "2434000000000") : "-"
	address = random(2) ? "00:11:22:33:44:55" : "-"
	now = 0
	tells = random(2)
	if (tells)
		tell()
	for (plant = 0; plant < 12; plant++) {
		noise()
		form = plant % 3
		put(form == 0 ? number_hex(serial) : \
			form == 1 ? ascii(serial) : bcd(serial), \
			form == 0 ? number_hex(kept) : \
			form == 1 ? ascii(kept) : bcd(kept), int(plant / 3))
		if (version == 2)
			put(ascii(password), zeros(length(password)), \
				int(plant / 3))
	}
	if (!tells)
		tell()
	for (hex in planted)
		if (!(hex in masks))
			print hex >traces
}

function random(n)
{
	return int(rand() * n)
}

function zeros(count,	hex)
{
	while (count-- > 0)
		hex = hex "00"
	return hex
}

function noise_hex(bytes,	hex)
{
	while (bytes-- > 0)
		hex = hex sprintf("%02x", random(256))
	return hex
}

function ascii(text,	i, hex)
{
	for (i = 1; i <= length(text); i++)
		hex = hex sprintf("%02x", 31 + index(printable, substr(text, i, 1)))
	return hex
}

function bcd(digits)
{
	return random(2) ? "0" digits : digits "0"
}

# A read, and its line.
function line(first, words,	count)
{
	count = length(words) / 4
	printf "2026-11-22T09:%02d:%02d.000Z %s %s %s %s\n", int(now / 60), \
		now % 60, address, who, frame_read_request(1, first, count), \
		frame_read_answer(1, words)
	now++
}

# What the station itself tells: type, version, number, passwords.
function tell()
{
	if (version == 1) {
		line(10, "414333303000000000000000" "03fa" \
			number_words(serial))
	} else {
		line(110, "434138310030" "000000000000" number_words(serial))
		line(16, "07d5")
		line(12034, swapped(padded(ascii(password), 16)))
	}
}

# 48 bits; an awk may know 32 alone.
function number_hex(number)
{
	return sprintf("%04x%04x%04x", int(number / 4294967296), \
		int(number / 65536) % 65536, number % 65536)
}

function number_words(number,	hex)
{
	hex = number_hex(number)
	return substr(hex, 9, 4) substr(hex, 5, 4) substr(hex, 1, 4) "0000"
}

function padded(hex, registers)
{
	while (length(hex) < 4 * registers)
		hex = hex "00"
	return hex
}

function noise()
{
	line(20000 + random(9000), noise_hex(2 * (1 + random(30))))
}

function swapped(hex,	i, result)
{
	for (i = 1; i < length(hex); i += 4)
		result = result substr(hex, i + 2, 2) substr(hex, i, 2)
	return result
}

function reversed(hex,	i, result)
{
	for (i = length(hex) - 1; i > 0; i -= 2)
		result = result substr(hex, i, 2)
	return result
}

function ordered(hex, order)
{
	if (order >= 2)
		hex = reversed(hex)
	return order % 2 ? swapped(hex) : hex
}

# The secret between other bytes, at either byte of a register.
function put(secret, masked, order,	before, behind, whole, clean, place, i)
{
	before = noise_hex(random(2) + 2 * random(4))
	behind = noise_hex((length(before secret) / 2) % 2 + 2 * random(4))
	whole = ordered(before secret behind, order)
	clean = ordered(before masked behind, order)
	place = ordered(marks(length(before), ".") marks(length(secret), "x") \
		marks(length(behind), "."), order)
	for (i = 1; i + 7 <= length(whole); i += 2) {
		if (substr(place, i, 8) == "xxxxxxxx" && \
			tells_much(substr(whole, i, 8), substr(clean, i, 8)))
			planted[substr(whole, i, 8)]
		masks[substr(clean, i, 8)]
	}
	cut(30000 + 100 * random(300), whole, place)
}

function marks(count, mark,	text)
{
	while (count-- > 0)
		text = text mark
	return text
}

# Four bytes of which some are not 0 and would have been masked.
function tells_much(hex, clean,	rest)
{
	rest = hex
	gsub("0", "", rest)
	return hex != clean && length(rest) >= 4
}

# In one frame, in frames of one register, or in two frames of which the second
# is none of its neighbours.
function cut(first, words, place,	kind, i, at)
{
	kind = random(3)
	if (kind == 0) {
		line(first, words)
	} else if (kind == 1) {
		for (i = 0; 4 * i < length(words); i++)
			line(first + i, substr(words, 4 * i + 1, 4))
	} else {
		at = 4 * (1 + random(length(words) / 4 - 1))
		line(first, substr(words, 1, at))
		line(first + 3000, substr(words, at + 1))
	}
}
