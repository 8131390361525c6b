/*
 * The process that delivers, as seen from the one that reads the input:
 * started, fed, listened to, ended. It can be killed at any time, since it
 * changes nothing but the database: what it had not reported is sent again. So
 * it is killed if it reports nothing for DELIVERY_STUCK.
 */
#ifndef BT_DB_INSERT_DELIVERY_H
#define BT_DB_INSERT_DELIVERY_H

#include <sys/types.h>

#include "deliver.h"

/* Milliseconds: more than all hosts of a cluster take that are tried in turn,
 * each call with its time limit, see login.c. */
#define DELIVERY_STUCK 300000

enum delivery_state {
	DELIVERY_NEW,	 /* the first attempt to connect is still under way */
	DELIVERY_WELL,	 /* connected, or busy */
	DELIVERY_AWAY,	 /* trying again until it works */
	DELIVERY_FAILED, /* it has said what a person must mend, and ended */
};

struct delivery {
	struct delivery_start start; /* of the next process */
	enum delivery_state state;
	size_t passing; /* bytes that are being passed */
	int status;	/* exit status of the process, once it has ended */
	bool is_summed; /* what is committed */
	int socket;	/* readable when there is a report; -1: no process */

	/* delivery.c alone */
	pid_t pid;
	bool is_waiting; /* for a position beyond the last one */
	struct spool_position offered;
	int64_t heard; /* when it reported last, or was answered */
	int pause;
	bool has_said_start; /* that no process could be started */
	int64_t restart;     /* not before, on clock_monotonic() */
	int64_t login_end;   /* it is killed then; INT64_MAX: no login */
};

/* The first process, which delivery_receive() starts, will do as
 * delivery->start says, but for its socket. 0 or a negative errno. */
int delivery_open(struct delivery *delivery);

/* The spool may be read up to this position; once all of it is delivered, so
 * many bytes of spool_waiting() may be passed, too, unless it is 0. */
void delivery_offer(struct delivery *delivery, const struct spool_position *end,
	size_t waiting);

/*
 * The next report: true; false if none is there. What it says of the state is
 * in delivery, and where another process would begin in delivery->start. Starts
 * the process; one that was killed is replaced, one that is stuck is killed.
 */
bool delivery_receive(struct delivery *delivery, struct report *report);

/* When delivery_receive() is to be called, if no report comes before. */
int64_t delivery_due(const struct delivery *delivery);

/* The process shall end by itself, and the last reports until it does: false if
 * it has, or at the deadline. */
void delivery_end(struct delivery *delivery);
bool delivery_receive_last(
	struct delivery *delivery, struct report *report, int64_t deadline);

/* Kills it if it has not ended. */
void delivery_close(struct delivery *delivery);

#endif
