/*
 * Battery packs: the station serves the data of one pack at a time. The pack's
 * number is written to the selector of the map (the only value ever written to
 * a station), and its data follow some seconds later.
 *
 * Each pack is a poll of its own: its lines are written together when it has
 * been read, so that the station can be polled while a pack settles. A round
 * continues on the next link: the selected pack is read there, and no pack is
 * selected twice in a round. An empty slot has no lines.
 */
#ifndef BT_POLL_PACKS_H
#define BT_POLL_PACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "modbus/frame-line.h"
#include "slots.h"
#include "read-blocks.h"

struct packs {
	int pack;	      /* the last selected one; 0: between rounds */
	bool is_settling;     /* it is not read yet */
	bool is_open;	      /* its first lines have been written */
	unsigned broken;      /* links that broke at its first block */
	int64_t due;	      /* when packs_step() is to be called */
	int64_t give_up;      /* when the pack must have shown up */
	int64_t resume;	      /* until when it is resumed on a new link */
	int64_t round;	      /* when this round began */
	unsigned long rounds; /* complete rounds */
	struct slots slots;
	struct frame_line selection; /* of the selected pack, not written yet */
	struct frame_line last;	     /* believed answer to the first block */
	int last_pack;		     /* of that; 0: none yet */
};

/*
 * Gives up a selected pack that is not resumed any more, or (always) is that of
 * another station: closes its poll. Returns 0 or -BT_EOUTPUT.
 */
int packs_expire(struct packs *packs, struct client *client, bool always);

/* True if the station has packs to be read, as far as is known now. */
bool packs_exist(const struct client *client);

/* True if a round has begun that is not complete. */
bool packs_busy(const struct packs *packs);

/* The step that is due. Returns as poll_station() does. */
int packs_step(struct packs *packs, struct client *client);

#endif
