# The packs of maps: model, how many at most, and the registers that count,
# select and show them; 0 where there is none.
#
#   awk -f map.awk -f packs.awk MAP...

BEGIN {
	for (i = 1; i < ARGC; i++) {
		map_read(ARGV[i])
		if ("packs" in map)
			print map["model"], map["packs"], \
				map["pack-count"] + 0, \
				map["pack-selector"] + 0, map["pack-shown"] + 0
	}
}
