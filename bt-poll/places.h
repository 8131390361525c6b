/*
 * Places of battery packs, which count from 1. A station tells how many packs
 * it has, but not where they are: two may be at 2 and 3. So places are looked
 * at until as many are taken; one without a pack is left out for a while.
 */
#ifndef BT_POLL_PLACES_H
#define BT_POLL_PLACES_H

#include <stdbool.h>
#include <stdint.h>

/* The highest that a map may allow. */
#define PLACES_MAX 255

struct places {
	int count; /* of packs, when they were last looked for */
	struct place {
		bool is_known;	/* a pack has been there */
		bool is_empty;	/* the last look found none */
		int64_t look;	/* when it is looked at again; 0: each round */
	} list[PLACES_MAX + 1]; /* by number */
};

/* Begins a round; if the number of packs has changed nothing is known. */
void places_begin(struct places *places, int count);

/* The place to select after last (0: none yet), up to max; 0 at the end of the
 * round. */
int places_next(const struct places *places, int last, int max);

/* Whether a failure there means that there is no pack. */
bool places_is_doubtful(const struct places *places, int n);

/* A pack is there; or it did not show, but may be there; or there is none. */
void places_record_pack(struct places *places, int n);
void places_record_hidden(struct places *places, int n);
void places_record_empty(struct places *places, int n);

/* Ends a round that came to last: where all packs have been found, no other
 * place has one. */
void places_end(struct places *places, int last);

#endif
