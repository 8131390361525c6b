/*
 * Selects the next register to read.
 *
 * An answered block shows that all its registers are served; a refused block
 * shows nothing, since stations refuse a block for a single missing register.
 * So it reads single registers where some are likely, then on a grid that gets
 * finer; and from each served register up and down, by blocks that are halved
 * when refused.
 */
#ifndef BT_DISCOVER_SEARCH_REGISTERS_H
#define BT_DISCOVER_SEARCH_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "hints.h"
#include "probe.h"

/* Whether the station answers a block that has registers which it does not
 * serve. */
enum search_blocks {
	SEARCH_UNSURE, /* not known yet */
	SEARCH_WHOLE,  /* no: an answer is to be believed */
	SEARCH_MOVED, /* yes, with the words of others: no block is asked for */
};

struct search {
	struct probe *probe;
	const struct hints *hints;
	enum search_blocks blocks;
	unsigned largest; /* registers that a block may have */
	unsigned longest; /* of a block that was answered */
	bool is_quick;	  /* coarse passes only */
};

/* Starts from the coverage of the probe. */
void search_init(struct search *search, struct probe *probe,
	const struct hints *hints, bool is_quick);

/* Asks for the register, and if it is served for all around it. Returns 0 or
 * a negative error. */
int search_visit(struct search *search, uint32_t address);

/* All passes. Returns 0 or a negative error. */
int search_run(struct search *search);

/* --- grow.c ----------------------------------------------------------------
 */

/* Tests with a served register how the station answers blocks, and sets
 * search->blocks, which may stay unknown. Returns 0 or a negative error. */
int grow_learn(struct search *search, uint32_t address);

/* Reads from a served register up to the first one that is not served, and
 * down. Returns 0 or a negative error. */
int grow(struct search *search, uint32_t address);

#endif
