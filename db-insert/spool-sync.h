/* What was written to the segments of a spool and is not synced. */
#ifndef BT_DB_INSERT_SPOOL_SYNC_H
#define BT_DB_INSERT_SPOOL_SYNC_H

#include <stdbool.h>

#include "spool-position.h"

/* All zeros: everything is synced. */
struct spool_sync {
	bool has_lines;		    /* that are not synced */
	bool has_names;		    /* of new segments */
	bool has_failed;	    /* they must be written anew */
	uint64_t first;		    /* segment that is not synced */
	struct spool_position mark; /* the end at the time of marked */
	int64_t marked;
};

/* Lines were written to the last segment, up to the end. */
void spool_sync_add(struct spool_sync *sync, const struct spool_position *end);

void spool_sync_mark(struct spool_sync *sync, const struct spool_position *end);

/* When the mark is to be looked at, on clock_monotonic(); INT64_MAX: nothing is
 * unsynced. */
int64_t spool_sync_next(const struct spool_sync *sync);

/*
 * Syncs the segments up to the end, but for those that are gone, and their
 * names. After a failure they are written anew: nobody may then have one of
 * them open. 0 or a negative errno.
 */
int spool_sync_run(struct spool_sync *sync, int directory,
	const struct spool_position *end);

#endif
