/* Messages of the handshake in their time. */
#include "exchange.h"

#include <errno.h>

#include "base/clock.h"
#include "gatt-server.h"
#include "send.h"
#include "spoil.h"

/* Between the result and the station's key: chromedshark's simulated device
 * (bluetti-web-discovery, src/testing). */
#define KEY_MS 100

void exchange_init(
	struct exchange *exchange, const struct exchange_options *options)
{
	*exchange = (struct exchange){
		.options = options,
		.challenge_at = INT64_MAX,
		.key_at = INT64_MAX,
		.close_at = INT64_MAX,
	};
	session_init(&exchange->session, &options->keys, options->is_fixed);
}

static void stop_clocks(struct exchange *exchange)
{
	exchange->challenge_at = INT64_MAX;
	exchange->key_at = INT64_MAX;
	exchange->close_at = INT64_MAX;
}

/* ms from now; 0 is never. */
static int64_t after(int ms)
{
	return ms > 0 ? clock_monotonic() + ms : INT64_MAX;
}

/* Messages of the station only. */
static enum fault_scope scope_of(enum handshake_type type)
{
	switch (type) {
	case HANDSHAKE_CHALLENGE:
		return AT_CHALLENGE;
	case HANDSHAKE_RESULT:
		return AT_RESULT;
	case HANDSHAKE_STATION_KEY:
		return AT_KEY;
	default:
		return AT_KEY_RESULT;
	}
}

/* Builds and encrypts a message as the faults want it, for the wire. */
static int seal_message(struct session *session, enum handshake_type type,
	uint8_t result, const struct played *played, struct answer *answer)
{
	const struct fault *instead = played_find(played, FAULT_INSTEAD);
	uint8_t message[HANDSHAKE_MAX + 1], body[HANDSHAKE_KEY_BODY];
	enum secure_carrier in;
	size_t length;
	int n = 0;

	if (instead)
		type = (enum handshake_type)instead->number;
	length = session_message(session, type, result, message);
	if (length == 0)
		return 0;
	if (played_find(played, FAULT_OFF_CURVE)) {
		n = session_false_key(session, body);
		length = handshake_build(message, HANDSHAKE_STATION_KEY, body);
	}
	length = spoil_message(message, length, played);
	in = played_find(played, FAULT_CLEAR) ? SECURE_PLAIN
					      : session_carrier(session, type);
	if (n == 0)
		n = session_seal(session, in, message, length, answer->bytes);
	if (n < 0)
		return n;
	answer->length = (size_t)n;
	answer->is_sealed = in != SECURE_PLAIN;
	return 0;
}

static int send_message(struct gatt *gatt, enum handshake_type type,
	uint8_t result, struct played *played)
{
	struct answer answer = { 0 };
	int error;

	faults_play(gatt->faults, scope_of(type), NULL, played);
	gatt->stalled = played_find(played, FAULT_STALL) != NULL;
	if (gatt->stalled)
		return 0;
	if (played_find(played, FAULT_MUTE))
		gatt->muted = true;
	error = send_strays(gatt, played);
	if (error == 0 && played_find(played, FAULT_DROP))
		error = -ECONNABORTED;
	if (error == 0)
		error = seal_message(
			&gatt->exchange.session, type, result, played, &answer);
	if (played_find(played, FAULT_UNHEARD))
		gatt->exchange.is_unheard = true;
	return error < 0 ? error : answer_send(gatt, &answer, played);
}

/* The other side may send what it likes now: nothing begins but with a new
 * subscription. */
static int refuse(struct gatt *gatt, enum handshake_type type)
{
	struct played played;
	int error = send_message(gatt, type, 1, &played);

	gatt->registers->counters->handshakes_refused++;
	stop_clocks(&gatt->exchange);
	session_end(&gatt->exchange.session);
	return error;
}

static int send_challenge(struct gatt *gatt)
{
	struct played played;

	gatt->exchange.challenge_at = after(gatt->exchange.options->repeat_ms);
	return send_message(gatt, HANDSHAKE_CHALLENGE, 0, &played);
}

static int send_key(struct gatt *gatt)
{
	struct played played;

	gatt->exchange.key_at = INT64_MAX;
	return send_message(gatt, HANDSHAKE_STATION_KEY, 0, &played);
}

int exchange_begin(struct gatt *gatt, bool is_inside)
{
	struct exchange *exchange = &gatt->exchange;
	int error = session_begin(&exchange->session, is_inside);

	if (error < 0)
		return error;
	stop_clocks(exchange);
	exchange->is_unheard = false;
	exchange->close_at = after(exchange->options->timeout_ms);
	gatt->registers->counters->handshakes++;
	return send_challenge(gatt);
}

/* Sends a good result, unless a fault makes it a bad one; then what follows
 * from it is left out. */
static int accept(struct gatt *gatt, enum handshake_type type)
{
	struct exchange *exchange = &gatt->exchange;
	struct played played;
	int error = send_message(gatt, type, HANDSHAKE_ACCEPTED, &played);

	stop_clocks(exchange);
	if (played_find(&played, FAULT_REFUSED)) {
		gatt->registers->counters->handshakes_refused++;
		session_end(&exchange->session);
		return error;
	}
	session_accept(&exchange->session);
	if (type == HANDSHAKE_KEY_RESULT) {
		gatt->registers->counters->handshakes_complete++;
		return error;
	}
	exchange->key_at = after(KEY_MS);
	exchange->close_at = after(exchange->options->timeout_ms);
	return error;
}

/* Whether the central's message is to be lost. */
static bool take_unheard(struct exchange *exchange)
{
	bool is_unheard = exchange->is_unheard;

	exchange->is_unheard = false;
	return is_unheard;
}

int exchange_take(struct gatt *gatt, enum session_event event)
{
	struct counters *counters = gatt->registers->counters;
	bool is_unheard = (event == SESSION_ANSWER || event == SESSION_KEY) &&
		take_unheard(&gatt->exchange);

	switch (event) {
	case SESSION_GARBAGE:
		counters->bad_frames++;
		break;
	case SESSION_ANSWER:
		return is_unheard ? send_challenge(gatt)
				  : accept(gatt, HANDSHAKE_RESULT);
	case SESSION_BAD_ANSWER:
		return refuse(gatt, HANDSHAKE_RESULT);
	case SESSION_KEY:
		return is_unheard ? send_key(gatt)
				  : accept(gatt, HANDSHAKE_KEY_RESULT);
	case SESSION_BAD_SIGNATURE:
		counters->wrong_signatures++;
		return refuse(gatt, HANDSHAKE_KEY_RESULT);
	case SESSION_BAD_KEY:
		return refuse(gatt, HANDSHAKE_KEY_RESULT);
	case SESSION_CHANGED_KEY:
		counters->changed_keys++;
		break;
	case SESSION_NOTHING:
	case SESSION_PLAIN:
	case SESSION_REQUEST:
		break;
	}
	return 0;
}

int64_t exchange_due(const struct gatt *gatt)
{
	const struct exchange *exchange = &gatt->exchange;
	int64_t due = exchange->close_at;

	if (gatt->stalled || gatt->leaving)
		return INT64_MAX;
	if (exchange->challenge_at < due)
		due = exchange->challenge_at;
	return exchange->key_at < due ? exchange->key_at : due;
}

int exchange_tick(struct gatt *gatt, int64_t now)
{
	if (exchange_due(gatt) > now)
		return 0;
	if (gatt->exchange.close_at <= now)
		return -ECONNABORTED;
	return gatt->exchange.key_at <= now ? send_key(gatt)
					    : send_challenge(gatt);
}
