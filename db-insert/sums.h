/*
 * The table period: sums of quarter hours, hours and parts of days.
 *
 *   device_id   device.part_of
 *   minutes     15 or 60, from start on; 0: a part of a day
 *   last_quarter   start of the last quarter hour of a part of a day
 *   touched     not 0: rows of this quarter hour have changed since
 *   records, failed   how many, and how many of them have failed reads
 *   seconds     that records cover
 *   charge_…    state of charge in percent: first, last, least, most
 *   …_wh        energy in Wh, and against the direction of its name
 *
 * A record holds until the next one of its device, for HOLD at most; the newest
 * one does not hold at all. A transaction that changes rows also touches their
 * quarter hours, and a touched quarter hour is computed again from all of its
 * rows.
 *
 * The part of a day is what a day of UTC and one of the server's time zone have
 * in common: days of either are sums of two parts or three.
 */
#ifndef BT_DB_INSERT_SUMS_H
#define BT_DB_INSERT_SUMS_H

#include "base/failure.h"
#include "row.h"
#include "session.h"

/* Seconds of a quarter hour; times that a sum can have are those of TIMESTAMP,
 * less a day on either side. */
#define SUMS_QUARTER 900
#define SUMS_FIRST 86400
#define SUMS_LAST (INT32_MAX - 86400)

/* Touches the quarter hours of rows, in the open transaction. 0 or an error of
 * server_error(), -ENOMEM. */
int sums_touch(const struct session *session, const struct row *rows,
	size_t count, struct failure *failure);

/* Touches those of both devices, when rows of one have become the other's. */
int sums_move(
	MYSQL *handle, uint32_t from, uint32_t to, struct failure *failure);

/* Touches all that there are rows of, and commits. */
int sums_touch_all(MYSQL *handle, struct failure *failure);

/*
 * Computes quarter hours of a day that were touched, in a transaction of its
 * own. Returns 1, 0 if there are none, or an error of server_error(), -ENOMEM.
 */
int sums_step(MYSQL *handle, struct failure *failure);

#endif
