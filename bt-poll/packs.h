/*
 * Battery packs: the station serves the data of one at a time. Its number is
 * written to the selector that the map names (nothing else is ever written to
 * a station), and some seconds later its data are there.
 *
 * Each pack is a poll of its own: its lines come together when it has been
 * read, so that the station can be polled while a pack settles.
 */
#ifndef BT_POLL_PACKS_H
#define BT_POLL_PACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "modbus/frame-line.h"
#include "read-blocks.h"

struct packs {
	int pack;	      /* the last selected one; 0: between rounds */
	bool is_settling;     /* it is not read yet */
	int64_t due;	      /* when packs_step() is to be called */
	int64_t give_up;      /* when the pack must have shown up */
	int64_t round;	      /* when this round began */
	unsigned long rounds; /* complete ones */
	struct frame_line selection; /* of the selected pack, not written yet */
};

/* Starts over after the link was lost: the first round is due at once. */
void packs_reset(struct packs *packs);

/* True if the station has packs to be read, as far as is known now. */
bool packs_exist(const struct client *client);

/* True if a round has begun that is not complete. */
bool packs_busy(const struct packs *packs);

/* The step that is due. Returns as poll_station() does. */
int packs_step(struct packs *packs, struct client *client);

#endif
