/*
 * Polls of one station over an open link: which blocks are read, and their
 * lines.
 */
#ifndef BT_POLL_READ_BLOCKS_H
#define BT_POLL_READ_BLOCKS_H

#include <stdbool.h>

#include "client.h"
#include "model/map.h"

/*
 * The poll of the station as a whole. 0, also if single blocks failed but the
 * link is sound; an error of station_exchange() that ends the link; or
 * -BT_EOUTPUT.
 */
int poll_station(struct client *client);

/*
 * Reads the blocks of the plan that are of this class or one before it: those
 * of the station, or those of the selected battery pack. Lines are written, the
 * poll is not closed. *is_incomplete is set when one of them failed, but may
 * succeed the next time. Returns as poll_station() does.
 */
int poll_blocks(struct client *client, bool is_pack, enum map_class class,
	bool *is_incomplete);

#endif
