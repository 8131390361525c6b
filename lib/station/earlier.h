/*
 * Earlier requests to a station whose answers may still arrive, or arrive
 * again.
 *
 * An answer contains no register address: only function and length distinguish
 * it from that of another read. So requests are remembered for a while, across
 * connections: some modules deliver an answer on the next connection.
 *
 * Times are those of clock_monotonic() in ms.
 */
#ifndef BT_STATION_EARLIER_H
#define BT_STATION_EARLIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/modbus.h"

/* ms after a request in which its answer may arrive. */
#define EARLIER_LATE 30000
/* How long requests without an answer are remembered. */
#define EARLIER_KEPT 120000
/* ms after an answer in which it may be repeated. */
#define EARLIER_REPEAT 5000

#define EARLIER_MAX 128

enum earlier_state {
	EARLIER_UNANSWERED,
	EARLIER_ANSWERED,
	EARLIER_REFUSED, /* by an exception; the answer may follow */
};

/* The registers of a battery pack depend on the selected pack. */
struct asked {
	struct modbus_request request;
	uint16_t pack; /* 0: registers of the station itself */
};

/* All zeros: none. */
struct earlier {
	struct earlier_request {
		struct asked asked;
		enum earlier_state state;
		int64_t time; /* of the request, or of its answer */
	} requests[EARLIER_MAX];
	unsigned count; /* since the start; the latest are kept */
	int64_t lost;	/* the latest time of an unanswered request that is not
			 * kept */
};

void earlier_add(struct earlier *earlier, const struct asked *asked,
	enum earlier_state state, int64_t time);

/*
 * The latest time of another request in that state whose answer (values or an
 * exception) could be mistaken for the answer to this one. 0 if there is none.
 */
int64_t earlier_last(const struct earlier *earlier, const struct asked *asked,
	enum earlier_state state, bool is_exception);

/*
 * Whether an answer that has just come could be that to the same request at a
 * time when a value is out of date by now. Takes it for the answer to the first
 * of those requests.
 */
bool earlier_take_old(
	struct earlier *earlier, const struct asked *asked, int64_t now);

/* Whether the whole frame is a valid answer to one of the requests. */
bool earlier_has(
	const struct earlier *earlier, const uint8_t *frame, size_t length);

#endif
