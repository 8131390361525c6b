/* Which map a station is polled by. */
#ifndef BT_WHO_H
#define BT_WHO_H

#include "poll.h"

/*
 * Finds poller->map: that of --model; that for the station's name; that of
 * the type which its registers tell (the name of a communication box, PBOX or
 * EBOX, says nothing of the station behind it); or the generic map of its
 * protocol version. With --read there is none, and none is needed.
 *
 * Returns 0, -BT_ENOMAP, or an error of station_exchange().
 */
int who_is_it(struct poller *poller);

#endif
