/* What is said of a station on standard error: one message for each change. */
#ifndef BT_REPORT_H
#define BT_REPORT_H

#include "poll.h"
#include "trouble.h"

/*
 * Something is the matter (error is negative) and will be tried again. Where
 * the link is sound but nothing good comes, poller->cause is told.
 */
void report_trouble(
	struct trouble *told, const struct poller *poller, int error);

/* All is well; said only if something else was said before. */
void report_well(struct trouble *told, const struct poller *poller);

/* Why the program ends; nothing for 0 and -BT_ECANCELED. Returns the exit
 * status. */
int report_end(
	const struct trouble *told, const struct poller *poller, int error);

/* The counters. */
void report_counters(const struct poller *poller);

#endif
