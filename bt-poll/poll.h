/*
 * Polls of one station over an open session: what is read, what is written
 * to select a battery pack, and the lines that tell of it.
 */
#ifndef BT_POLL_H
#define BT_POLL_H

#include <stdbool.h>
#include <stdint.h>

#include "counters.h"
#include "journal.h"
#include "map.h"
#include "options.h"
#include "pulse.h"
#include "station.h"

/* A station as it is polled. */
struct poller {
	const struct options *options;
	struct station *station;
	const struct map *map; /* NULL: reads are given by hand */
	struct journal journal;
	struct counters count;
	struct pulse *pulse;
	int cause; /* why the last exchange without an answer had none */
	int64_t last_good; /* good frame on this connection, or its begin */
	int64_t slow_due;  /* when reads of class slow come again */
	int pack_count;	   /* as the station tells it; -1: not yet */
};

/*
 * The poll of the station as a whole. 0, also if single reads failed but the
 * link is sound; an error of station_exchange() that ends the link; or
 * -BT_EOUTPUT.
 */
int poll_station(struct poller *poller);

/*
 * One exchange with its retries. A good answer is counted and left in
 * *line, as is a failure: the line is not written yet. Returns 0 for an
 * answer, MODBUS exceptions among them, else the error; -BT_ESILENT if there
 * has been no good frame for too long, so that the link is given up.
 */
int poll_exchange(struct poller *poller, const uint8_t *request, size_t length,
	struct frameline *line);

/* The same for a read of the map. */
int poll_read(struct poller *poller, const struct map_read *read,
	struct frameline *line);

/* True for errors after which the link can still be used. */
bool poll_goes_on(int error);

/* The class of reads that the next poll asks for. */
enum map_class poll_class(const struct poller *poller);

#endif
