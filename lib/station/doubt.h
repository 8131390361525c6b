/*
 * Whether an answer is that of the request, or of an earlier one.
 *
 * Three rules, each of which holds over connections:
 *
 * - A request is not sent while an answer to another one could come again and
 *   be taken for its own.
 * - An answer that could be the late one of another request is not believed.
 * - Where an answer that came again could have been taken for the right one,
 *   the right one is still to come, and is waited for.
 *
 * Times are those of clock_monotonic() in ms.
 */
#ifndef BT_STATION_DOUBT_H
#define BT_STATION_DOUBT_H

#include "station/station-internal.h"

/* When the request may be sent. */
int64_t doubt_due(const struct station *station, const struct asked *asked);

/* Until when the answer that has just come could be a late one to another
 * request: 0 if it cannot. */
int64_t doubt_ends(
	const struct station *station, const struct exchange *exchange);

/* Waits for another answer that would be the right one. Returns 0; -BT_EMIXED
 * if something came; -BT_ETIMEOUT if the caller waits no longer; or why the
 * link is of no more use. */
int doubt_resolve(struct station *station, const struct exchange *exchange);

/* Takes the time that an answer needed. */
void doubt_learn(struct station *station, int64_t trip);

#endif
