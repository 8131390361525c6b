/*
 * Earlier requests of a station whose answers may still come, or come again.
 *
 * An answer names no register: only function and length distinguish it from
 * that of another read. So what was asked is remembered for a while, over
 * connections too: modules were seen that deliver an answer to the next one.
 *
 * Times are those of clock_monotonic() in ms.
 */
#ifndef BT_STATION_EARLIER_H
#define BT_STATION_EARLIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/modbus.h"

/* An answer that has not come so long after its request does not come. */
#define EARLIER_LATE 30000
/* How long requests without an answer are remembered. */
#define EARLIER_KEPT 120000
/* An answer that has not come again so long after it came does not. */
#define EARLIER_REPEAT 5000

#define EARLIER_MAX 128

enum earlier_state {
	EARLIER_UNANSWERED,
	EARLIER_ANSWERED,
	EARLIER_REFUSED, /* by an exception; the answer may follow */
};

/* What the registers of a battery pack are depends on the selected one. */
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
	unsigned count; /* since the begin; the last ones are kept */
	int64_t lost;	/* the last time of one that is not kept and has no
			 * answer */
};

void earlier_add(struct earlier *earlier, const struct asked *asked,
	enum earlier_state state, int64_t time);

/*
 * The last time of another request in that state whose answer could be taken
 * for an answer to this one: with values, or an exception. 0 if there is none.
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

/* Whether the whole frame is a good answer to one of the requests. */
bool earlier_has(
	const struct earlier *earlier, const uint8_t *frame, size_t length);

#endif
