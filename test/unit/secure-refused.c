/* lib/secure against stations that are broken or hostile: a clear refusal each
 * time, and nothing left of the session. */
#include "base/errors.h"
#include "base/hex.h"
#include "check.h"
#include "secure-talk.h"

static size_t bad_checksum(struct device *device, uint8_t *wire)
{
	uint8_t message[HANDSHAKE_MAX];
	static const uint8_t accepted;
	size_t n = handshake_build(message, HANDSHAKE_KEY_RESULT, &accepted);
	int sealed;

	message[n - 1] ^= 1;
	sealed = stage1_seal(wire, &device->stage1, message, n);
	return (size_t)sealed;
}

static size_t wrong_signature(struct device *device, uint8_t *wire)
{
	device_send_key(device, wire);
	device->key_body[HANDSHAKE_KEY_BODY - 1] ^= 1;
	return device_send(
		device, wire, HANDSHAKE_STATION_KEY, device->key_body);
}

static size_t no_signature(struct device *device, uint8_t *wire)
{
	device_send_key(device, wire);
	memset(device->key_body + CRYPTO_PUBLIC, 0, CRYPTO_SIGNATURE);
	return device_send(
		device, wire, HANDSHAKE_STATION_KEY, device->key_body);
}

/* The signature of one key with another key. */
static size_t exchanged_key(struct device *device, uint8_t *wire)
{
	device_send_key(device, wire);
	memcpy(device->key_body, device->signing.public, CRYPTO_PUBLIC);
	return device_send(
		device, wire, HANDSHAKE_STATION_KEY, device->key_body);
}

/* A key message recorded in another handshake. */
static size_t replayed_key(struct device *device, uint8_t *wire)
{
	struct stage1 now = device->stage1;

	device->stage1.iv[0] ^= 1;
	device_send_key(device, wire);
	device->stage1 = now;
	return device_send(
		device, wire, HANDSHAKE_STATION_KEY, device->key_body);
}

static size_t other_signer(struct device *device, uint8_t *wire)
{
	device->signing = device->pair;
	return device_send_key(device, wire);
}

static size_t off_the_curve(struct device *device, uint8_t *wire)
{
	device->pair.public[CRYPTO_PUBLIC - 1] ^= 1;
	return device_send_key(device, wire);
}

static size_t other_local_key(struct device *device, uint8_t *wire)
{
	device->stage1.key[0] ^= 1;
	return device_send_key(device, wire);
}

static size_t send_result(struct device *device, uint8_t *wire)
{
	return device_result(device, wire, 0);
}

static size_t refuse_answer(struct device *device, uint8_t *wire)
{
	return device_result(device, wire, 1);
}

static size_t send_key_result(struct device *device, uint8_t *wire)
{
	return device_key_result(device, wire, 0);
}

static size_t refuse_key(struct device *device, uint8_t *wire)
{
	return device_key_result(device, wire, 1);
}

/* What only a client sends. */
static size_t client_answer(struct device *device, uint8_t *wire)
{
	return device_send(
		device, wire, HANDSHAKE_ANSWER, stage1_answer(&device->stage1));
}

static size_t client_key(struct device *device, uint8_t *wire)
{
	device_send_key(device, wire);
	return device_send(
		device, wire, HANDSHAKE_CLIENT_KEY, device->key_body);
}

/* A challenge has no place in stage 1. */
static size_t challenge_in_stage1(struct device *device, uint8_t *wire)
{
	uint8_t message[HANDSHAKE_MAX] = { 0 };
	int n;

	handshake_build(message, HANDSHAKE_CHALLENGE, challenge);
	n = stage1_seal(wire, &device->stage1, message, HANDSHAKE_MAX);
	return (size_t)n;
}

/* Inside of the session no message of a handshake has a place. */
static size_t send_inside(const struct device *device, uint8_t *wire,
	enum handshake_type type, const uint8_t *body)
{
	uint8_t message[HANDSHAKE_MAX];
	size_t n = handshake_build(message, type, body);

	return device_seal(device, wire, message, n);
}

static size_t challenge_inside(struct device *device, uint8_t *wire)
{
	return send_inside(device, wire, HANDSHAKE_CHALLENGE, challenge);
}

static size_t result_inside(struct device *device, uint8_t *wire)
{
	static const uint8_t accepted;

	return send_inside(device, wire, HANDSHAKE_RESULT, &accepted);
}

static size_t key_inside(struct device *device, uint8_t *wire)
{
	device_send_key(device, wire);
	return send_inside(
		device, wire, HANDSHAKE_STATION_KEY, device->key_body);
}

