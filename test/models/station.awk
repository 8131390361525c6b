# Stations made up for tests: what they have in their registers, and the records
# that bt-decode must make of it.
#
#   awk -f random.awk -f frame.awk -f map.awk -f registers.awk -f record.awk
#       -f station.awk -v folder=FOLDER -v seeds=N -v noise=N FIELDS MAP...
#
# FIELDS is what fields.awk prints, sorted by device, unit and address. Of a MAP
# only its reads and its packs are taken. For each map FOLDER gets
#
#   FILE.image     what bt-sim is to serve: all registers that the map reads
#   FILE.refuses   the same without those that no field has: a block that
#                  touches one is refused
#   FILE.moves     another one without them: words of a block are moved
#                  together; blocks that the map knows to be proven are whole
#   FILE.records   its records, without secrets
#   FILE.secrets   the same with them
#
# all of seed 1, and for all maps together
#
#   frames         what the map reads, answered: a poll for each seed
#   records        the records of these polls, without secrets
#   secrets        the same with them
#   noise          polls of stations whose registers have anything
#
# A register has another value than all others wherever its type lets it, and
# no two fields have the same values in all of six seeds.

BEGIN {
	frame_init()
	fields_read(ARGV[1])
	for (i = 2; i < ARGC; i++) {
		map_read(ARGV[i])
		split("", history)
		for (seed = 1; seed <= seeds; seed++)
			tell_station(seed)
		if (seeds >= 6)
			compare_histories()
		for (seed = 1; seed <= noise; seed++)
			tell_noise(seed)
	}
	exit failed
}

# --- a station ---------------------------------------------------------------

# "XYZ99" is no model, so that the generic map is taken.
function type_name()
{
	return "generic" in map ? "XYZ99" : map["name"]
}

function station_name(seed)
{
	return type_name() map["protocol"] sprintf("2%011d", seed)
}

function pack_count()
{
	return "pack-selector" in map ? 2 : "packs" in map ? 1 : 0
}

# What others have to find in certain registers: how many packs there are, which
# one is shown, the version of the protocol, and that there is no other map.
function put_fixed(	pack, where, i)
{
	for (i = 1; i <= read_count; i++)
		if (read_unit[i] == 1 && read_first[i] <= 16 &&
			16 < read_first[i] + read_length[i])
			word["1 0", 16] = 1000 * map["protocol"] + random(0, 999)

	if ("pack-count" in map)
		put("1 0", map["pack-count"], pack_count())
	if ("pack-shown" in map)
		for (pack = 1; pack <= pack_count(); pack++)
			put(bank_name(1, pack), map["pack-shown"], pack)
	if (!("generic" in map))
		return
	where = map["protocol"] == 1 ? 10 : 110
	put_text("1 0", where, 6, where == 110, type_name())
}

# A pack is read with all registers; those that no pack has are the station's.
function bank_at(unit, pack, where)
{
	return (unit " " pack, where) in word ? unit " " pack : unit " 0"
}

# Half of them small, since many ranges are.
function noise_word()
{
	return random(0, random(0, 1) ? 400 : 65535)
}

# Registers of a read that nothing is known of.
function put_rest(i, pack, is_noise,	where, end)
{
	end = read_first[i] + read_length[i]
	for (where = read_first[i]; where < end; where++)
		if (!((bank_at(read_unit[i], pack, where), where) in word))
			word[bank_name(read_unit[i], pack), where] = \
				is_noise ? noise_word() : fresh_word()
}

function put_rest_of_all(is_noise,	i, pack)
{
	for (i = 1; i <= read_count; i++)
		for (pack = read_of_pack[i];
			pack <= read_of_pack[i] * pack_count(); pack++)
			put_rest(i, pack, is_noise)
}

function make_registers(seed,	n, pack)
{
	split("", word)
	split("", is_served)
	choices = 0
	put_fixed()
	for (n = first_field[map["model"]]; n <= last_field[map["model"]]; n++)
		for (pack = is_of_pack[n];
			pack <= is_of_pack[n] * pack_count(); pack++)
			fill(n, bank_of(n, pack), seed)
	put_rest_of_all(0)
}

