/* What becomes of an answer on its way to the central. */
#ifndef BT_TEST_SIM_ANSWER_H
#define BT_TEST_SIM_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "station/secure-message.h"

struct gatt;

/* Late answers at one time; what is beyond is never sent. */
#define ANSWERS_LATE 32
#define ANSWERS_HELD (4 * SECURE_WIRE_MAX)

/* What is to be notified and how: the answer to a request, a message of the
 * handshake. */
struct answer {
	uint8_t bytes[SECURE_WIRE_MAX];
	size_t length;
	bool is_sealed;	 /* encrypted */
	size_t fragment; /* most bytes in one notification */
	bool joins;	 /* the next one */
	bool twice;
	bool leaves; /* the connection ends behind it */
	bool stays;  /* if it ends before: sent on the next one */
};

/* Answers that were not sent yet. */
struct answers {
	uint8_t held[ANSWERS_HELD]; /* until the next answer */
	size_t held_length;
	struct late {
		struct answer answer;
		int64_t due;  /* clock_monotonic() */
	} late[ANSWERS_LATE]; /* in the order of their coming */
	size_t late_count;
};

/*
 * Sends what has bytes, length and is_sealed set, as the faults want it; a
 * length of 0 is nothing. Returns 0, or a negative errno if the connection is
 * over.
 */
int answer_send(
	struct gatt *gatt, struct answer *answer, const struct played *played);

/* What is left of them for the next connection. */
void answers_keep(struct answers *answers);

/* When the next late answer is due; INT64_MAX if there is none, or nobody asks
 * for notifications. */
int64_t answers_due(const struct gatt *gatt);

/* Sends the late answers that are due by then. Returns as answer_send(). */
int answers_send_late(struct gatt *gatt, int64_t now);

#endif
