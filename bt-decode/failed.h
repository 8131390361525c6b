/* The key "failed" of a record: bt-records(5). */
#ifndef BT_DECODE_FAILED_H
#define BT_DECODE_FAILED_H

#include <stdbool.h>

#include "model/map.h"
#include "poll-blocks.h"
#include "writer.h"

/*
 * Writes the key and its list, if there is anything in it: what failed and
 * concerns this pack, or with pack 0 no pack. map may be NULL. Returns true if
 * it was written.
 */
bool failed_write(struct writer *writer, const struct poll *poll,
	const struct map *map, int pack);

#endif
