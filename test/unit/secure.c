/* lib/secure against a station made of the same primitives. */
#include <errno.h>
#include <malloc.h>

#include "base/errors.h"
#include "check.h"
#include "modbus/modbus.h"
#include "secure-talk.h"
#include "vectors.h"

static const char *const seeds[] = { "r1_read_16_1_request_seed",
	"r2_read_100_40_request_seed", "w1_write_3007_1_request_seed",
	"e1_exception_2_request_seed" };
static size_t seeds_used;

static int next_seed(uint8_t *bytes, size_t count)
{
	memcpy(bytes, vector_get(seeds[seeds_used++ % 4])->bytes, count);
	return 0;
}

static int vector_pair(struct crypto_pair *pair)
{
	return crypto_pair_of(
		pair, vector_get("client_ephemeral_private")->bytes);
}

static const struct secure_source vector_source = { next_seed, vector_pair };

static int deliver_vector(struct talk *talk, const char *name)
{
	const struct vector *v = vector_get(name);

	return deliver(talk, v->bytes, v->length);
}

/* Each exchange of the vectors, from "r1_read_16_1" on. */
static void check_vector_exchange(struct talk *talk, const char *name)
{
	char names[4][80];
	const char *const parts[] = { "request_plaintext", "request_wire",
		"response_wire", "response_plaintext" };
	uint8_t wire[SECURE_WIRE_MAX];
	const struct vector *request;
	size_t length = 0;

	for (size_t i = 0; i < 4; i++)
		snprintf(names[i], sizeof names[i], "%s_%s", name, parts[i]);
	request = vector_get(names[0]);
	CHECK_CASE(name,
		secure_seal(talk->secure, request->bytes, request->length, wire,
			&length) == 0);
	CHECK_CASE(name, vector_is(names[1], wire, length));
	CHECK_CASE(name, deliver_vector(talk, names[2]) == 0);
	CHECK_CASE(name, said(talk, "F"));
	CHECK_CASE(name, vector_is(names[3], talk->frame, talk->frame_length));
}

static void test_vectors(void)
{
	struct talk talk;

	talk_begin(&talk);
	talk.secure->source = &vector_source;
	CHECK(deliver_vector(&talk, "m1_device_client_plaintext_wire") == 0);
	CHECK(vector_is("m2_client_device_plaintext_wire", talk.reply,
		talk.reply_length));
	CHECK(deliver_vector(&talk, "m3_device_client_plaintext_wire") == 0);
	CHECK(deliver_vector(&talk, "m4_device_client_wire") == 0);
	CHECK(said(&talk, "R"));
	memcpy(talk.device.stage1.iv,
		vector_get("unsecure_iv_md5_reversed_challenge")->bytes, 16);
	memcpy(talk.device.stage1.key,
		vector_get("unsecure_key_iv_xor_local_key")->bytes, 16);
	CHECK(device_take_key(&talk.device, talk.reply, talk.reply_length));
	CHECK(vector_is("secure_key_ecdh_x", talk.device.next, STAGE2_KEY));
	CHECK(memcmp(talk.secure->session.handshake.pair.public,
		      vector_get("client_ephemeral_public_xy")->bytes,
		      CRYPTO_PUBLIC) == 0);
	CHECK(deliver_vector(&talk, "m6_device_client_wire") == 0);
	CHECK(said(&talk, "O"));
	CHECK(vector_is(
		"secure_key_ecdh_x", talk.secure->session.key, STAGE2_KEY));
	check_vector_exchange(&talk, "r1_read_16_1");
	check_vector_exchange(&talk, "r2_read_100_40");
	check_vector_exchange(&talk, "w1_write_3007_1");
	check_vector_exchange(&talk, "e1_exception_2");
	talk_end(&talk);
}

static void test_vectors_refused(void)
{
	struct talk talk;

	talk_begin(&talk);
	CHECK(deliver_vector(&talk, "m1_device_client_plaintext_wire") == 0);
	CHECK(deliver_vector(&talk, "n1_challenge_refused_m3_wire") ==
		-BT_ECHALLENGE);
	secure_reset(talk.secure);
	CHECK(deliver_vector(&talk, "m1_device_client_plaintext_wire") == 0);
	CHECK(deliver_vector(&talk, "m3_device_client_plaintext_wire") == 0);
	CHECK(deliver_vector(&talk, "m4_device_client_wire") == 0);
	CHECK(deliver_vector(&talk, "n2_key_refused_m6_wire") == -BT_EREFUSED);
	talk_end(&talk);
}

