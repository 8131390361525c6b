# What station.awk needs of a map, bt-map(5): who it is for, its reads and its
# packs. Fields are left alone: they are worked out elsewhere.

# Puts a map into map[] (by keyword) and, for reads number 1 to read_count, into
# read_first[], read_length[], read_unit[], read_of_pack[] and read_is_proven[].
function map_read(path)
{
	split("", map)
	read_count = 0
	map["file"] = path
	sub(/.*\//, "", map["file"])
	sub(/\.map$/, "", map["file"])
	map_include(path)
}

function map_include(path,	line, folder)
{
	folder = path
	sub(/[^\/]*$/, "", folder)
	while ((getline line <path) > 0)
		map_line(line, folder)
	close(path)
}

function map_line(line, folder,	word, count, rest)
{
	sub(/#.*/, "", line)
	count = split(line, word, " ")
	if (count == 0 || word[1] ~ /^[0-9]/)
		return
	rest = line
	sub(/^[ \t]*[^ \t]+[ \t]*/, "", rest)
	sub(/[ \t]+$/, "", rest)
	if (word[1] == "include")
		map_include(folder rest)
	else if (word[1] ~ /^(pack-)?read$/)
		map_add_read(word[1], word[3], word[4], word[count])
	else if (!(word[1] in map))
		map[word[1]] = rest
}

function map_add_read(keyword, block, unit, last,	ends)
{
	split(block, ends, "+")
	read_first[++read_count] = ends[1] + 0
	read_length[read_count] = ends[2] + 0
	read_unit[read_count] = unit ~ /^[0-9]+$/ ? unit + 0 : 1
	read_of_pack[read_count] = keyword == "pack-read"
	read_is_proven[read_count] = last == "proven"
}
