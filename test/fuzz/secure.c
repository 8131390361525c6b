/*
 * Fuzz target: the session of lib/secure as a station may drive it, and its
 * message parser.
 *
 * The first byte of the input tells how many steps of the handshake a good
 * station goes through before (0 to 4, the whole of it).
 * The rest is notifications: a byte that tells the length, and the bytes. With
 * SEALED set in the length they are put into stage 1 or 2 first, as the
 * station's own would be, and so come past the encryption.
 */
#include <stdlib.h>

#include "../unit/secure-device.h"
#include "base/errors.h"

#define SEALED 0x80
#define STEPS 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t challenge[] = { 0x11, 0x22, 0x33, 0x44 };

/* The same each time, so that a finding can be seen again. */
static int same_bytes(uint8_t *bytes, size_t count)
{
	memset(bytes, 0x5a, count);
	return 0;
}

static int same_pair(struct crypto_pair *pair)
{
	static const uint8_t private[CRYPTO_PRIVATE] = { 1, 2, 3 };

	return crypto_pair_of(pair, private);
}

static const struct secure_source source = { same_bytes, same_pair };

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

/* What came out has a length that it can have, and an error is one of those
 * that the header names. */
static void check_event(int event, size_t length)
{
	if (event == SECURE_REPLY)
		must(length >= 10 && length <= SECURE_WIRE_MAX);
	if (event == SECURE_FRAME)
		must(length >= STAGE2_LEAST && length <= STAGE2_MOST);
	must(event >= 0 || event == -BT_ECHALLENGE || event == -BT_ESIGNATURE ||
		event == -BT_EREFUSED || event == -BT_EGARBAGE);
}

/* Delivers a notification; the last reply goes to message. */
static void deliver(struct secure *secure, const uint8_t *bytes, size_t count,
	uint8_t message[SECURE_WIRE_MAX], size_t *length)
{
	uint8_t out[SECURE_WIRE_MAX];
	int event = secure_receive(secure, bytes, count);

	while (event >= 0) {
		size_t n = 0;

		event = secure_next(secure, out, &n);
		check_event(event, n);
		if (event == SECURE_NOTHING)
			break;
		if (event == SECURE_REPLY) {
			memcpy(message, out, n);
			*length = n;
		}
	}
	must(event >= 0 || !secure_is_open(secure));
}

/* A handshake of a good station, up to a step of 4. */
static void shake(struct secure *secure, struct device *device, int steps)
{
	uint8_t wire[SECURE_WIRE_MAX], reply[SECURE_WIRE_MAX];
	size_t length = 0;

	for (int i = 0; i < steps; i++) {
		size_t n = i == 0 ? device_challenge(device, wire, challenge)
			: i == 1  ? device_result(device, wire, 0)
			: i == 2  ? device_send_key(device, wire)
				  : device_key_result(device, wire, 0);

		deliver(secure, wire, n, reply, &length);
		if (i == 0)
			must(device_is_answered(device, reply, length));
		if (i == 2)
			must(device_take_key(device, reply, length));
	}
	must(secure_is_open(secure) == (steps == 4));
}

/* As the station's own messages travel at this step. */
static size_t seal(const struct device *device, uint8_t *wire,
	const uint8_t *bytes, size_t count, int steps)
{
	int n;

	if (steps == 4)
		return device_seal(device, wire, bytes, count);
	n = stage1_seal(wire, &device->stage1, bytes, count);
	return n < 0 ? 0 : (size_t)n;
}

static void play(struct secure *secure, const struct device *device, int steps,
	const uint8_t *data, size_t size)
{
	uint8_t wire[SECURE_WIRE_MAX], reply[SECURE_WIRE_MAX];
	size_t length;

	while (size > 0) {
		size_t count = data[0] & ~SEALED;
		bool is_sealed = data[0] & SEALED;

		data++;
		size--;
		/* Key messages are longer than the bits tell. */
		if (count == (~SEALED & 0xff))
			count = HANDSHAKE_MAX;
		if (count > size)
			count = size;
		if (is_sealed)
			deliver(secure, wire,
				seal(device, wire, data, count, steps), reply,
				&length);
		else
			deliver(secure, data, count, reply, &length);
		data += count;
		size -= count;
	}
}

/* The parser tells the same of a message as its length does. */
static void parse(const uint8_t *data, size_t size)
{
	struct handshake handshake;
	int length = secure_message_length(SECURE_PLAIN, data, size);

	if (handshake_parse(&handshake, data, size) == 0)
		must(length == (int)size && handshake.body > data &&
			handshake.body + handshake.length < data + size);
	for (int in = SECURE_PLAIN; in <= SECURE_STAGE2; in++)
		must(secure_message_length(in, data, size) <= SECURE_WIRE_MAX);
}

/* Both sides after each number of steps: made once, for it takes long. */
static struct stage {
	struct device device;
	struct secure secure;
} stages[STEPS];

static void make_stage(int steps)
{
	struct stage *stage = &stages[steps];
	struct secure *secure;

	must(device_init(&stage->device) == 0);
	must(secure_new(&secure, &stage->device.keys) == 0);
	secure->source = &source;
	shake(secure, &stage->device, steps);
	stage->secure = *secure;
	secure_free(secure);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage *stage;
	struct secure *secure;

	if (size == 0)
		return 0;
	stage = &stages[data[0] % STEPS];
	if (!stage->secure.source)
		make_stage(data[0] % STEPS);
	parse(data + 1, size - 1);
	must(secure_new(&secure, &stage->device.keys) == 0);
	*secure = stage->secure;
	play(secure, &stage->device, data[0] % STEPS, data + 1, size - 1);
	secure_free(secure);
	return 0;
}