static size_t key_result_inside(struct device *device, uint8_t *wire)
{
	static const uint8_t accepted;

	return send_inside(device, wire, HANDSHAKE_KEY_RESULT, &accepted);
}

static const struct {
	const char *name;
	int stage; /* of advance() */
	size_t (*make)(struct device *, uint8_t *);
	const char *wire; /* in place of make */
	int error;
} cases[] = {
	{ "plain frame", 0, NULL, "01030203fbf937", -BT_EGARBAGE },
	{ "sealed message before all", 0, NULL, "0086", -BT_EGARBAGE },
	{ "challenge, wrong checksum", 0, NULL, "2a2a01041122334400ae",
		-BT_EGARBAGE },
	{ "challenge that is short", 0, NULL, "2a2a0103112233006a",
		-BT_EGARBAGE },
	{ "challenge that is long", 0, NULL, "2a2a0105112233445500b0",
		-BT_EGARBAGE },
	{ "length ff", 0, NULL, "2a2a01ff", -BT_EGARBAGE },
	{ "no such type", 0, NULL, "2a2a00000000", -BT_EGARBAGE },
	{ "result first", 0, NULL, "2a2a0301000004", -BT_EGARBAGE },
	{ "key result first", 0, NULL, "2a2a0601000007", -BT_EGARBAGE },
	{ "answer from the station", 0, NULL, "2a2a02047302afac01d6",
		-BT_EGARBAGE },
	{ "challenge refused", 1, refuse_answer, NULL, -BT_ECHALLENGE },
	{ "result, wrong checksum", 1, NULL, "2a2a0301000104", -BT_EGARBAGE },
	{ "answer after challenge", 1, client_answer, NULL, -BT_EGARBAGE },
	{ "key before result", 1, device_send_key, NULL, -BT_EGARBAGE },
	{ "key result before result", 1, send_key_result, NULL, -BT_EGARBAGE },
	{ "length 0 before result", 1, NULL, "0000", -BT_EGARBAGE },
	{ "key result before key", 2, send_key_result, NULL, -BT_EGARBAGE },
	{ "key result plain", 2, NULL, "2a2a0601000007", -BT_EGARBAGE },
	{ "length ffff in stage 1", 2, NULL, "ffff", -BT_EGARBAGE },
	{ "length 0 in stage 1", 2, NULL, "0000", -BT_EGARBAGE },
	{ "length one more", 2, NULL, "0087", -BT_EGARBAGE },
	{ "length one less", 2, NULL, "0085", -BT_EGARBAGE },
	{ "wrong signature", 2, wrong_signature, NULL, -BT_ESIGNATURE },
	{ "signature of zeros", 2, no_signature, NULL, -BT_ESIGNATURE },
	{ "signature of another key", 2, exchanged_key, NULL, -BT_ESIGNATURE },
	{ "key of another handshake", 2, replayed_key, NULL, -BT_ESIGNATURE },
	{ "signed by somebody else", 2, other_signer, NULL, -BT_ESIGNATURE },
	{ "point off the curve", 2, off_the_curve, NULL, -BT_EGARBAGE },
	{ "another local key", 2, other_local_key, NULL, -BT_EGARBAGE },
	{ "client's key from the station", 2, client_key, NULL, -BT_EGARBAGE },
	{ "challenge in stage 1", 2, challenge_in_stage1, NULL, -BT_EGARBAGE },
	{ "key refused", 3, refuse_key, NULL, -BT_EREFUSED },
	{ "key result, wrong checksum", 3, bad_checksum, NULL, -BT_EGARBAGE },
	{ "second key, wrong signature", 3, wrong_signature, NULL,
		-BT_ESIGNATURE },
	{ "second key off the curve", 3, off_the_curve, NULL, -BT_EGARBAGE },
	{ "length ffff in stage 2", 4, NULL, "ffff", -BT_EGARBAGE },
	{ "length 0 in stage 2", 4, NULL, "0000", -BT_EGARBAGE },
	{ "length 4 in stage 2", 4, NULL, "0004", -BT_EGARBAGE },
	{ "length 260 in stage 2", 4, NULL, "0104", -BT_EGARBAGE },
	{ "plain result in session", 4, send_result, NULL, -BT_EGARBAGE },
	{ "challenge inside", 4, challenge_inside, NULL, -BT_EGARBAGE },
	{ "result inside", 4, result_inside, NULL, -BT_EGARBAGE },
	{ "key inside", 4, key_inside, NULL, -BT_EGARBAGE },
	{ "key result inside", 4, key_result_inside, NULL, -BT_EGARBAGE },
};

