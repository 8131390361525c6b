/* The station's side of a session. */
#include "sim-session.h"

#include <string.h>

#include "base/bytes.h"
#include "base/errors.h"

/* What is not left to chance in test/data/encryption-vectors.txt. */
static const uint8_t fixed_challenge[HANDSHAKE_CHALLENGE_BODY] = { 0x11, 0x22,
	0x33, 0x44 };
static const uint8_t fixed_private[CRYPTO_PRIVATE] =
	"!\"#$%&'()*+,-./0123456789:;<=>?@";
static const uint8_t fixed_signature[CRYPTO_SIGNATURE] = { 0x97, 0xfc, 0x12,
	0x09, 0x01, 0xdd, 0x40, 0x3e, 0x98, 0xe2, 0x72, 0x72, 0xa7, 0x96, 0x3d,
	0x80, 0xde, 0xa4, 0x5b, 0x48, 0x91, 0x1d, 0xf7, 0x3a, 0x7e, 0x99, 0xfd,
	0x9c, 0x7f, 0xcb, 0x71, 0x9c, 0x01, 0x2c, 0x08, 0xf9, 0xf8, 0xc7, 0x36,
	0xb2, 0x81, 0x58, 0x9e, 0x5f, 0x55, 0xe3, 0xe2, 0xfe, 0x94, 0xfc, 0x16,
	0x96, 0x78, 0xbe, 0xb8, 0xf5, 0xd2, 0x91, 0xd6, 0xee, 0x7c, 0xfa, 0x7f,
	0xb3 };
static const uint8_t fixed_seeds[][STAGE2_SEED] = {
	{ 0x0d, 0x0e, 0x0f, 0x10 },
	{ 0xff, 0xff, 0xff, 0xff },
	{ 0xca, 0xfe, 0xba, 0xbe },
	{ 0x05, 0x06, 0x07, 0x08 },
};
#define FIXED_SEEDS (sizeof fixed_seeds / sizeof fixed_seeds[0])

void session_init(
	struct session *session, const struct station_keys *keys, bool is_fixed)
{
	*session = (struct session){
		.keys = keys,
		.is_fixed = is_fixed,
	};
}

static int make_challenge(struct session *session)
{
	if (!session->is_fixed)
		return crypto_random(
			session->challenge, sizeof session->challenge);
	memcpy(session->challenge, fixed_challenge, sizeof fixed_challenge);
	return 0;
}

/* The signature of the vectors is good with the key of the vectors only. */
static bool sign_fixed(struct session *session)
{
	memcpy(session->our_key, session->pair.public, CRYPTO_PUBLIC);
	memcpy(session->our_key + CRYPTO_PUBLIC, fixed_signature,
		sizeof fixed_signature);
	return handshake_verify_key(session->our_key, session->stage1.iv,
		       session->keys->signing.public) == 0;
}

static int make_key(struct session *session)
{
	int error = session->is_fixed
		? crypto_pair_of(&session->pair, fixed_private)
		: crypto_pair_new(&session->pair);

	if (error < 0 || (session->is_fixed && sign_fixed(session)))
		return error;
	return handshake_sign_key(session->our_key, session->pair.public,
		session->stage1.iv, session->keys->signing.private);
}

int session_begin(struct session *session, bool is_inside)
{
	int error = make_challenge(session);

	if (error == 0)
		error = stage1_derive(&session->stage1, session->challenge,
			session->keys->local_key);
	if (error == 0)
		error = make_key(session);
	if (error < 0)
		return error;
	session->state = SESSION_CHALLENGED;
	session->is_inside = is_inside;
	session->has_client_key = false;
	session->count = 0;
	return 0;
}

void session_accept(struct session *session)
{
	if (session->state == SESSION_CHALLENGED) {
		session->state = SESSION_ACCEPTED;
		return;
	}
	memcpy(session->key, session->agreed, sizeof session->key);
	session->state = SESSION_OPEN;
}

