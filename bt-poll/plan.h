/*
 * The reads of a map as one station takes them. At first they are those of the
 * map; a read that the station refuses, or whose words it moves, gives way to
 * its parts. What was learnt so holds for the life of the process.
 *
 * The first read of a battery pack is not among them: it must stay whole to
 * show which pack it is of (packs.h).
 */
#ifndef BT_POLL_PLAN_H
#define BT_POLL_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "model/map.h"

/* A read, and what is known of its answers. */
struct planned {
	struct map_block block;
	/* Its words need no proof: a source has read these registers as one
	 * block, or each of them belongs to a field. */
	bool is_trusted;
	bool is_refused;   /* not served, and there is nothing to split */
	unsigned believed; /* words from the first on that did not move */
	unsigned used;	   /* words up to the last one of a field */
};

struct plan;

/*
 * Makes the plan of the count reads, which with the map stay the caller's and
 * have to outlive it. Without a map (NULL) the reads are taken as they are.
 * Returns 0 or -ENOMEM.
 */
int plan_new(struct plan **plan, const struct map_block *blocks, size_t count,
	const struct map *map);

/* NULL is allowed. */
void plan_free(struct plan *plan);

/* Forgets what was learnt. */
void plan_reset(struct plan *plan);

/* Number n, NULL behind the last one. Valid until one is split. */
struct planned *plan_at(struct plan *plan, size_t n);

/*
 * The station does not take read n as a whole: in its place come two, divided
 * at the widest gap between its fields; where there is no gap, one for each
 * field. A single field is marked as refused.
 */
void plan_split(struct plan *plan, size_t n);

/* Run number run of the fields of read n, counted from 0: fields without a
 * gap between them. False if there are not so many. */
bool plan_run(
	const struct plan *plan, size_t n, size_t run, struct map_block *part);

/* Puts all its runs in the place of read n. */
void plan_split_runs(struct plan *plan, size_t n);

#endif
