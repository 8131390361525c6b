/*
 * A connection to the database that is made again whenever it is lost: on the
 * next host of the list, after a pause that grows. Messages say once what is
 * wrong, and when it is over.
 */
#ifndef BT_DB_INSERT_DATABASE_CONNECTION_H
#define BT_DB_INSERT_DATABASE_CONNECTION_H

#include "base/failure.h"
#include "batch.h"
#include "insert-options.h"
#include "session.h"

/* What the next process goes on with, if this one is killed. All zeros in the
 * beginning. */
struct connection_history {
	size_t host;	    /* of the list, where it is or is tried next */
	int last_error;	    /* 0 if all is well */
	bool was_well;	    /* the database has been reached before */
	bool has_delivered; /* and it has taken records */
	bool has_warned;    /* of a server that does not sync its log */
	int pause;
	unsigned long reconnects;
};

/* The beginning of the message about an error that is waited for. */
const char *connection_error_text(
	const struct connection_history *history, int error);

struct connection {
	const struct options *options;
	int socket; /* takes a report of each change; its end ends all waiting
		     */
	struct connection_history *history;

	/* database-connection.c alone */
	struct session *session; /* NULL: not connected */
	bool is_well;		 /* that was reported last */
	int sum_conflicts;	 /* in a row */
	int last_sum_error;
};

/*
 * Delivers a batch, however long it takes; NULL: only connects. Returns 0;
 * -BT_ECANCELED if the other process has closed the socket meanwhile; or an
 * error that waiting does not mend, with its reason in *failure.
 */
int connection_deliver(struct connection *connection, struct batch *batch,
	struct failure *failure);

/* Computes sums for a moment, if it is connected. Returns whether there is more
 * to compute. */
bool connection_sum(struct connection *connection);

void connection_close(struct connection *connection);

#endif
