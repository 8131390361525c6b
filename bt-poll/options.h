/* What the user asked for: the same for every station. */
#ifndef BT_OPTIONS_H
#define BT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "maps.h"
#include "station.h"

struct options {
	int64_t interval;      /* ms from the start of a poll to the next */
	int64_t pack_interval; /* ms between rounds of the battery packs */
	int64_t silence;       /* ms without a good frame that end a link */
	int64_t timeout;       /* ms without a good answer; 0: wait for ever */
	unsigned long polls;   /* 0: without end */
	bool release;	       /* no link between polls */
	bool all;	       /* read every field of the map */
	bool secrets;	       /* passwords and names of networks too */
	enum station_security security;
	struct secure_keys keys;
	const struct map *map;	 /* of --model; NULL: by the station's name */
	const struct maps *maps; /* NULL: reads are given by hand */
	struct map_read *reads;	 /* given by hand */
	size_t read_count;
	struct address *addresses;
	size_t address_count;
};

#endif
