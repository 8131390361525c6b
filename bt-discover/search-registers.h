/*
 * Which register is asked for next.
 *
 * A block that is answered settles all its registers; one that is refused
 * settles none, since stations refuse a block for a single register that they
 * do not serve. So single registers are asked for where some are likely, then
 * on a grid that gets finer; and from each served one up and down, by
 * blocks which are halved when they are refused.
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

/* Begins with what the coverage of the probe knows. */
void search_init(struct search *search, struct probe *probe,
	const struct hints *hints, bool is_quick);

/* Asks for the register, and if it is served for all around it. Returns 0 or
 * a negative error. */
int search_visit(struct search *search, uint32_t address);

/* All passes. Returns 0 or a negative error. */
int search_run(struct search *search);

/* --- grow.c ----------------------------------------------------------------
 */

/* Finds out what blocks are worth, with the help of a register that is served:
 * sets search->blocks. It may stay unsure. Returns 0 or a negative error. */
int grow_learn(struct search *search, uint32_t address);

/* Settles all registers from a served one up to the first that is not, and
 * down. Returns 0 or a negative error. */
int grow(struct search *search, uint32_t address);

#endif
