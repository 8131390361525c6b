/* Answers cut, held back, late. */
#include "answer.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "gatt-server.h"
#include "send.h"
#include "spoil.h"

#define CCCD_NOTIFY 0x0001
/* Opcode and handle, before the value of a notification. */
#define NOTIFICATION_HEADER 3

/* ms that a connection which is to be reset waits for the central's PDU. */
#define RESET_MAX 1000

/* The faults that are only a mark on the answer. */
static void mark(struct answer *answer, const struct played *played)
{
	const struct fault *fragment = played_find(played, FAULT_FRAGMENT);

	answer->joins = played_find(played, FAULT_JOINED) != NULL;
	answer->twice = played_find(played, FAULT_DUPLICATE) != NULL;
	answer->leaves = played_find(played, FAULT_DROP_AFTER) != NULL;
	answer->stays = played_find(played, FAULT_KEPT) != NULL;
	if (fragment)
		answer->fragment = fragment->number;
}

/* In pieces of what MTU and faults allow. */
static int notify(
	struct gatt *gatt, const uint8_t *bytes, size_t length, size_t fragment)
{
	size_t most = gatt->mtu - NOTIFICATION_HEADER;
	int error = 0;

	if (fragment > 0 && fragment < most)
		most = fragment;
	if (gatt->muted || !(gatt->cccd[0] & CCCD_NOTIFY))
		return 0;
	for (size_t sent = 0; error == 0 && sent < length; sent += most) {
		size_t piece = length - sent < most ? length - sent : most;

		error = send_notification(gatt, bytes + sent, piece);
	}
	return error;
}

/* Sends an answer behind those that were held back for it. */
static int deliver(struct gatt *gatt, const struct answer *answer)
{
	struct answers *answers = &gatt->answers;
	uint8_t bytes[ANSWERS_HELD + SECURE_WIRE_MAX];
	size_t length = answers->held_length;
	int error;

	if (gatt->stalled)
		return 0;
	memcpy(bytes, answers->held, length);
	memcpy(bytes + length, answer->bytes, answer->length);
	length += answer->length;
	if (answer->joins && length <= sizeof answers->held) {
		memcpy(answers->held, bytes, length);
		answers->held_length = length;
		return 0;
	}
	answers->held_length = 0;
	error = notify(gatt, bytes, length, answer->fragment);
	if (error == 0 && answer->twice)
		error = notify(gatt, bytes, length, answer->fragment);
	if (error == 0 && answer->leaves)
		error = -ECONNABORTED;
	return error;
}

static void keep_late(
	struct gatt *gatt, const struct answer *answer, unsigned ms)
{
	struct answers *answers = &gatt->answers;

	if (answers->late_count == ANSWERS_LATE)
		return;
	answers->late[answers->late_count++] = (struct late){
		.answer = *answer,
		.due = clock_monotonic() + ms,
	};
}

/*
 * A local socket that is closed with PDUs in it that nobody read tells its
 * peer of the error before it hands out what was sent, as Bluetooth sockets
 * do. So the central is made to send one, and it is left there.
 */
static int begin_reset(struct gatt *gatt, struct answer *answer)
{
	answer->leaves = true;
	answer->joins = false;
	gatt->answers.late_count = 0;
	keep_late(gatt, answer, RESET_MAX);
	gatt->leaving = true;
	return send_indication(gatt);
}

/* ms that the answer is held back. */
static unsigned delay(const struct played *played)
{
	const struct fault *late = played_find(played, FAULT_LATE);
	const struct fault *kept = played_find(played, FAULT_KEPT);

	return (late ? late->number : 0) + (kept ? kept->number : 0);
}

int answer_send(
	struct gatt *gatt, struct answer *answer, const struct played *played)
{
	const struct fault *again = played_find(played, FAULT_AGAIN);
	unsigned ms = delay(played);

	answer->fragment = gatt->fragment;
	answer->length = spoil_wire(
		answer->bytes, answer->length, answer->is_sealed, played);
	mark(answer, played);
	if (answer->length == 0 || played_find(played, FAULT_SILENCE))
		return answer->leaves ? -ECONNABORTED : 0;
	if (played_find(played, FAULT_RESET_AFTER))
		return begin_reset(gatt, answer);
	if (again)
		keep_late(gatt, answer, ms + again->number);
	if (ms == 0)
		return deliver(gatt, answer);
	keep_late(gatt, answer, ms);
	return 0;
}

void answers_keep(struct answers *answers)
{
	size_t count = 0;

	answers->held_length = 0;
	for (size_t i = 0; i < answers->late_count; i++)
		if (answers->late[i].answer.stays)
			answers->late[count++] = answers->late[i];
	answers->late_count = count;
}

int64_t answers_due(const struct gatt *gatt)
{
	int64_t due = INT64_MAX;

	if (!(gatt->cccd[0] & CCCD_NOTIFY))
		return due;
	for (size_t i = 0; i < gatt->answers.late_count; i++)
		if (gatt->answers.late[i].due < due)
			due = gatt->answers.late[i].due;
	return due;
}

/* The one that is due first; of several the one that came first. */
static struct answer take_first(struct answers *answers)
{
	struct late *first = answers->late;
	struct late *end = answers->late + answers->late_count;
	struct answer answer;

	for (struct late *late = first + 1; late < end; late++)
		if (late->due < first->due)
			first = late;
	answer = first->answer;
	memmove(first, first + 1, (size_t)(end - first - 1) * sizeof *first);
	answers->late_count--;
	return answer;
}

int answers_send_late(struct gatt *gatt, int64_t now)
{
	int error = 0;

	while (error == 0 && gatt->answers.late_count > 0 &&
		answers_due(gatt) <= now) {
		struct answer answer = take_first(&gatt->answers);

		error = deliver(gatt, &answer);
	}
	return error;
}
