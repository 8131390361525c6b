/*
 * Identifies a station and finds its map with as few reads as possible. Its
 * registers decide, since firmware and owners change names and a station may
 * use another protocol than its name suggests (identity.h). One read is enough
 * if they agree with the name.
 *
 *   identify_begin(&identify, maps, name);
 *   while (identify_next(&identify, &block))
 *           … read the block …
 *           identify_take(&identify, answer);
 */
#ifndef BT_STATION_IDENTIFY_H
#define BT_STATION_IDENTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/identity.h"

struct identify {
	const struct maps *maps;
	const char *name;
	struct identity identity; /* by the answers so far */
	const struct map *map;	  /* by name and answers; NULL: none yet */
	bool is_version_1;	  /* by the name: the first request */
	bool has_zeros;		  /* in place of the type of version 2 */
	size_t step;
};

/* maps and name stay the caller's and have to outlive it. */
void identify_begin(
	struct identify *identify, const struct maps *maps, const char *name);

/* Sets *block to the next block to read. Returns false if nothing is left to
 * read: identity and map are the result. */
bool identify_next(const struct identify *identify, struct map_block *block);

/* Takes the checked answer to that block, which may be a MODBUS exception.
 * Returns false for an exception other than an illegal address (the station is
 * busy, or failed): then the same block must be read again. */
bool identify_take(struct identify *identify, const uint8_t *answer);

#endif
