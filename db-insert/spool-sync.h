/* Tracks and syncs the lines that were written to segments. */
#ifndef BT_DB_INSERT_SPOOL_SYNC_H
#define BT_DB_INSERT_SPOOL_SYNC_H

#include <stdbool.h>

#include "spool-position.h"

/* All zeros: everything is synced. */
struct spool_sync {
	bool has_lines;		    /* unsynced lines */
	bool has_names;		    /* unsynced names of segments */
	bool has_failed;	    /* unsynced segments must be rewritten */
	uint64_t first;		    /* unsynced segment */
	struct spool_position mark; /* end of the spool when marked */
	int64_t marked;
};

/* Records lines written to the last segment, up to the end. */
void spool_sync_add(struct spool_sync *sync, const struct spool_position *end);

void spool_sync_mark(struct spool_sync *sync, const struct spool_position *end);

/* Time at which to check the mark, on clock_monotonic(); INT64_MAX: everything
 * is synced. */
int64_t spool_sync_next(const struct spool_sync *sync);

/*
 * Syncs the remaining segments up to the end and their names. After a failure
 * it rewrites them: then no segment may be open for writing. Returns 0 or a
 * negative errno.
 */
int spool_sync_run(struct spool_sync *sync, int directory,
	const struct spool_position *end);

#endif
