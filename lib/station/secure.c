/* The client's session. */
#include "station/secure-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"

static const struct secure_source library = { crypto_random, crypto_pair_new };

int secure_new(struct secure **secure, const struct secure_keys *keys)
{
	struct secure *new = calloc(1, sizeof *new);

	if (!new)
		return -ENOMEM;
	new->keys = *keys;
	new->source = &library;
	*secure = new;
	return 0;
}

void secure_free(struct secure *secure)
{
	if (!secure)
		return;
	crypto_wipe(secure, sizeof *secure);
	free(secure);
}

void secure_reset(struct secure *secure)
{
	crypto_wipe(&secure->session, sizeof secure->session);
}

bool secure_is_open(const struct secure *secure)
{
	return secure->session.state == SECURE_RUNNING;
}

/* Ends the session. */
static int fail(struct secure *secure, int error)
{
	secure_reset(secure);
	secure->session.error = error;
	return error;
}

int secure_receive(struct secure *secure, const uint8_t *bytes, size_t length)
{
	struct secure_session *session = &secure->session;

	if (session->error < 0)
		return session->error;
	if (length > sizeof session->received - session->count)
		return fail(secure, -BT_EGARBAGE);
	memcpy(session->received + session->count, bytes, length);
	session->count += length;
	return 0;
}

/* The layer that carries messages without the plain-text marker. */
static enum secure_carrier carrier(const struct secure_session *session)
{
	switch (session->state) {
	case SECURE_WAITING:
	case SECURE_ANSWERED:
		break;
	case SECURE_ACCEPTED:
	case SECURE_KEY_SENT:
		return SECURE_STAGE1;
	case SECURE_RUNNING:
		return SECURE_STAGE2;
	}
	return SECURE_PLAIN;
}

/* Makes the message that is to be written to the station. */
static int reply(struct secure *secure, enum handshake_type type,
	const uint8_t *body, uint8_t *wire, size_t *length)
{
	const struct secure_session *session = &secure->session;
	uint8_t message[HANDSHAKE_MAX];
	size_t count = handshake_build(message, type, body);
	int n = (int)count;

	if (type == HANDSHAKE_CLIENT_KEY)
		n = stage1_seal(
			wire, &session->handshake.stage1, message, count);
	else
		memcpy(wire, message, count);
	if (n < 0)
		return n;
	*length = (size_t)n;
	return SECURE_REPLY;
}

/* True for a challenge of the handshake that is under way: the station repeats
 * it until it has taken our answer (a recording of an AC180 does). */
static bool is_repeated(
	const struct secure_session *session, const struct stage1 *stage1)
{
	return session->state != SECURE_WAITING &&
		session->state != SECURE_RUNNING &&
		memcmp(session->handshake.stage1.iv, stage1->iv,
			sizeof stage1->iv) == 0;
}

/* A challenge says that the station knows no session any more. */
static void begin(struct secure_session *session, const struct stage1 *stage1)
{
	crypto_wipe(&session->handshake, sizeof session->handshake);
	crypto_wipe(session->key, sizeof session->key);
	session->handshake.stage1 = *stage1;
	session->state = SECURE_ANSWERED;
}

static int take_challenge(struct secure *secure, const uint8_t *challenge,
	uint8_t *wire, size_t *length)
{
	struct secure_session *session = &secure->session;
	struct stage1 stage1;
	int error = stage1_derive(&stage1, challenge, secure->keys.local_key);

	if (error < 0)
		return error;
	if (!is_repeated(session, &stage1))
		begin(session, &stage1);
	crypto_wipe(&stage1, sizeof stage1);
	return reply(secure, HANDSHAKE_ANSWER,
		stage1_answer(&session->handshake.stage1), wire, length);
}

static int take_result(struct secure *secure, const uint8_t *body)
{
	if (body[0] != HANDSHAKE_ACCEPTED)
		return -BT_ECHALLENGE;
	if (secure->session.state == SECURE_ANSWERED)
		secure->session.state = SECURE_ACCEPTED;
	return SECURE_NOTHING;
}

static int make_pair(struct secure *secure)
{
	struct secure_handshake *handshake = &secure->session.handshake;
	int error = secure->source->pair(&handshake->pair);

	if (error == 0)
		error = handshake_sign_key(handshake->our_key,
			handshake->pair.public, handshake->stage1.iv,
			secure->keys.client_signing_private);
	handshake->has_pair = error == 0;
	return error;
}

/* Comes again if our key was lost, which then is the same as before
 * (x3ccd4828/esphome-bluetti). There is no other way to a key of stage 2 than
 * past this signature. */
static int take_station_key(struct secure *secure, const uint8_t *body,
	uint8_t *wire, size_t *length)
{
	struct secure_handshake *handshake = &secure->session.handshake;
	int error = handshake_verify_key(
		body, handshake->stage1.iv, secure->keys.device_signing_public);

	if (error == 0 && !handshake->has_pair)
		error = make_pair(secure);
	if (error < 0)
		return error;
	error = crypto_agree(handshake->agreed, handshake->pair.private, body);
	if (error < 0)
		return error == -EINVAL ? -BT_EGARBAGE : error;
	secure->session.state = SECURE_KEY_SENT;
	return reply(
		secure, HANDSHAKE_CLIENT_KEY, handshake->our_key, wire, length);
}