/* A whole handshake whose messages come in two pieces, and two of them in one
 * notification where the station sends two in a row. */
static void shake_split(struct talk *talk, size_t first)
{
	struct device *device = &talk->device;
	uint8_t wire[3 * SECURE_WIRE_MAX];
	size_t n = device_challenge(device, wire, challenge);

	CHECK(deliver_split(talk, wire, n, first) == 0);
	CHECK(said(talk, "R"));
	CHECK(device_is_answered(device, talk->reply, talk->reply_length));
	n = device_result(device, wire, 0);
	n += device_send_key(device, wire + n);
	CHECK(deliver_split(talk, wire, n, first) == 0);
	CHECK(said(talk, "R"));
	CHECK(device_take_key(device, talk->reply, talk->reply_length));
	n = device_key_result(device, wire, 0);
	n += device_seal(device, wire + n, frame, sizeof frame);
	CHECK(deliver_split(talk, wire, n, first) == 0);
	CHECK(said(talk, "OF"));
	CHECK(memcmp(talk->frame, frame, sizeof frame) == 0);
}

static void test_splits(void)
{
	struct talk talk;

	talk_begin(&talk);
	for (size_t first = 0; first < 180; first++) {
		secure_reset(talk.secure);
		shake_split(&talk, first);
		shake_split(&talk, first);
	}
	talk_end(&talk);
}

/* Byte after byte, and the longest frame with the beginning of the next. */
static void test_pieces(void)
{
	uint8_t wire[2 * SECURE_WIRE_MAX], longest[STAGE2_MOST] = { 0x01 };
	struct talk talk;
	size_t n;

	talk_begin(&talk);
	advance(&talk, 4);
	n = device_seal(&talk.device, wire, longest, sizeof longest);
	CHECK(n == SECURE_WIRE_MAX);
	for (size_t i = 0; i < n; i++) {
		CHECK(deliver(&talk, wire + i, 1) == 0);
		CHECK(said(&talk, i + 1 < n ? "" : "F"));
	}
	CHECK(talk.frame_length == sizeof longest &&
		memcmp(talk.frame, longest, sizeof longest) == 0);
	n += device_seal(&talk.device, wire + n, frame, sizeof frame);
	CHECK(deliver(&talk, wire, n - 1) == 0);
	CHECK(said(&talk, "F"));
	CHECK(deliver(&talk, wire + n - 1, 1) == 0);
	CHECK(said(&talk, "F") && talk.frame_length == sizeof frame);
	talk_end(&talk);
}

/* A station that repeats itself gets the same again. */
static void test_repeats(void)
{
	uint8_t wire[SECURE_WIRE_MAX], first[SECURE_WIRE_MAX];
	struct talk talk;
	size_t n;

	talk_begin(&talk);
	advance(&talk, 1);
	memcpy(first, talk.reply, talk.reply_length);
	advance(&talk, 1);
	CHECK(memcmp(first, talk.reply, talk.reply_length) == 0);
	answer(&talk, other_challenge);
	CHECK(memcmp(first, talk.reply, talk.reply_length) != 0);
	accept_answer(&talk);
	send_key(&talk);
	memcpy(first, talk.reply, talk.reply_length);
	for (int i = 0; i < 3; i++) {
		n = device_send_key(&talk.device, wire);
		CHECK(deliver(&talk, wire, n) == 0);
		CHECK(said(&talk, "R") && talk.reply_length == 146);
		CHECK(memcmp(first, talk.reply, talk.reply_length) == 0);
	}
	accept_key(&talk);
	exchange(&talk);
	talk_end(&talk);
}

/* A challenge that the station has sent several times before our answer came:
 * each is answered, each answer has a result, and the handshake goes on. */
