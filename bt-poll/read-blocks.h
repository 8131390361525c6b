/*
 * Polls of one station over an open link: which blocks are read, and their
 * lines.
 */
#ifndef BT_POLL_READ_BLOCKS_H
#define BT_POLL_READ_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "model/map.h"

/* ms after its begin in which a poll is resumed on another link. */
static inline int64_t poll_resume_time(int64_t interval)
{
	return interval > 60000 ? interval : 60000;
}

/*
 * Begins the poll of the station, or resumes it on a new link: reads the blocks
 * that are left, those first that the last poll missed. A block at which the
 * link breaks is tried CLIENT_TRIES times, each on a link of its own; then it
 * has failed. Returns 0, also if single blocks failed but the link is sound; an
 * error of station_exchange() that ends the link; or -BT_EOUTPUT.
 */
int poll_station(struct client *client);

/* Whether all blocks of the poll have been read or have failed. */
bool poll_is_read(const struct client *client);

/* Closes the poll. Blocks without a turn come first in the next one. Returns 0
 * or -BT_EOUTPUT. */
int poll_close(struct client *client);

/*
 * Reads the blocks of the plan that are left, of this class or one before it:
 * those of the station, or those of the selected battery pack. Lines are
 * written, the poll is not closed. *is_incomplete is set when one of them
 * failed, but may succeed the next time. Stops when the user's patience ends.
 * Returns as poll_station() does.
 */
int poll_blocks(struct client *client, bool is_pack, enum map_class class,
	bool *is_incomplete);

/* The next poll_blocks() begins with all of them. Returns whether each has had
 * its turn. */
bool poll_end_blocks(struct client *client, bool is_pack, enum map_class class);

#endif