static int take_key_result(struct secure *secure, const uint8_t *body)
{
	struct secure_session *session = &secure->session;

	if (body[0] != HANDSHAKE_ACCEPTED)
		return -BT_EREFUSED;
	memcpy(session->key, session->handshake.agreed, sizeof session->key);
	crypto_wipe(&session->handshake, sizeof session->handshake);
	session->state = SECURE_RUNNING;
	return SECURE_OPEN;
}

/* Whether a message may come now, and in this layer: never in stage 2. */
static bool is_due(const struct secure_session *session,
	enum handshake_type type, enum secure_carrier in)
{
	bool is_key =
		type == HANDSHAKE_STATION_KEY || type == HANDSHAKE_KEY_RESULT;

	if (in != (is_key ? SECURE_STAGE1 : SECURE_PLAIN))
		return false;
	switch (type) {
	case HANDSHAKE_CHALLENGE:
		return true;
	case HANDSHAKE_RESULT: /* as often as a challenge was answered */
		return session->state == SECURE_ANSWERED ||
			session->state == SECURE_ACCEPTED ||
			session->state == SECURE_KEY_SENT;
	case HANDSHAKE_STATION_KEY:
		return session->state == SECURE_ACCEPTED ||
			session->state == SECURE_KEY_SENT;
	case HANDSHAKE_KEY_RESULT:
		return session->state == SECURE_KEY_SENT;
	default: /* a client's */
		return false;
	}
}

static int take_handshake(struct secure *secure, enum secure_carrier in,
	const uint8_t *bytes, size_t count, uint8_t *message, size_t *length)
{
	struct handshake handshake;

	if (handshake_parse(&handshake, bytes, count) < 0 ||
		!is_due(&secure->session, handshake.type, in))
		return -BT_EGARBAGE;
	switch (handshake.type) {
	case HANDSHAKE_CHALLENGE:
		return take_challenge(secure, handshake.body, message, length);
	case HANDSHAKE_RESULT:
		return take_result(secure, handshake.body);
	case HANDSHAKE_STATION_KEY:
		return take_station_key(
			secure, handshake.body, message, length);
	case HANDSHAKE_KEY_RESULT:
		return take_key_result(secure, handshake.body);
	default:
		return -BT_EGARBAGE;
	}
}

/* A message of stage 1 or 2 is opened, whatever it is. */
static int take_sealed(struct secure *secure, enum secure_carrier in,
	const uint8_t *bytes, size_t count, uint8_t *message, size_t *length)
{
	const struct secure_session *session = &secure->session;
	uint8_t plain[STAGE2_MOST];
	int n = in == SECURE_STAGE1
		? stage1_open(plain, &session->handshake.stage1, bytes, count)
		: stage2_open(plain, session->key, bytes, count);

	if (n < 0)
		return n;
	if (in == SECURE_STAGE1 || secure_message_is_plain(plain, (size_t)n))
		return take_handshake(
			secure, in, plain, (size_t)n, message, length);
	memcpy(message, plain, (size_t)n);
	*length = (size_t)n;
	return SECURE_FRAME;
}

/* Takes the first count bytes, a whole message, from the received bytes. */
static int take_message(
	struct secure *secure, size_t count, uint8_t *message, size_t *length)
{
	struct secure_session *session = &secure->session;
	uint8_t bytes[SECURE_WIRE_MAX];

	memcpy(bytes, session->received, count);
	session->count -= count;
	memmove(session->received, session->received + count, session->count);
	if (secure_message_is_plain(bytes, count))
		return take_handshake(
			secure, SECURE_PLAIN, bytes, count, message, length);
	return take_sealed(
		secure, carrier(session), bytes, count, message, length);
}

int secure_next(
	struct secure *secure, uint8_t message[SECURE_WIRE_MAX], size_t *length)
{
	const struct secure_session *session = &secure->session;
	int event = SECURE_NOTHING;

	if (session->error < 0)
		return session->error;
	while (event == SECURE_NOTHING) {
		int n = secure_message_length(
			carrier(session), session->received, session->count);

		if (n < 0)
			return fail(secure, n);
		if (n == 0 || (size_t)n > session->count)
			return SECURE_NOTHING;
		event = take_message(secure, (size_t)n, message, length);
	}
	return event < 0 ? fail(secure, event) : event;
}

int secure_seal(struct secure *secure, const uint8_t *frame,
	size_t frame_length, uint8_t wire[SECURE_WIRE_MAX], size_t *length)
{
	uint8_t seed[STAGE2_SEED];
	int n;

	if (secure->session.error < 0)
		return secure->session.error;
	if (!secure_is_open(secure))
		return -ENOTCONN;
	n = secure->source->random(seed, sizeof seed);
	if (n == 0)
		n = stage2_seal(
			wire, secure->session.key, seed, frame, frame_length);
	if (n < 0)
		return n;
	*length = (size_t)n;
	return 0;
}
