/*
 * Polls of one station over an open session: what is read, and the lines that
 * tell of it.
 */
#ifndef BT_POLL_READ_BLOCKS_H
#define BT_POLL_READ_BLOCKS_H

#include <stdbool.h>

#include "client.h"
#include "model/map.h"

/*
 * The poll of the station as a whole. 0, also if single reads failed but the
 * link is sound; an error of station_exchange() that ends the link; or
 * -BT_EOUTPUT.
 */
int poll_station(struct client *client);

/*
 * The reads of the plan that are of this class or one before it: those of the
 * station, or those of the battery pack that shows. Lines are written, the
 * poll is not closed. *incomplete is set when one of them brought nothing, but
 * may the next time. Returns as poll_station() does.
 */
int poll_reads(struct client *client, bool of_pack, enum map_class class,
	bool *incomplete);

#endif
