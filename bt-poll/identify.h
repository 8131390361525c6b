/* Which map a station is polled by. */
#ifndef BT_POLL_IDENTIFY_H
#define BT_POLL_IDENTIFY_H

#include "read-blocks.h"

/*
 * Finds client->map: that of --model; that for the station's name; that of
 * the type which its registers tell (the name of a communication box, PBOX or
 * EBOX, says nothing of the station behind it); or the generic map of its
 * protocol version. With --read there is none, and none is needed.
 *
 * Returns 0, -BT_ENOMAP, or an error of station_exchange().
 */
int identify(struct client *client);

#endif
