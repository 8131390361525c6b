/*
 * A write to ff02: confirmed, decrypted, served, answered, or what the faults
 * want of all that.
 */
#include "request.h"

#include <errno.h>

#include "answer.h"
#include "database.h"
#include "gatt-server.h"
#include "send.h"
#include "spoil.h"

/* What a station refuses as busy. */
#define EXCEPTION_BUSY 5

/* ms from a refusal that came too early to the answer. */
#define PREMATURE_MS 300

/* Sends a MODBUS answer, encrypted if the station encrypts. */
static int send_answer(struct gatt *gatt, uint8_t *frame, size_t length,
	const struct played *played)
{
	bool is_sealed = gatt->exchange.options->encrypts && length > 0 &&
		!played_find(played, FAULT_CLEAR);
	struct answer answer = { .is_sealed = is_sealed };
	int n;

	length = spoil_frame(frame, length, played);
	n = session_seal(&gatt->exchange.session,
		is_sealed ? SECURE_STAGE2 : SECURE_PLAIN, frame, length,
		answer.bytes);
	if (n < 0)
		return n;
	answer.length = (size_t)n;
	return answer_send(gatt, &answer, played);
}

/* Refuses what is answered a little later. */
static int refuse_first(struct gatt *gatt, const uint8_t *request,
	size_t length, struct played *played)
{
	const struct fault *premature = played_find(played, FAULT_PREMATURE);
	const struct played none = { .count = 0 };
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t n;

	if (!premature)
		return 0;
	n = registers_serve(gatt->registers, request, length,
		(uint8_t)premature->number, answer);
	if (played->count < PLAYED_MAX)
		played->faults[played->count++] =
			(struct fault){ .kind = FAULT_LATE,
				.number = PREMATURE_MS };
	return send_answer(gatt, answer, n, &none);
}

/* A new key exchange behind the answer. */
static int rekey(struct gatt *gatt, const struct played *played)
{
	bool is_inside = played_find(played, FAULT_REKEY_INSIDE) != NULL;

	if (!gatt->exchange.options->encrypts ||
		!(is_inside || played_find(played, FAULT_REKEY)))
		return 0;
	return exchange_begin(gatt, is_inside);
}

/* Done or not, as the faults have it; then the answer. */
static int serve_frame(struct gatt *gatt, const uint8_t *frame, size_t length,
	struct played *played)
{
	const struct fault *exception = played_find(played, FAULT_EXCEPTION);
	uint8_t answer[MODBUS_FRAME_MAX];
	uint8_t refusal = exception ? (uint8_t)exception->number : 0;
	int error;
	size_t n;

	if (played_find(played, FAULT_BUSY))
		refusal = EXCEPTION_BUSY;
	error = refuse_first(gatt, frame, length, played);
	if (error < 0)
		return error;
	n = registers_serve(gatt->registers, frame, length, refusal, answer);
	error = send_answer(gatt, answer, n, played);
	return error < 0 ? error : rekey(gatt, played);
}

/* A request of MODBUS, which is not served if it had to be encrypted. Whatever
 * strikes it does so once it is confirmed, but for what strikes the
 * confirmation itself. */
static int take_request(struct gatt *gatt, uint8_t opcode,
	enum fault_scope scope, const uint8_t *frame, size_t length)
{
	struct modbus_request request;
	const struct fault *refusal;
	struct played played;
	bool good = modbus_parse_request(&request, frame, length) == 0;
	int error;

	faults_play(gatt->faults, scope, good ? &request : NULL, &played);
	refusal = played_find(&played, FAULT_ATT_ERROR);
	if (played_find(&played, FAULT_STALL)) {
		gatt->stalled = true;
		return 0;
	}
	if (refusal)
		return opcode == WRITE_COMMAND
			? 0
			: send_error(gatt, opcode, HANDLE_WRITE,
				  (uint8_t)refusal->number);
	error = send_write_response(gatt, opcode);
	if (error < 0)
		return error;
	if (played_find(&played, FAULT_MUTE))
		gatt->muted = true;
	error = send_strays(gatt, &played);
	if (error == 0 && played_find(&played, FAULT_DROP))
		error = -ECONNABORTED;
	if (error < 0 || scope == AT_PLAIN)
		return error;
	return serve_frame(gatt, frame, length, &played);
}

/* What a station that encrypts gets. */
static int take_sealed(
	struct gatt *gatt, uint8_t opcode, const uint8_t *bytes, size_t length)
{
	uint8_t frame[STAGE2_MOST];
	size_t frame_length;
	enum session_event event = session_take(
		&gatt->exchange.session, bytes, length, frame, &frame_length);
	int error;

	if (event == SESSION_REQUEST)
		return take_request(
			gatt, opcode, AT_REQUEST, frame, frame_length);
	if (event == SESSION_PLAIN) {
		gatt->registers->counters->plain_requests++;
		return take_request(gatt, opcode, AT_PLAIN, bytes, length);
	}
	error = send_write_response(gatt, opcode);
	return error < 0 ? error : exchange_take(gatt, event);
}

int request_take(
	struct gatt *gatt, uint8_t opcode, const uint8_t *bytes, size_t length)
{
	if (gatt->exchange.options->encrypts)
		return take_sealed(gatt, opcode, bytes, length);
	return take_request(gatt, opcode, AT_REQUEST, bytes, length);
}
