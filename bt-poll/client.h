/*
 * A station as it is polled, and the exchanges with it. poll.h and packs.h
 * tell what is asked.
 */
#ifndef BT_POLL_CLIENT_H
#define BT_POLL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heartbeat.h"
#include "modbus/frame-line.h"
#include "modbus/frame-writer.h"
#include "model/map.h"
#include "plan.h"
#include "poll-counters.h"
#include "poll-options.h"
#include "station/station.h"

/* A station as it is polled. */
struct client {
	const struct options *options;
	const struct address *address;
	struct station *station;
	const struct map *map; /* NULL: reads are given by hand */
	struct plan *plan;     /* NULL until the map is known */
	struct frame_writer frame_writer;
	struct counters count;
	struct heartbeat *heartbeat;
	int cause; /* why the last exchange without an answer had none */
	int64_t last_good; /* good frame on this connection, or its begin */
	int64_t slow_due;  /* when reads of class slow come again */
	int pack_count;	   /* as the station tells it; -1: not yet */
	bool is_renewed;   /* for the sake of a read without an answer; since
			    * then no poll has been complete */
};

/*
 * One exchange with its retries. A good answer is counted and left in
 * *line, as is a failure: the line is not written yet. Returns 0 for an
 * answer, MODBUS exceptions among them, else the error; -BT_ESILENT if there
 * has been no good frame for too long, or an encrypted session seems to have
 * died, so that the link is given up.
 */
int client_exchange(struct client *client, const uint8_t *request,
	size_t length, struct frame_line *line);

/* The same for a read. */
int client_read(struct client *client, const struct map_block *block,
	struct frame_line *line);

/* True for errors after which the link can still be used. */
bool client_goes_on(int error);

#endif
