# The fields that the map of each device must have, worked out from the
# published table, the decisions about it and the limits of its class, and from
# nothing of the programs.
#
#   awk -f limits.awk -f fields.awk -v limits=limits.tsv decisions.tsv
#       registers.tsv
#
# A line a field, columns separated by tabs: device, MODBUS unit, address, type,
# name, measure, scale, offset, range, values, writable, pack, secret,
# condition. They are as in bt-map(5), but scale and offset are never empty, a
# range has ".." always, and marks are yes or empty.
#
# Rows that contradict one another, and decisions that fit no row, are told on
# standard error; then the status is 1.

BEGIN {
	FS = OFS = "\t"
	length_of["uint32"] = length_of["int32"] = length_of["version"] = 2
	length_of["serial"] = 4
	limits_read(limits)
}

function complain(text)
{
	print "fields.awk: " text >"/dev/stderr"
	failed = 1
}

# --- decisions ---------------------------------------------------------------

# Whether a list of a decision has the word, or is "*".
function has(list, word)
{
	return list == "*" || index("," list ",", "," word ",") > 0
}

function learn_decision(	ends, count)
{
	if ($4 ~ /^add /) {
		additions[++addition_count] = $0
		return
	}
	count = split($2, ends, "-")
	devices[++decision_count] = $1
	first[decision_count] = $2 == "*" ? 0 : ends[1]
	last[decision_count] = $2 == "*" ? 65535 : ends[count]
	names[decision_count] = $3
	verdict[decision_count] = $4
	place[decision_count] = FILENAME ":" FNR
}

# Puts "KEY=VALUE KEY=VALUE …" into field[]; a value may be empty.
function change(pairs,	words, count, i, key)
{
	count = split(pairs, words, " ")
	for (i = 1; i <= count; i++) {
		key = words[i]
		sub(/=.*/, "", key)
		field[key] = substr(words[i], length(key) + 2)
		decided[key] = 1
		if (key == "type" && field["type"] in length_of)
			field["count"] = length_of[field["type"]]
	}
}

# All decisions that fit, in their order. A decided value takes a field in
# again that was left out before.
function decide(	device, address, name, i)
{
	device = field["device"]
	address = field["address"]
	name = field["name"]
	for (i = 1; i <= decision_count; i++) {
		if (address < first[i] || address > last[i] ||
			!has(devices[i], device) || !has(names[i], name))
			continue
		was_used[i] = 1
		is_left = verdict[i] == "leave"
		if (!is_left)
			change(verdict[i])
	}
}

# --- a field as a map has it -------------------------------------------------

function where()
{
	return field["device"] " " field["address"] " " field["name"]
}

function yes(text)
{
	return text == "" || text ~ /^no/ ? "" : "yes"
}

# Lists and texts have their length in brackets.
function type_of(	type)
{
	type = field["type"]
	sub(/_lo_first$| \(word order not stated\)$/, "", type)
	if (type ~ /^string/ || (type == "bits" && field["count"] > 1))
		return type "[" field["count"] "]"
	if (sub(/^array_/, "", type))
		return type "[" field["count"] "]"
	if (field["count"] != (type in length_of ? length_of[type] : 1))
		complain(where() ": " field["count"] " registers of " type)
	if (type !~ /^(u?int(16|32)|uint8_(hi|lo)|bool|enum|bits)$/ && \
		type !~ /^(serial|version)$/)
		complain(where() ": no map has the type " type)
	return type
}

function is_number(type)
{
	return type ~ /^u?int/ || type == "serial"
}

# The table's range counts first, but for limits of orders, and unless it was
# decided that those of the class are better.
function range_of(type)
{
	if ("range" in decided && field["range"] != "limit")
		return field["range"]
	if (!is_number(type))
		return ""
	if (type == "serial")
		return "1..9999999999999"
	if (!("range" in decided) && field["range"] != "" && \
		field["range"] !~ /\(command/)
		return field["range"]
	if (field["unit"] == "")
		return ""
	return limit_of(field["device"], field["unit"], field["name"])
}

# All switches of the table are 1 and 0, unless that was decided otherwise.
function values_of(type,	values)
{
	values = field["values"]
	if (type ~ /^bits/)
		gsub(/bit/, "", values)
	else if (type != "enum" && (type != "bool" || !("values" in decided)))
		return ""
	return values
}

# Only numbers have a measure and a scale: that of a version is part of it.
function keep(	type, unit, key, text, number)
{
	type = type_of()
	number = is_number(type)
	unit = field["station"] == "" ? 1 : field["station"]
	key = field["device"] OFS unit OFS field["address"] OFS \
		field["name"] OFS yes(field["pack"]) OFS field["condition"]
	text = type OFS (number ? field["unit"] : "") OFS \
		(number && field["scale"] != "" ? field["scale"] : 1) OFS \
		(field["offset"] == "" ? 0 : field["offset"]) OFS \
		range_of(type) OFS values_of(type) OFS field["condition"]
	if (!(key in kept))
		keys[++key_count] = key
	else if (kept[key] != text)
		complain(where() ": two rows, and no decision: " kept[key] \
			" and " text)
	kept[key] = text
	if (yes(field["writable"]))
		is_writable[key] = "yes"
	if (yes(field["secret"]))
		is_secret[key] = "yes"
}

# --- the files ---------------------------------------------------------------

NR == FNR {
	if (NF > 0 && !/^#/)
		learn_decision()
	next
}

FNR == 1 {
	for (i = 1; i <= NF; i++)
		column[i] = $i == "field" ? "name" : $i
	next
}

{
	split("", field)
	split("", decided)
	for (i in column)
		field[column[i]] = $i
	is_left = 0
	decide()
	if (!is_left)
		keep()
}

function add(line,	parts)
{
	split(line, parts, FS)
	split("", field)
	split("", decided)
	field["device"] = parts[1]
	field["address"] = parts[2]
	field["name"] = parts[3]
	field["count"] = 1
	change(substr(parts[4], length("add ") + 1))
	keep()
}

END {
	for (i = 1; i <= addition_count; i++)
		add(additions[i])
	for (i = 1; i <= decision_count; i++)
		if (!(i in was_used))
			complain(place[i] ": fits no row of the table")
	for (i = 1; i <= key_count; i++) {
		split(keys[i], key, OFS)
		split(kept[keys[i]], text, OFS)
		print key[1], key[2], key[3], text[1], key[4], text[2], text[3],
			text[4], text[5], text[6], is_writable[keys[i]], key[5],
			is_secret[keys[i]], text[7]
	}
	exit failed
}
