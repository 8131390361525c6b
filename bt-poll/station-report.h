/* What is said of a station on standard error: one message for each change. */
#ifndef BT_POLL_STATION_REPORT_H
#define BT_POLL_STATION_REPORT_H

#include "read-blocks.h"
#include "station/reported-errors.h"

/*
 * Something is the matter (error is negative) and will be tried again. Where
 * the link is sound but nothing good comes, client->cause is told.
 */
void report_trouble(
	struct reported_errors *told, const struct client *client, int error);

/* All is well; said only if something else was said before. */
void report_well(struct reported_errors *told, const struct client *client);

/* Why the program ends; nothing for 0 and -BT_ECANCELED. Returns the exit
 * status. */
int report_end(const struct reported_errors *told, const struct client *client,
	int error);

/* The counters. */
void report_counters(const struct client *client);

#endif