void session_end(struct session *session)
{
	session_init(session, session->keys, session->is_fixed);
}

/* --- what a central sends ------------------------------------------------ */

static enum session_event take_answer(
	const struct session *session, const uint8_t *body)
{
	/* One that crossed a repeated challenge. */
	if (session->state != SESSION_CHALLENGED)
		return SESSION_NOTHING;
	return memcmp(body, stage1_answer(&session->stage1),
		       HANDSHAKE_CHALLENGE_BODY) == 0
		? SESSION_ANSWER
		: SESSION_BAD_ANSWER;
}

/* Whoever gets our key again is to send the same one again. */
static enum session_event take_key(
	struct session *session, const uint8_t body[HANDSHAKE_KEY_BODY])
{
	if (session->has_client_key &&
		memcmp(session->client_key, body, HANDSHAKE_KEY_BODY) != 0)
		return SESSION_CHANGED_KEY;
	if (session->state == SESSION_OPEN)
		return SESSION_NOTHING;
	if (handshake_verify_key(body, session->stage1.iv,
		    session->keys->client_signing_public) < 0)
		return SESSION_BAD_SIGNATURE;
	if (crypto_agree(session->agreed, session->pair.private, body) < 0)
		return SESSION_BAD_KEY;
	memcpy(session->client_key, body, HANDSHAKE_KEY_BODY);
	session->has_client_key = true;
	return SESSION_KEY;
}

static enum session_event take_handshake(struct session *session,
	enum secure_carrier in, const uint8_t *message, size_t length)
{
	struct handshake handshake;

	if (session->state == SESSION_NONE ||
		handshake_parse(&handshake, message, length) < 0)
		return SESSION_GARBAGE;
	if (handshake.type == HANDSHAKE_ANSWER && in == SECURE_PLAIN)
		return take_answer(session, handshake.body);
	if (handshake.type == HANDSHAKE_CLIENT_KEY && in == SECURE_STAGE1 &&
		session->state >= SESSION_ACCEPTED)
		return take_key(session, handshake.body);
	return SESSION_GARBAGE;
}

static enum session_event take_stage1(
	struct session *session, const uint8_t *wire, size_t length)
{
	uint8_t message[HANDSHAKE_MAX];
	int n = stage1_open(message, &session->stage1, wire, length);

	return n < 0
		? SESSION_GARBAGE
		: take_handshake(session, SECURE_STAGE1, message, (size_t)n);
}

static enum session_event take_stage2(struct session *session,
	const uint8_t *wire, size_t length, uint8_t plain[STAGE2_MOST],
	size_t *plain_length)
{
	int n = stage2_open(plain, session->key, wire, length);

	if (n < 0)
		return SESSION_GARBAGE;
	if (secure_message_is_plain(plain, (size_t)n))
		return take_handshake(session, SECURE_STAGE2, plain, (size_t)n);
	*plain_length = (size_t)n;
	return SESSION_REQUEST;
}

/* In what the central's messages come that do not show that they are plain. */
static enum secure_carrier carrier_in(const struct session *session)
{
	if (session->state == SESSION_OPEN)
		return SECURE_STAGE2;
	return session->state == SESSION_ACCEPTED ? SECURE_STAGE1
						  : SECURE_PLAIN;
}

/* A key that is sent again though the first one was heard: no message of
 * stage 2 has that length. */
static bool is_repeated_key(
	const struct session *session, const uint8_t *bytes, size_t length)
{
	return session->state == SESSION_OPEN && session->count == 0 &&
		length == STAGE1_HEADER + CRYPTO_PADDED(HANDSHAKE_MAX) &&
		get_be16(bytes) == HANDSHAKE_MAX;
}

