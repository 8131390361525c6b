/*
 * The reading process's view of the delivery process: starting, feeding,
 * watching and ending it. The delivery process may be killed at any time,
 * because it changes only the database: the next one sends again whatever had
 * not been reported. It is killed if it reports nothing for DELIVERY_STUCK.
 */
#ifndef BT_DB_INSERT_DELIVERY_H
#define BT_DB_INSERT_DELIVERY_H

#include <sys/types.h>

#include "deliver.h"

/* Milliseconds: longer than trying all hosts of a cluster takes, each call with
 * its time limit; see login.c. */
#define DELIVERY_STUCK 300000

enum delivery_state {
	DELIVERY_NEW,	 /* first connection attempt in progress */
	DELIVERY_WELL,	 /* connected, or busy */
	DELIVERY_AWAY,	 /* retrying */
	DELIVERY_FAILED, /* exited after a fatal error, with a message */
};

struct delivery {
	struct delivery_start start; /* for the next process */
	enum delivery_state state;
	size_t passing; /* pending bytes being delivered */
	int status;	/* exit status of the process */
	bool is_summed; /* the sums of all committed rows are done */
	int socket;	/* readable when there is a report; -1: no process */

	/* delivery.c alone */
	pid_t pid;
	bool is_waiting; /* for a new position */
	struct spool_position offered;
	int64_t heard; /* last report or reply */
	int pause;
	bool has_said_start; /* the start error was reported */
	int64_t restart;     /* earliest start, on clock_monotonic() */
	int64_t login_end;   /* deadline; INT64_MAX: no login */
};

/* delivery->start must be set, except for its socket. delivery_receive() starts
 * the process. Returns 0 or a negative errno. */
int delivery_open(struct delivery *delivery);

/* Offers the spool up to this position; once that is delivered, also this many
 * bytes of spool_waiting(). */
void delivery_offer(struct delivery *delivery, const struct spool_position *end,
	size_t waiting);

/*
 * Returns true with the next report, or false if there is none. Updates the
 * state, and the position from which another process would start. Starts the
 * process, replaces one that was killed and kills one that hangs.
 */
bool delivery_receive(struct delivery *delivery, struct report *report);

/* Latest time of the next call of delivery_receive(). */
int64_t delivery_due(const struct delivery *delivery);

/* Asks the process to exit. delivery_receive_last() then returns its last
 * reports, and false when it has exited or at the deadline. */
void delivery_end(struct delivery *delivery);
bool delivery_receive_last(
	struct delivery *delivery, struct report *report, int64_t deadline);

/* Kills the process if it has not exited. */
void delivery_close(struct delivery *delivery);

#endif
