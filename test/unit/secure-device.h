/*
 * The station's side of an encrypted session, made of the primitives: well
 * behaved, and always the same but for the nonces of its signatures.
 */
#ifndef BT_TEST_UNIT_SECURE_DEVICE_H
#define BT_TEST_UNIT_SECURE_DEVICE_H

#include <stdbool.h>
#include <string.h>

#include "station/secure-internal.h"

/* Private keys for tests, as test/data/encryption-vectors.txt has them. */
static const uint8_t device_signing_key[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`";
static const uint8_t device_ephemeral_key[] =
	"!\"#$%&'()*+,-./0123456789:;<=>?@";

struct device {
	struct secure_keys keys; /* what its client has to have */
	struct crypto_pair signing, pair;
	struct stage1 stage1;
	uint8_t key[STAGE2_KEY]; /* of stage 2 */
	uint8_t next[STAGE2_KEY];
	uint8_t key_body[HANDSHAKE_KEY_BODY];
};

/* Both sides' keys. Returns 0. */
static inline int device_init(struct device *device)
{
	int error;

	memset(device, 0, sizeof *device);
	secure_keys_default(&device->keys);
	error = crypto_pair_of(&device->signing, device_signing_key);
	if (error == 0)
		error = crypto_pair_of(&device->pair, device_ephemeral_key);
	memcpy(device->keys.device_signing_public, device->signing.public,
		CRYPTO_PUBLIC);
	return error;
}

/* Puts a MODBUS frame, or what should not be there, into stage 2. */
static inline size_t device_seal(const struct device *device, uint8_t *wire,
	const uint8_t *plain, size_t length)
{
	static const uint8_t seed[STAGE2_SEED] = { 1, 2, 3, 4 };
	int n = stage2_seal(wire, device->key, seed, plain, length);

	return n < 0 ? 0 : (size_t)n;
}

/* A message as it travels at this point. */
static inline size_t device_send(const struct device *device, uint8_t *wire,
	enum handshake_type type, const uint8_t *body)
{
	uint8_t message[HANDSHAKE_MAX];
	size_t length = handshake_build(message, type, body);
	int n;

	if (type == HANDSHAKE_STATION_KEY || type == HANDSHAKE_KEY_RESULT) {
		n = stage1_seal(wire, &device->stage1, message, length);
		return n < 0 ? 0 : (size_t)n;
	}
	memcpy(wire, message, length);
	return length;
}

/* Begins a handshake. */
static inline size_t device_challenge(struct device *device, uint8_t *wire,
	const uint8_t challenge[HANDSHAKE_CHALLENGE_BODY])
{
	stage1_derive(&device->stage1, challenge, device->keys.local_key);
	return device_send(device, wire, HANDSHAKE_CHALLENGE, challenge);
}

static inline size_t device_result(
	const struct device *device, uint8_t *wire, uint8_t result)
{
	return device_send(device, wire, HANDSHAKE_RESULT, &result);
}

static inline size_t device_send_key(struct device *device, uint8_t *wire)
{
	if (handshake_sign_key(device->key_body, device->pair.public,
		    device->stage1.iv, device->signing.private) < 0)
		return 0;
	return device_send(
		device, wire, HANDSHAKE_STATION_KEY, device->key_body);
}

/* From here on stage 2 is the new one, if the result is 0. */
static inline size_t device_key_result(
	struct device *device, uint8_t *wire, uint8_t result)
{
	size_t length =
		device_send(device, wire, HANDSHAKE_KEY_RESULT, &result);

	if (result == HANDSHAKE_ACCEPTED)
		memcpy(device->key, device->next, sizeof device->key);
	return length;
}

/* Opens what the client sent at this point. True if it is a message of that
 * type; message has to live as long as *handshake. */
static inline bool device_open(const struct device *device, const uint8_t *wire,
	size_t length, enum handshake_type type, uint8_t message[STAGE2_MOST],
	struct handshake *handshake)
{
	int n = (int)length;

	if (type == HANDSHAKE_CLIENT_KEY)
		n = stage1_open(message, &device->stage1, wire, length);
	else
		memcpy(message, wire, length);
	return n > 0 && handshake_parse(handshake, message, (size_t)n) == 0 &&
		handshake->type == type;
}

/* Whether the challenge was answered as it should be. */
static inline bool device_is_answered(
	const struct device *device, const uint8_t *wire, size_t length)
{
	uint8_t message[STAGE2_MOST];
	struct handshake handshake;

	return device_open(device, wire, length, HANDSHAKE_ANSWER, message,
		       &handshake) &&
		memcmp(handshake.body, stage1_answer(&device->stage1),
			HANDSHAKE_CHALLENGE_BODY) == 0;
}

/* Takes the client's key, if its signature is good. */
static inline bool device_take_key(
	struct device *device, const uint8_t *wire, size_t length)
{
	uint8_t message[STAGE2_MOST];
	struct crypto_pair client;
	struct handshake handshake;

	return device_open(device, wire, length, HANDSHAKE_CLIENT_KEY, message,
		       &handshake) &&
		crypto_pair_of(&client, device->keys.client_signing_private) ==
		0 &&
		handshake_verify_key(handshake.body, device->stage1.iv,
			client.public) == 0 &&
		crypto_agree(device->next, device->pair.private,
			handshake.body) == 0;
}

#endif
