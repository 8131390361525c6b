/*
 * Finds the map of a station with as few reads as possible: the map for its
 * name; that of the type in its registers (the name of a communication box,
 * PBOX or EBOX, does not give the station behind it); or the generic map of its
 * protocol version.
 *
 *   identify_begin(&identify, maps, name);
 *   while (identify_next(&identify, &block))
 *           … read the block …
 *           identify_take(&identify, answer);
 */
#ifndef BT_STATION_IDENTIFY_H
#define BT_STATION_IDENTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/identity.h"

struct identify {
	const struct maps *maps;
	const char *name;
	struct identity identity; /* as far as it was needed */
	const struct map *map;	  /* NULL: none yet */
	int step; /* what is read next: the type of protocol 2, of 1, the
		   * version */
};

/* maps and name stay the caller's and have to outlive it. */
void identify_begin(
	struct identify *identify, const struct maps *maps, const char *name);

/* Sets *block to the next block to read. Returns false if nothing is left to
 * read: identify->map is the result. */
bool identify_next(const struct identify *identify, struct map_block *block);

/* Takes the checked answer to that, which may be a MODBUS exception. Returns
 * false for one that does not say that there is no such register (the station
 * is busy, or failed): then the same block is to be read again. */
bool identify_take(struct identify *identify, const uint8_t *answer);

#endif
