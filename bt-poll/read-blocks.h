/*
 * Polls a station over an open link: selects the blocks and writes their lines.
 */
#ifndef BT_POLL_READ_BLOCKS_H
#define BT_POLL_READ_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "model/map.h"

/* ms after its start in which a poll can be resumed on another link. */
static inline int64_t poll_resume_time(int64_t interval)
{
	return interval > 60000 ? interval : 60000;
}

/*
 * Starts the poll of the station, or resumes it on a new link: reads the
 * remaining blocks, first those that the last poll missed. A block that breaks
 * the link is tried CLIENT_TRIES times, each on a new link; then it has failed.
 * Returns 0, also if blocks failed but the link is sound; an error of
 * station_exchange() that ends the link; or -BT_EOUTPUT.
 */
int poll_station(struct client *client);

/* Whether all blocks of the poll have been read or have failed. */
bool poll_is_read(const struct client *client);

/* Closes the poll. Blocks without a turn are first in the next poll. Returns 0
 * or -BT_EOUTPUT. */
int poll_close(struct client *client);

/*
 * Reads the remaining blocks of the plan up to this class: those of the
 * station, or those of the selected battery pack. Writes lines, but does not
 * close the poll. Sets *is_incomplete if a block failed, but may succeed the
 * next time. Stops at the user's timeout. Returns as poll_station().
 */
int poll_blocks(struct client *client, bool is_pack, enum map_class class,
	bool *is_incomplete);

/* Resets the turns of all blocks for the next poll_blocks(). Returns whether
 * each block has had its turn. */
bool poll_end_blocks(struct client *client, bool is_pack, enum map_class class);

#endif
