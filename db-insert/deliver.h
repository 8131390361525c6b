/* The delivery process: reads the spool, inserts into the database and reports
 * commits. It never changes the spool and may be killed at any time. */
#ifndef BT_DB_INSERT_DELIVER_H
#define BT_DB_INSERT_DELIVER_H

#include "database-connection.h"
#include "insert-options.h"
#include "report.h"

/* Its starting point. */
struct delivery_start {
	const struct options *options;
	int socket;	    /* for reports; its end ends the process */
	int segments;	    /* directory of the spool's segments */
	int rejects;	    /* directory of the file of rejected records */
	const char *path;   /* of that, for messages */
	uint64_t left_over; /* the last segment of earlier runs */
	struct spool_position done; /* all before it is in the database */
	struct line_counts lines;   /* before that */
	const char *waiting;	    /* spool_waiting() */
	struct connection_history *history; /* shared by all processes */
};

/* Runs until the socket ends and returns 0, or reports a fatal error and
 * returns its exit status. */
int deliver(const struct delivery_start *start);

#endif
