/* The checkpoint of a spool: a line "SEGMENT OFFSET" in the file
 * "checkpoint". All before that position is in the database. */
#ifndef BT_DB_INSERT_CHECKPOINT_H
#define BT_DB_INSERT_CHECKPOINT_H

#include <stdbool.h>

#include "spool.h"

/* Leaves *position alone if there is no checkpoint, or none that is whole. 0 or
 * a negative errno. */
int checkpoint_read(int directory, struct spool_position *position);

/* Puts a new one in the old one's place, so that there is always a whole one;
 * durable: also after a power cut. 0 or a negative errno. */
int checkpoint_write(
	int directory, const struct spool_position *position, bool durable);

#endif
