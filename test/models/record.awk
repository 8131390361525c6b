# What registers.awk has put into registers, as records, bt-records(5).

# A number with the decimals that the field's scale asks for, without zeros at
# its end.
function number_text(n, raw,	decimals, text)
{
	decimals = scale[n] ~ /\./ ? length(scale[n]) - 2 : 0
	text = sprintf("%." decimals "f", raw * scale[n] + offset[n])
	if (decimals > 0)
		sub(/\.?0*$/, "", text)
	return text
}

function signed(raw, bits)
{
	return raw < 2 ^ (bits - 1) ? raw : raw - 2 ^ bits
}

# The low word first.
function wide(bank, where, count,	i, sum)
{
	for (i = count - 1; i >= 0; i--)
		sum = sum * 65536 + word[bank, where + i]
	return sum
}

function list_text(n, bank,	i, text)
{
	for (i = 0; i < size[n]; i++)
		text = text (i ? "," : "") \
			number_text(n, word[bank, address[n] + i])
	return "[" text "]"
}

# The name that the field's values have for a number, else the number.
function name_of(n, number,	pair, count, i)
{
	count = split(values[n], pair, ";")
	for (i = 1; i <= count; i++)
		if (pair[i] + 0 == number)
			return substr(pair[i], index(pair[i], "=") + 1)
	return number
}

function bits_text(n, bank,	i, text, left)
{
	for (i = 0; i < 16 * size[n]; i++) {
		if (i % 16 == 0)
			left = word[bank, address[n] + int(i / 16)]
		if (left % 2)
			text = text (text == "" ? "" : ",") \
				"\"" name_of(n, i) "\""
		left = int(left / 2)
	}
	return "[" text "]"
}

function character(code)
{
	return code ? sprintf("%c", code) : ""
}

function string_text(n, bank,	i, text, high, low)
{
	for (i = 0; i < size[n]; i++) {
		low = word[bank, address[n] + i] % 256
		high = (word[bank, address[n] + i] - low) / 256
		text = text (type[n] ~ /swapped/ ? \
			character(low) character(high) : \
			character(high) character(low))
	}
	return "\"" text "\""
}

function bool_text(n, raw)
{
	return values[n] != "" ? name_of(n, raw) : raw ? "true" : "false"
}

function version_text(raw)
{
	return sprintf("\"%.0f.%02.0f\"", (raw - raw % 100) / 100, raw % 100)
}

# Whether the register of the field's condition has the value that it asks for.
function holds(n, bank,	part)
{
	if (condition[n] == "")
		return 1
	split(condition[n], part, "=")
	return word[bank, part[1]] == part[2]
}

# Whether a value as JSON is what the field can have: all members of a list.
function is_valid(n, text,	member, count, i)
{
	if (range[n] == "")
		return 1
	gsub(/[][]/, "", text)
	count = split(text, member, ",")
	for (i = 1; i <= count; i++)
		if (!is_in_ranges(range[n], member[i]))
			return 0
	return 1
}

# A value as JSON.
function value_text(n, bank,	raw)
{
	raw = word[bank, address[n]]
	if (type[n] ~ /^uint16\[/)
		return list_text(n, bank)
	if (type[n] ~ /^bits/)
		return bits_text(n, bank)
	if (type[n] ~ /^string/)
		return string_text(n, bank)
	if (type[n] == "bool")
		return bool_text(n, raw)
	if (type[n] == "enum")
		return "\"" name_of(n, raw) "\""
	if (type[n] == "version")
		return version_text(wide(bank, address[n], 2))
	if (type[n] == "int16")
		raw = signed(raw, 16)
	else if (type[n] == "uint8_hi")
		raw = int(raw / 256)
	else if (type[n] == "uint8_lo")
		raw = raw % 256
	else if (type[n] == "int32")
		raw = signed(wide(bank, address[n], 2), 32)
	else
		raw = wide(bank, address[n], size[n])
	return number_text(n, raw)
}

# Whether a read that is not of a pack has the field, but not the number of the
# pack that it is of.
function is_read_without_pack(n,	i, end)
{
	for (i = 1; i <= read_count; i++) {
		end = read_first[i] + read_length[i]
		if (!read_of_pack[i] && read_unit[i] == unit[n] && \
			address[n] >= read_first[i] && \
			address[n] + size[n] <= end && \
			!(map["pack-shown"] >= read_first[i] && \
			map["pack-shown"] < end))
			return 1
	}
	return 0
}

# The fields of a pack are in its own record. Where it is not known which pack
# they are of they are in the station's: bt-records(5), Values.
function is_in_record(n, pack)
{
	return is_of_pack[n] == (pack > 0) || \
		(pack == 0 && is_read_without_pack(n))
}

function is_told(n, pack, with_secrets)
{
	return is_in_record(n, pack) && (with_secrets || !is_secret[n]) && \
		holds(n, bank_of(n, pack))
}

# The record of a station, or of a pack if that is not 0. Of the places of a
# name the last that is in its range counts; the fields of a device are in the
# order of registers.
function record_text(device, pack, head, with_secrets,	n, text, value, bad, key,
	list)
{
	for (n = first_field[device]; n <= last_field[device]; n++) {
		if (!is_told(n, pack, with_secrets))
			continue
		text = value_text(n, bank_of(n, pack))
		if (is_valid(n, text))
			value[name[n]] = text
		else
			bad[name[n]] = 1
	}
	text = ""
	for (key in value)
		text = text ",\"" key "\":" value[key]
	for (key in bad)
		if (!(key in value))
			list = list (list == "" ? "" : ",") "\"" key "\""
	if (list != "")
		text = text ",\"out_of_range\":[" list "]"
	if (text == "")
		return ""
	return "{" head (pack ? ",\"pack\":" pack : "") text "}"
}
