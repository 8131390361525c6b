# Registers with a known value for every field.
#
# A bank is "UNIT PACK": the registers of a MODBUS unit, those of one pack or
# with pack 0 those that do not depend on the pack, which are all where no pack
# can be selected. word[bank, address] is the value of a register; is_served[]
# has those of fields.

BEGIN {
	LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
		"0123456789"
	for (i = 1; i < 127; i++)
		ascii[sprintf("%c", i)] = i
}

# --- fields ------------------------------------------------------------------

# What fields.awk printed, by number; those of a device are first_field[] to
# last_field[].
function fields_read(path,	line, column, n)
{
	while ((getline line <path) > 0) {
		n++
		split(line, column, "\t")
		if (!(column[1] in first_field))
			first_field[column[1]] = n
		last_field[column[1]] = n
		unit[n] = column[2]
		address[n] = column[3]
		type[n] = column[4]
		name[n] = column[5]
		scale[n] = column[7]
		offset[n] = column[8]
		range[n] = column[9]
		values[n] = column[10]
		is_of_pack[n] = column[12] != ""
		is_secret[n] = column[13] != ""
		condition[n] = column[14]
		size[n] = registers_of(type[n])
	}
	close(path)
}

# "string[6]" has its number of registers in brackets.
function registers_of(type)
{
	if (type ~ /\[/) {
		gsub(/.*\[|\]/, "", type)
		return type + 0
	}
	if (type == "serial")
		return 4
	return type ~ /32$|^version$/ ? 2 : 1
}

function bank_name(unit, pack)
{
	return unit " " ("pack-selector" in map ? pack : 0)
}

function bank_of(n, pack)
{
	return bank_name(unit[n], is_of_pack[n] ? pack : 0)
}

# --- one register ------------------------------------------------------------

# What is there already stays: fields may share registers.
function put(bank, where, number)
{
	if (!((bank, where) in word))
		word[bank, where] = number < 0 ? number + 65536 : number
	is_served[bank, where] = 1
}

# Small numbers are left to those that have to be small.
function fresh_word()
{
	return random_fresh(1000, 65535)
}

function round(number)
{
	return int(number + (number < 0 ? -0.5 : 0.5))
}

function swap(ends,	first)
{
	first = ends[1]
	ends[1] = ends[2]
	ends[2] = first
}

# What a field may have in its registers, as one number: low to high, as far as
# one of its ranges has it.
function fresh_number(n, low, high,	part, ends, count)
{
	if (range[n] != "") {
		count = split(range[n], part, ",")
		split(part[random(1, count)], ends, /\.\./)
		if (scale[n] < 0)
			swap(ends)
		low = round((ends[1] - offset[n]) / scale[n])
		if (low < 0 && type[n] ~ /^uint/)
			low = 0
		ends[2] = round((ends[2] - offset[n]) / scale[n])
		if (high > ends[2])
			high = ends[2]
	}
	return random_fresh(low, high)
}

# --- all registers of a field ------------------------------------------------

function fill_numbers(n, bank,	i)
{
	for (i = 0; i < size[n]; i++)
		put(bank, address[n] + i, fresh_number(n, 1000, 65535))
}

# The low word first.
function fill_wide(n, bank,	number)
{
	number = fresh_number(n, 100000, 2 ^ 32 - 1)
	if (number < 0)
		number += 2 ^ 32
	put(bank, address[n], number % 65536)
	put(bank, address[n] + 1, int(number / 65536))
}

function fill_words(n, bank,	i)
{
	for (i = 0; i < size[n]; i++)
		put(bank, address[n] + i, fresh_word())
}

# The other half of the register may be another field.
function fill_half(n, bank,	whole, half)
{
	whole = fresh_word()
	if ((bank, address[n]) in word)
		whole = word[bank, address[n]]
	half = fresh_number(n, 0, 255)
	delete word[bank, address[n]]
	put(bank, address[n], type[n] == "uint8_lo" ? \
		whole - whole % 256 + half : half * 256 + whole % 256)
}

# 13 digits: 233 and 2327 times 2^32 are the first and the last of them.
function fill_serial(n, bank)
{
	put(bank, address[n], fresh_word())
	put(bank, address[n] + 1, fresh_word())
	put(bank, address[n] + 2, random_fresh(233, 2327))
	put(bank, address[n] + 3, 0)
}

# Zeros behind the text.
function put_text(bank, where, count, is_swapped, text,	i, first, second)
{
	for (i = 0; i < count; i++) {
		first = ascii[substr(text, 2 * i + 1, 1)] + 0
		second = ascii[substr(text, 2 * i + 2, 1)] + 0
		put(bank, where + i, is_swapped ? second * 256 + first : \
			first * 256 + second)
	}
}

# As long as there is room, or shorter with every other seed.
function fill_text(n, bank, seed,	text, wanted)
{
	wanted = seed % 2 ? 2 * size[n] : random(1, 2 * size[n])
	while (length(text) < wanted)
		text = text substr(LETTERS, random(1, length(LETTERS)), 1)
	put_text(bank, address[n], size[n], type[n] ~ /swapped/, text)
}

# Switches and choices have few values. Each seed takes the next one, or the
# one behind it, as a digit of the place's number tells: that differs between
# two places in one of six seeds at least. An enum may also have a value that
# nobody has named.
function fill_choice(n, bank, seed,	choice, count, digit)
{
	count = split(values[n] == "" ? "0;1" : values[n], choice, ";")
	if (type[n] == "enum") {
		choice[count + 1] = choice[count] + 1
		count++
	}
	digit = int(++choices / 2 ^ ((seed - 1) % 6)) % 2
	put(bank, address[n], choice[(seed - 1 + digit) % count + 1] + 0)
}

# Whether the field counts: not with an even seed.
function put_condition(n, bank, seed,	part)
{
	if (condition[n] == "")
		return
	split(condition[n], part, "=")
	put(bank, part[1], part[2] + (seed + 1) % 2)
}

# Registers that have a value already keep it. Lists of different lengths may
# begin at the same one.
function fill(n, bank, seed)
{
	put_condition(n, bank, seed)
	if (type[n] ~ /^uint8/)
		fill_half(n, bank)
	else if ((bank, address[n]) in word && type[n] !~ /^uint16\[/)
		is_served[bank, address[n]] = 1
	else if (type[n] ~ /^u?int16/)
		fill_numbers(n, bank)
	else if (type[n] ~ /^u?int32/)
		fill_wide(n, bank)
	else if (type[n] ~ /^string/)
		fill_text(n, bank, seed)
	else if (type[n] == "serial")
		fill_serial(n, bank)
	else if (type[n] == "bool" || type[n] == "enum")
		fill_choice(n, bank, seed)
	else
		fill_words(n, bank)
}
