# What the table of registers and the decisions about it make of evidence.tsv:
# each row for which that is another value, or none, is printed.
#
#   awk -f random.awk -f limits.awk -f registers.awk -f record.awk \
#       -f decided.awk -v fields=FIELDS evidence.tsv
#
# FIELDS is what fields.awk prints. No program of the project has a part in it.

BEGIN {
	FS = "\t"
	fields_read(fields)
}

function put_words(text,	unit, part, value, count, i)
{
	unit = 1
	if (text ~ /\//) {
		unit = text + 0
		sub(/.*\//, "", text)
	}
	split(text, part, "=")
	count = split(part[2], value, ",")
	for (i = 1; i <= count; i++)
		word[unit " 0", part[1] + i - 1] = value[i] + 0
}

function is_read(n, bank,	i)
{
	for (i = 0; i < size[n]; i++)
		if (!((bank, address[n] + i) in word))
			return 0
	return 1
}

# The last place that was read and has a value.
function decided_value(model, key,	n, bank, text, value)
{
	value = "-"
	for (n = first_field[model]; n <= last_field[model]; n++) {
		bank = unit[n] " 0"
		if (name[n] != key || !is_read(n, bank))
			continue
		text = value_text(n, bank)
		if (is_valid(n, text))
			value = text
	}
	return value
}

/^#/ || NF == 0 {
	next
}

{
	split("", word)
	put_words($2)
	if (!($1 in first_field))
		print FILENAME ":" FNR ": no table has " $1
	else if ((value = decided_value($1, $3)) != $4)
		print FILENAME ":" FNR ": " $1 " " $2 ": " $3 " is " $4 \
			", decided is " value
}
