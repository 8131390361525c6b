/* The process that talks to the database: it reads the spool, which it does
 * not change, and reports what is committed. It may be killed at any time. */
#ifndef BT_DB_INSERT_DELIVER_H
#define BT_DB_INSERT_DELIVER_H

#include "database-connection.h"
#include "insert-options.h"
#include "report.h"

/* Where it begins. */
struct delivery_start {
	const struct options *options;
	int socket;	    /* to report on; its end ends it */
	int segments;	    /* directory of the spool's segments */
	int rejects;	    /* directory of the file of refused records */
	const char *path;   /* of that, for messages */
	uint64_t left_over; /* the last segment of earlier runs */
	struct spool_position done; /* all before it is in the database */
	struct line_counts lines;   /* that are before it */
	const char *waiting;	    /* spool_waiting() */
	struct connection_history *history; /* shared by all processes */
};

/* Runs until the socket ends. Returns an exit status: 0, or that of what a
 * person must mend, after a message. */
int deliver(const struct delivery_start *start);

#endif
