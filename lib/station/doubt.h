/*
 * Decides whether an answer belongs to the request or to an earlier one.
 *
 * Three rules, each across connections:
 *
 * - A request is not sent while a repeated answer to another one could be
 *   mistaken for its own.
 * - An answer that could be the late answer to another request is not accepted.
 * - If a repeated answer could have been mistaken for the right one, the right
 *   one is still to come: wait for it.
 *
 * Times are those of clock_monotonic() in ms.
 */
#ifndef BT_STATION_DOUBT_H
#define BT_STATION_DOUBT_H

#include "station/station-internal.h"

/* When the request may be sent. */
int64_t doubt_due(const struct station *station, const struct asked *asked);

/* Until when the latest answer could be a late one to another request: 0 if it
 * cannot. */
int64_t doubt_ends(
	const struct station *station, const struct exchange *exchange);

/* Waits for another answer, which would be the right one. Returns 0; -BT_EMIXED
 * if something arrived; -BT_ETIMEOUT at the caller's deadline; or an error
 * after which the link cannot be used any more. */
int doubt_resolve(struct station *station, const struct exchange *exchange);

/* Takes the time that an answer needed. */
void doubt_learn(struct station *station, int64_t trip);

#endif
