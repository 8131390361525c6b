/*
 * The blocks of a map as one station serves them. Initially they are those of
 * the map; a block that the station refuses, or whose registers it shifts, is
 * replaced by its parts. The plan stays until the station changes.
 *
 * The first block of a battery pack is never split: it must show the pack's
 * number (packs.h).
 */
#ifndef BT_POLL_PLAN_H
#define BT_POLL_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "model/map.h"

/* A block, and what its answers have shown. */
struct planned {
	struct map_block block;
	/* Its words need no proof: a source has read these registers as one
	 * block, or each register belongs to a field. */
	bool is_trusted;
	bool is_refused;   /* not served, and there is nothing to split */
	bool is_done;	   /* read in this poll, or failed for good */
	bool is_missed;	   /* the last poll did not come to it */
	unsigned broken;   /* links that broke at it in a row */
	unsigned believed; /* words from the first on that did not move */
	unsigned used;	   /* words up to the last field */
};

struct plan;

/*
 * Makes the plan of the count blocks, which with the map stay the caller's and
 * have to outlive it. Without a map (NULL) the blocks are never split.
 * Returns 0 or -ENOMEM.
 */
int plan_new(struct plan **plan, const struct map_block *blocks, size_t count,
	const struct map *map);

/* NULL is allowed. */
void plan_free(struct plan *plan);

/* Starts over with the blocks of the map. */
void plan_reset(struct plan *plan);

/* Block n, NULL after the last. Valid until a block is split. */
struct planned *plan_at(struct plan *plan, size_t n);

/*
 * Splits block n, which the station does not serve as a whole, at the widest
 * gap between its fields; without a gap, into one block for each field. Marks a
 * single field as refused.
 */
void plan_split(struct plan *plan, size_t n);

/* Run number run, counted from 0, of the fields of block n: fields without a
 * gap between them. False after the last. */
bool plan_run(
	const struct plan *plan, size_t n, size_t run, struct map_block *part);

/* Replaces block n by all its runs. */
void plan_split_runs(struct plan *plan, size_t n);

/* Whether there is a gap between the fields of a block from word first to
 * before end. */
bool plan_has_gap(const struct plan *plan, const struct map_block *block,
	unsigned first, unsigned end);

/* No proof holds any more, as on a new link: the firmware may be another. */
void plan_doubt(struct plan *plan);

#endif
