/* What a simulated station was asked for, so that tests can tell. */
#ifndef BT_TEST_SIM_SIM_COUNTERS_H
#define BT_TEST_SIM_SIM_COUNTERS_H

#include <stdint.h>

#define COUNTERS_MAX 512 /* different requests; further ones are not told */

struct counters {
	unsigned connects;
	unsigned reads;
	unsigned writes;
	unsigned exceptions;
	unsigned bad_frames; /* a wrong length or CRC, or no message that an
			      * encrypted session has: not answered */
	/* Of the central, to what the station asked of it. */
	unsigned mtu_responses;
	unsigned refusals; /* error 06 */
	unsigned confirmations;
	/* Encrypted sessions. */
	unsigned handshakes; /* begun */
	unsigned handshakes_complete;
	unsigned handshakes_refused; /* by the station */
	unsigned wrong_signatures;   /* of centrals */
	unsigned changed_keys;	     /* where the same was to come again */
	unsigned plain_requests;     /* not encrypted though they had to be */
	struct counter {
		char request[24]; /* "read 10+40", "write 3006+1" */
		unsigned count;
	} requests[COUNTERS_MAX];
	unsigned request_count;
};

/* Counts one request; kind is "read" or "write". */
void counters_add(struct counters *counters, const char *kind, uint16_t address,
	uint16_t count);

/*
 * Prints "name value" lines to standard output: connects, reads, writes,
 * exceptions, bad-frames, mtu-responses, refusals, confirmations, handshakes,
 * handshakes-complete, handshakes-refused, wrong-signatures, changed-keys,
 * plain-requests, then a line "read A+N TIMES" or "write A+N TIMES" for each
 * request that came, in the order in which they first came.
 */
void counters_print(const struct counters *counters);

#endif
