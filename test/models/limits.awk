# What the numbers of a station can be: data/limits.tsv, which explains itself.

function limits_read(path,	line, column, model, count, i)
{
	while ((getline line <path) > 0) {
		if (line == "" || line ~ /^#/)
			continue
		split(line, column, "\t")
		if (column[2] == "models") {
			count = split(column[3], model, ",")
			for (i = 1; i <= count; i++)
				class_of[model[i]] = column[1]
			continue
		}
		limit_count++
		limit_class[limit_count] = column[1]
		limit_unit[limit_count] = column[2]
		limit_names[limit_count] = column[3]
		limit_range[limit_count] = column[4] ".." column[5]
	}
	close(path)
}

# "0..0,40..70"; empty if nothing is known of such a field. A unit of "" is
# none.
function limit_of(model, unit, name,	i, kind, last, text)
{
	for (i = 1; i <= limit_count; i++) {
		if ((limit_class[i] != "all" && \
			limit_class[i] != class_of[model] && \
			limit_class[i] != model) || \
			limit_unit[i] != (unit == "" ? "-" : unit) || \
			name !~ limit_names[i])
			continue
		kind = limit_class[i] " " limit_names[i]
		text = (kind == last ? text "," : "") limit_range[i]
		last = kind
	}
	return text
}

# Whether a number is in one of the ranges, or there is none.
function is_in_ranges(ranges, number,	part, ends, count, i)
{
	count = split(ranges, part, ",")
	for (i = 1; i <= count; i++) {
		split(part[i], ends, /\.\./)
		if (number >= ends[1] && number <= ends[2])
			return 1
	}
	return ranges == ""
}
