/*
 * The slots of battery packs, numbered from 1. A station reports how many packs
 * it has, but not their slots: two packs may be in slots 2 and 3. A round
 * checks slots until it has found that many packs, and skips known empty slots
 * for a while.
 */
#ifndef BT_POLL_SLOTS_H
#define BT_POLL_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

/* The highest that a map may allow. */
#define SLOTS_MAX 255

struct slots {
	int count; /* of packs, when the round began */
	struct slot {
		bool is_known;	    /* it has had a pack */
		bool is_empty;	    /* no pack at the last check */
		int64_t next_check; /* 0: in each round */
	} list[SLOTS_MAX + 1];	    /* by number */
};

/* Begins a round. Another number of packs makes all slots unknown. */
void slots_begin(struct slots *slots, int count);

/* The slot to select after last (0: none yet), up to max; 0 at the end of the
 * round. */
int slots_next(const struct slots *slots, int last, int max);

/* Whether a failure there means that there is no pack. */
bool slots_is_doubtful(const struct slots *slots, int n);

/* Record a pack; a pack that did not appear, but may exist; an empty slot. */
void slots_record_pack(struct slots *slots, int n);
void slots_record_hidden(struct slots *slots, int n);
void slots_record_empty(struct slots *slots, int n);

/* Ends a round that reached last: if all packs have been found, the other slots
 * are empty. */
void slots_end(struct slots *slots, int last);

#endif
