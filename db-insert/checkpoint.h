/* The checkpoint of a spool: a line "SEGMENT OFFSET CHECKSUM" in the file
 * "checkpoint"; earlier versions wrote no checksum. Everything before that
 * position is in the database. */
#ifndef BT_DB_INSERT_CHECKPOINT_H
#define BT_DB_INSERT_CHECKPOINT_H

#include <stdbool.h>

#include "spool-position.h"

/*
 * Leaves *position unchanged if there is no valid checkpoint: it may be
 * damaged, or no line begins at its offset. *last is set to the number of its
 * segment, which may be gone. Returns 0 or a negative errno.
 */
int checkpoint_read(
	int directory, struct spool_position *position, uint64_t *last);

/* Replaces the checkpoint atomically; durable: also across a power cut. Returns
 * 0 or a negative errno. */
int checkpoint_write(
	int directory, const struct spool_position *position, bool durable);

#endif