static void test_late_repeats(void)
{
	uint8_t wire[SECURE_WIRE_MAX], result[SECURE_WIRE_MAX];
	struct talk talk;
	size_t n, m;

	talk_begin(&talk);
	n = device_challenge(&talk.device, wire, challenge);
	CHECK(deliver(&talk, wire, n) == 0 && said(&talk, "R"));
	CHECK(deliver(&talk, wire, n) == 0 && said(&talk, "R"));
	CHECK(device_is_answered(&talk.device, talk.reply, talk.reply_length));
	m = device_result(&talk.device, result, 0);
	CHECK(deliver(&talk, result, m) == 0 && said(&talk, ""));
	CHECK(deliver(&talk, wire, n) == 0 && said(&talk, "R"));
	CHECK(deliver(&talk, result, m) == 0 && said(&talk, ""));
	send_key(&talk);
	CHECK(deliver(&talk, result, m) == 0 && said(&talk, ""));
	accept_key(&talk);
	exchange(&talk);
	talk_end(&talk);
}

/* A handshake is given up for another at every point of it. */
static void test_begin_again(void)
{
	struct talk talk;

	talk_begin(&talk);
	for (int stage = 0; stage <= 4; stage++) {
		secure_reset(talk.secure);
		advance(&talk, stage);
		answer(&talk, other_challenge);
		CHECK(!secure_is_open(talk.secure));
		accept_answer(&talk);
		send_key(&talk);
		accept_key(&talk);
		exchange(&talk);
	}
	talk_end(&talk);
}

/* With another key than the station's a frame is nothing but noise. */
static void test_wrong_key(void)
{
	uint8_t wire[SECURE_WIRE_MAX];
	struct talk talk;
	size_t n;

	talk_begin(&talk);
	advance(&talk, 4);
	talk.device.key[0] ^= 1;
	n = device_seal(&talk.device, wire, frame, sizeof frame);
	CHECK(deliver(&talk, wire, n) == 0);
	CHECK(said(&talk, "F") && talk.frame_length == sizeof frame);
	CHECK(memcmp(talk.frame, frame, sizeof frame) != 0);
	CHECK(modbus_crc(talk.frame, 5) !=
		(talk.frame[5] | talk.frame[6] << 8));
	talk_end(&talk);
}

static void test_seal(void)
{
	static const uint8_t longest[STAGE2_MOST + 1];
	uint8_t wire[SECURE_WIRE_MAX], again[SECURE_WIRE_MAX];
	size_t length = 0, again_length = 0;
	struct talk talk;

	talk_begin(&talk);
	for (int stage = 0; stage < 4; stage++) {
		secure_reset(talk.secure);
		advance(&talk, stage);
		CHECK(secure_seal(talk.secure, longest, 8, wire, &length) ==
			-ENOTCONN);
	}
	secure_reset(talk.secure);
	advance(&talk, 4);
	CHECK(secure_seal(talk.secure, longest, 4, wire, &length) ==
		-BT_EREQUEST);
	CHECK(secure_seal(talk.secure, longest, sizeof longest, wire,
		      &length) == -BT_EREQUEST);
	CHECK(length == 0);
	CHECK(secure_seal(talk.secure, longest, 8, wire, &length) == 0);
	CHECK(secure_seal(talk.secure, longest, 8, again, &again_length) == 0);
	CHECK(length == 22 && again_length == 22);
	/* Another seed, and so other bytes. */
	CHECK(memcmp(wire + 2, again + 2, 20) != 0);
	talk_end(&talk);
}

/* A leak in each exchange or handshake would come to more; what the
 * allocator keeps at hand comes to less. */
#define GROWTH_MAX 4096

static size_t heap(void)
{
	return mallinfo2().uordblks;
}

static void test_long_session(void)
{
	struct talk talk;
	size_t before;

	talk_begin(&talk);
	advance(&talk, 4);
	exchange(&talk);
	before = heap();
	for (int i = 0; i < 10000; i++)
		exchange(&talk);
	CHECK(heap() < before + GROWTH_MAX);
	before = heap();
	for (int i = 0; i < 200; i++) {
		secure_reset(talk.secure);
		advance(&talk, 4);
		exchange(&talk);
	}
	CHECK(heap() < before + GROWTH_MAX);
	talk_end(&talk);
}

int main(void)
{
	vectors_read();
	test_vectors();
	test_vectors_refused();
	test_splits();
	test_pieces();
	test_repeats();
	test_late_repeats();
	test_begin_again();
	test_wrong_key();
	test_seal();
	test_long_session();
	return check_done();
}
