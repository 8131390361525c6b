/* The checkpoint of a spool: a line "SEGMENT OFFSET CHECKSUM" in the file
 * "checkpoint"; earlier versions wrote no checksum. All before that position is
 * in the database. */
#ifndef BT_DB_INSERT_CHECKPOINT_H
#define BT_DB_INSERT_CHECKPOINT_H

#include <stdbool.h>

#include "spool-position.h"

/*
 * Leaves *position alone if there is no checkpoint, or none that is to be
 * believed: it is damaged, or in its segment no line begins at its offset.
 * *last is a number of a segment that is used, though it may be gone. 0 or a
 * negative errno.
 */
int checkpoint_read(
	int directory, struct spool_position *position, uint64_t *last);

/* Puts a new one in the old one's place, so that there is always a whole one;
 * durable: also after a power cut. 0 or a negative errno. */
int checkpoint_write(
	int directory, const struct spool_position *position, bool durable);

#endif