enum session_event session_take(struct session *session, const uint8_t *bytes,
	size_t length, uint8_t plain[STAGE2_MOST], size_t *plain_length)
{
	enum secure_carrier in = carrier_in(session);
	struct modbus_request request;
	size_t count = session->count + length;
	int n;

	if (session->count == 0 &&
		modbus_parse_request(&request, bytes, length) == 0)
		return SESSION_PLAIN;
	if (is_repeated_key(session, bytes, length))
		return take_stage1(session, bytes, length);
	if (count > sizeof session->received) {
		session->count = 0;
		return SESSION_GARBAGE;
	}
	memcpy(session->received + session->count, bytes, length);
	n = secure_message_length(in, session->received, count);
	session->count = n < 0 || (n > 0 && count >= (size_t)n) ? 0 : count;
	if (session->count > 0)
		return SESSION_NOTHING;
	if (n < 0 || count > (size_t)n)
		return SESSION_GARBAGE;
	if (secure_message_is_plain(session->received, count))
		return take_handshake(
			session, SECURE_PLAIN, session->received, count);
	return in == SECURE_STAGE1
		? take_stage1(session, session->received, count)
		: take_stage2(session, session->received, count, plain,
			  plain_length);
}

/* --- what the station sends ---------------------------------------------- */

size_t session_message(const struct session *session, enum handshake_type type,
	uint8_t result, uint8_t message[HANDSHAKE_MAX])
{
	switch (type) {
	case HANDSHAKE_CHALLENGE:
		return handshake_build(message, type, session->challenge);
	case HANDSHAKE_RESULT:
	case HANDSHAKE_KEY_RESULT:
		return handshake_build(message, type, &result);
	case HANDSHAKE_STATION_KEY:
		return handshake_build(message, type, session->our_key);
	case HANDSHAKE_ANSWER:
	case HANDSHAKE_CLIENT_KEY:
		break;
	}
	return 0;
}

int session_false_key(
	const struct session *session, uint8_t body[HANDSHAKE_KEY_BODY])
{
	uint8_t public[CRYPTO_PUBLIC];

	memcpy(public, session->pair.public, sizeof public);
	public[CRYPTO_PUBLIC - 1] ^= 1;
	return handshake_sign_key(body, public, session->stage1.iv,
		session->keys->signing.private);
}

enum secure_carrier session_carrier(
	const struct session *session, enum handshake_type type)
{
	if (session->is_inside && type == HANDSHAKE_CHALLENGE)
		return SECURE_STAGE2;
	return type == HANDSHAKE_STATION_KEY || type == HANDSHAKE_KEY_RESULT
		? SECURE_STAGE1
		: SECURE_PLAIN;
}

/* stage1_seal() would refuse what faults have made of a message. */
static int seal_stage1(const struct session *session, const uint8_t *plain,
	size_t length, uint8_t *wire)
{
	int error = crypto_encrypt(wire + STAGE1_HEADER, session->stage1.key,
		STAGE1_KEY, session->stage1.iv, plain, length);

	put_be16(wire, (uint16_t)length);
	return error < 0 ? error : STAGE1_HEADER + (int)CRYPTO_PADDED(length);
}

static int seal_stage2(struct session *session, const uint8_t *plain,
	size_t length, uint8_t *wire)
{
	uint8_t seed[STAGE2_SEED];
	int error = 0;

	if (session->is_fixed)
		memcpy(seed, fixed_seeds[session->seeds++ % FIXED_SEEDS],
			sizeof seed);
	else
		error = crypto_random(seed, sizeof seed);
	return error < 0 ? error
			 : stage2_seal(wire, session->key, seed, plain, length);
}

int session_seal(struct session *session, enum secure_carrier in,
	const uint8_t *plain, size_t length, uint8_t wire[SECURE_WIRE_MAX])
{
	switch (in) {
	case SECURE_STAGE1:
		return seal_stage1(session, plain, length, wire);
	case SECURE_STAGE2:
		return seal_stage2(session, plain, length, wire);
	case SECURE_PLAIN:
		break;
	}
	memcpy(wire, plain, length);
	return (int)length;
}