function tell_station(seed)
{
	random_start(map["model"] " " seed)
	make_registers(seed)
	tell_frames(folder "/frames", seed)
	tell_records(folder "/records", seed, 0)
	tell_records(folder "/secrets", seed, 1)
	note_history()
	if (seed > 1)
		return
	tell_records(folder "/" map["file"] ".records", seed, 0)
	tell_records(folder "/" map["file"] ".secrets", seed, 1)
	tell_image(folder "/" map["file"] ".image", seed, "")
	serve_first_pack_read()
	tell_image(folder "/" map["file"] ".refuses", seed, "refuse")
	serve_proven()
	tell_image(folder "/" map["file"] ".moves", seed, "move")
}

function tell_noise(seed)
{
	random_start(map["model"] " noise " seed)
	split("", word)
	put_fixed()
	put_rest_of_all(1)
	tell_frames(folder "/noise", seed)
}

# --- what it tells -----------------------------------------------------------

function tell_read(path, head, i, pack,	where, end, words)
{
	end = read_first[i] + read_length[i]
	for (where = read_first[i]; where < end; where++)
		words = words sprintf("%04x",
			word[bank_at(read_unit[i], pack, where), where])
	print head, frame_read_request(read_unit[i], read_first[i],
		read_length[i]), frame_read_answer(read_unit[i], words) >path
}

# One poll with all reads, and those of each pack.
function tell_frames(path, seed,	head, i, pack)
{
	head = station_name(seed)
	gsub(/ /, "%20", head)
	head = "2026-11-22T09:42:00.000Z - " head
	for (i = 1; i <= read_count; i++)
		if (!read_of_pack[i])
			tell_read(path, head, i, 0)
	for (pack = 1; pack <= pack_count(); pack++) {
		if ("pack-selector" in map)
			print head, frame_write(1, map["pack-selector"], pack),
				frame_write(1, map["pack-selector"], pack) >path
		for (i = 1; i <= read_count; i++)
			if (read_of_pack[i])
				tell_read(path, head, i, pack)
	}
	print head, "2026-11-22T09:42:00.000Z end" >path
}

function tell_records(path, seed, with_secrets,	head, text, pack)
{
	head = "\"name\":\"" station_name(seed) "\",\"model\":\"" \
		("generic" in map ? type_name() : map["model"]) "\""
	for (pack = 0; pack <= pack_count(); pack++) {
		text = record_text(map["model"], pack, head, with_secrets)
		if (text != "")
			print text >path
	}
}

function serve_read(i,	where, pack)
{
	for (where = read_first[i]; where < read_first[i] + read_length[i];
		where++)
		for (pack = 0; pack <= pack_count(); pack++)
			is_served[bank_at(read_unit[i], pack, where), where] = 1
}

# It tells which pack is shown, and stays whole for that: bt-map(5).
function serve_first_pack_read(	i)
{
	for (i = 1; i <= read_count; i++)
		if (read_of_pack[i]) {
			serve_read(i)
			return
		}
}

function serve_proven(	i)
{
	for (i = 1; i <= read_count; i++)
		if (read_is_proven[i])
			serve_read(i)
}

# A line a register, bank by bank.
function tell_image(path, seed, gaps,	key, part, bank)
{
	print "name \"" station_name(seed) "\"" >path
	if (gaps)
		print "gaps " gaps >path
	if ("pack-selector" in map) {
		print "writable " map["pack-selector"] >path
		print "pack-selector " map["pack-selector"] " shows " \
			map["pack-shown"] " settle 300" >path
	}
	for (key in word) {
		if (gaps && !(key in is_served))
			continue
		split(key, part, SUBSEP)
		bank[part[1]] = bank[part[1]] part[2] " " word[key] "\n"
	}
	for (key in bank) {
		split(key, part, " ")
		print "unit " part[1] (part[2] ? "\npack " part[2] : "") \
			"\n" bank[key] >path
	}
}

# --- whether a mix-up would show ---------------------------------------------

# By place: two fields may be the same registers.
function note_history(	n, key, noted)
{
	for (n = first_field[map["model"]]; n <= last_field[map["model"]];
		n++) {
		key = unit[n] "/" address[n] " " type[n]
		if (key in noted)
			continue
		noted[key] = 1
		history[key] = history[key] ";" \
			value_text(n, bank_of(n, is_of_pack[n]))
	}
}

function compare_histories(	key, seen)
{
	for (key in history) {
		if (history[key] in seen) {
			print "station.awk: " map["model"] ": " key " and " \
				seen[history[key]] " are alike in all seeds" \
				>"/dev/stderr"
			failed = 1
		}
		seen[history[key]] = key
	}
}