/* Nothing of the session is left. */
static bool is_wiped(const struct secure *secure, int error)
{
	static const struct secure_session nothing;
	struct secure_session session = secure->session;

	if (session.error != error)
		return false;
	session.error = 0;
	return memcmp(&session, &nothing, sizeof session) == 0;
}

static void check_refused(struct talk *talk, size_t i)
{
	const char *name = cases[i].name;
	uint8_t wire[SECURE_WIRE_MAX];
	size_t length;

	advance(talk, cases[i].stage);
	if (cases[i].make)
		length = cases[i].make(&talk->device, wire);
	else
		length = (size_t)hex_decode(wire, sizeof wire, cases[i].wire,
			strlen(cases[i].wire));
	CHECK_CASE(name, deliver(talk, wire, length) == cases[i].error);
	CHECK_CASE(name, said(talk, ""));
	CHECK_CASE(name, is_wiped(talk->secure, cases[i].error));
	CHECK_CASE(name, deliver(talk, wire, length) == cases[i].error);
	CHECK_CASE(name,
		secure_next(talk->secure, wire, &length) == cases[i].error);
	CHECK_CASE(name,
		secure_seal(talk->secure, frame, sizeof frame, wire, &length) ==
			cases[i].error);
}

static void test_refused(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct talk talk;

		talk_begin(&talk);
		check_refused(&talk, i);
		/* Another connection knows nothing of it. */
		secure_reset(talk.secure);
		CHECK(device_init(&talk.device) == 0);
		advance(&talk, 4);
		exchange(&talk);
		talk_end(&talk);
	}
}

/* A stage-1 message in a running session is read as one of stage 2: more bytes
 * are waited for, and then it is noise. */
static void test_stage1_inside(void)
{
	uint8_t wire[SECURE_WIRE_MAX] = { 0 };
	struct talk talk;
	size_t n;

	talk_begin(&talk);
	advance(&talk, 4);
	n = device_send_key(&talk.device, wire);
	CHECK(n == 146);
	CHECK(deliver(&talk, wire, n) == 0);
	CHECK(said(&talk, ""));
	CHECK(deliver(&talk, wire + n, 4) == 0);
	CHECK(said(&talk, "F"));
	talk_end(&talk);
}

static void test_too_much(void)
{
	static const uint8_t bytes[SECURE_RECEIVED_MAX + 1];
	struct talk talk;

	talk_begin(&talk);
	CHECK(secure_receive(talk.secure, bytes, SECURE_RECEIVED_MAX) == 0);
	CHECK(secure_receive(talk.secure, bytes, 1) == -BT_EGARBAGE);
	secure_reset(talk.secure);
	CHECK(secure_receive(talk.secure, bytes, sizeof bytes) == -BT_EGARBAGE);
	talk_end(&talk);
}

static void test_wipe(void)
{
	static const struct secure_handshake nothing;
	struct talk talk;

	for (int stage = 0; stage <= 4; stage++) {
		talk_begin(&talk);
		advance(&talk, stage);
		secure_reset(talk.secure);
		CHECK(is_wiped(talk.secure, 0));
		talk_end(&talk);
	}
	talk_begin(&talk);
	advance(&talk, 4);
	/* What made the key is not kept beside it. */
	CHECK(memcmp(&talk.secure->session.handshake, &nothing,
		      sizeof nothing) == 0);
	talk_end(&talk);
	secure_free(NULL);
}

static int no_random(uint8_t *bytes, size_t count)
{
	(void)bytes;
	(void)count;
	return -BT_ECRYPTO;
}

static int no_pair(struct crypto_pair *pair)
{
	(void)pair;
	return -BT_ECRYPTO;
}

/* A generator that fails is never gone on without. */
static void test_no_random(void)
{
	static const struct secure_source source = { no_random, no_pair };
	uint8_t wire[SECURE_WIRE_MAX];
	struct talk talk;
	size_t n = 0;

	talk_begin(&talk);
	advance(&talk, 2);
	talk.secure->source = &source;
	CHECK(deliver(&talk, wire, device_send_key(&talk.device, wire)) ==
		-BT_ECRYPTO);
	talk_end(&talk);
	talk_begin(&talk);
	advance(&talk, 4);
	talk.secure->source = &source;
	CHECK(secure_seal(talk.secure, frame, sizeof frame, wire, &n) ==
		-BT_ECRYPTO);
	CHECK(n == 0);
	talk_end(&talk);
}

int main(void)
{
	test_refused();
	test_stage1_inside();
	test_too_much();
	test_wipe();
	test_no_random();
	return check_done();
}
