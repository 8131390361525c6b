/*
 * A polled station, and the exchanges with it. read-blocks.h and packs.h select
 * the reads.
 */
#ifndef BT_POLL_CLIENT_H
#define BT_POLL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heartbeat.h"
#include "modbus/frame-line.h"
#include "modbus/frame-writer.h"
#include "model/identity.h"
#include "model/map.h"
#include "plan.h"
#include "poll-counters.h"
#include "poll-options.h"
#include "station/reconnect.h"

/* Tries of a block, without an answer or with a link that broke. */
#define CLIENT_TRIES 3

/* A poll of the station: it goes on over links until it is closed. */
struct poll {
	bool is_open;
	enum map_class class; /* of blocks that are due */
	bool is_incomplete;   /* a block failed that may succeed later */
	unsigned long frames; /* believed words at its start */
	int64_t give_up;      /* when it is no longer resumed */
};

/* A station as it is polled. */
struct client {
	const struct options *options;
	struct reconnect link;
	const struct map *map; /* NULL: not known, or blocks given by hand */
	struct plan *plan;     /* NULL until the map is known */
	struct frame_writer frame_writer;
	struct counters count;
	struct heartbeat *heartbeat;
	struct poll poll;
	int64_t slow_due;  /* when blocks of class slow come again */
	int pack_count;	   /* by the station's own register; -1: not read yet */
	uint16_t selected; /* battery pack; 0: none yet */
	bool is_renewed;   /* for the sake of a block without an answer; since
			    * then no poll has been complete */
	struct identity identity; /* by its registers, as far as known */
	bool is_identified;	  /* it has answered with its identity */
	bool is_confirmed;	  /* to be this station, on this link */
	unsigned asked;	      /* links without an answer about its identity */
	bool is_single_known; /* whether it … */
	bool refuses_single;  /* to serve a register alone */
};

/*
 * Reads a block, with retries. A good answer is counted and left in *line, as
 * is a failure: the line is not written yet. Returns 0 for an answer, MODBUS
 * exceptions among them, else the error; -BT_ESILENT if there has been no good
 * frame for too long, the user's patience has ended, or an encrypted session
 * seems to have died, so that the link is given up.
 */
int client_read(struct client *client, const struct map_block *block,
	struct frame_line *line);

/* When the block can be read without a wait for answers to others. */
int64_t client_due(const struct client *client, const struct map_block *block);

/* Selects a battery pack, likewise. Its echo is no good answer. */
int client_select(
	struct client *client, uint16_t pack, struct frame_line *line);

/*
 * Writes the line, or closes the poll that has a line. Both wait for the reader
 * of the output without a limit; meanwhile the heartbeat reports this, and the
 * time does not count as silence of the station. Return 0 or -BT_EOUTPUT.
 */
int client_write(struct client *client, const struct frame_line *line);
int client_end_poll(struct client *client);

#endif
