/* Messages of the handshake, and the two envelopes. */
#include "station/secure-message.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/errors.h"

#define MARK 0x2a2a
#define HANDSHAKE_HEADER 4 /* mark, type, length */

/* Where in the IV of stage 1 the answer to the challenge is. */
#define ANSWER_OFFSET 8

/* Bytes of the body of each type. */
static const uint8_t bodies[] = {
	[HANDSHAKE_CHALLENGE] = HANDSHAKE_CHALLENGE_BODY,
	[HANDSHAKE_ANSWER] = HANDSHAKE_CHALLENGE_BODY,
	[HANDSHAKE_RESULT] = 1,
	[HANDSHAKE_STATION_KEY] = HANDSHAKE_KEY_BODY,
	[HANDSHAKE_CLIENT_KEY] = HANDSHAKE_KEY_BODY,
	[HANDSHAKE_KEY_RESULT] = 1,
};

static bool is_type(uint8_t type)
{
	return type < sizeof bodies && bodies[type] > 0;
}

/* Over type, length and body. */
static uint16_t checksum(const uint8_t *bytes, size_t count)
{
	unsigned sum = 0;

	while (count-- > 0)
		sum += *bytes++;
	return (uint16_t)sum;
}

static int handshake_length(const uint8_t *bytes, size_t length)
{
	if (length < HANDSHAKE_HEADER)
		return 0;
	if (!is_type(bytes[2]) || bytes[3] != bodies[bytes[2]])
		return -BT_EGARBAGE;
	return HANDSHAKE_FRAME + bytes[3];
}

/* Stage 1 carries key messages and the result only. */
static bool fits(enum secure_carrier carrier, size_t plain)
{
	switch (carrier) {
	case SECURE_PLAIN:
		break;
	case SECURE_STAGE1:
		return plain == HANDSHAKE_MAX || plain == HANDSHAKE_FRAME + 1;
	case SECURE_STAGE2:
		return plain >= STAGE2_LEAST && plain <= STAGE2_MOST;
	}
	return false;
}

int secure_message_length(
	enum secure_carrier carrier, const uint8_t *bytes, size_t length)
{
	size_t plain;

	if (length < 2)
		return 0;
	if (secure_message_is_plain(bytes, length))
		return handshake_length(bytes, length);
	plain = get_be16(bytes);
	if (!fits(carrier, plain))
		return -BT_EGARBAGE;
	return (int)CRYPTO_PADDED(plain) +
		(carrier == SECURE_STAGE1 ? STAGE1_HEADER : STAGE2_HEADER);
}

bool secure_message_is_plain(const uint8_t *bytes, size_t length)
{
	return length >= 2 && get_be16(bytes) == MARK;
}

size_t handshake_build(
	uint8_t *message, enum handshake_type type, const uint8_t *body)
{
	size_t length = bodies[type];

	put_be16(message, MARK);
	message[2] = (uint8_t)type;
	message[3] = (uint8_t)length;
	memcpy(message + HANDSHAKE_HEADER, body, length);
	put_be16(message + HANDSHAKE_HEADER + length,
		checksum(message + 2, 2 + length));
	return HANDSHAKE_FRAME + length;
}

int handshake_parse(
	struct handshake *handshake, const uint8_t *message, size_t length)
{
	if (!secure_message_is_plain(message, length) ||
		handshake_length(message, length) != (int)length ||
		get_be16(message + length - 2) !=
			checksum(message + 2, length - 4))
		return -BT_EGARBAGE;
	handshake->type = message[2];
	handshake->body = message + HANDSHAKE_HEADER;
	handshake->length = message[3];
	return 0;
}

/* The signed bytes: the public key, then the IV. */
#define SIGNED (CRYPTO_PUBLIC + CRYPTO_BLOCK)

static void build_signed(uint8_t bytes[SIGNED], const uint8_t *public,
	const uint8_t iv[CRYPTO_BLOCK])
{
	memcpy(bytes, public, CRYPTO_PUBLIC);
	memcpy(bytes + CRYPTO_PUBLIC, iv, CRYPTO_BLOCK);
}

int handshake_sign_key(uint8_t body[HANDSHAKE_KEY_BODY],
	const uint8_t public[CRYPTO_PUBLIC], const uint8_t iv[CRYPTO_BLOCK],
	const uint8_t signing_private[CRYPTO_PRIVATE])
{
	uint8_t bytes[SIGNED];
	int error;

	build_signed(bytes, public, iv);
	error = crypto_sign(
		body + CRYPTO_PUBLIC, signing_private, bytes, sizeof bytes);
	if (error < 0)
		return error;
	memcpy(body, public, CRYPTO_PUBLIC);
	return 0;
}

int handshake_verify_key(const uint8_t body[HANDSHAKE_KEY_BODY],
	const uint8_t iv[CRYPTO_BLOCK],
	const uint8_t signing_public[CRYPTO_PUBLIC])
{
	uint8_t bytes[SIGNED];

	build_signed(bytes, body, iv);
	return crypto_verify(
		body + CRYPTO_PUBLIC, signing_public, bytes, sizeof bytes);
}

int stage1_derive(struct stage1 *stage1,
	const uint8_t challenge[HANDSHAKE_CHALLENGE_BODY],
	const uint8_t local_key[STAGE1_KEY])
{
	uint8_t reversed[HANDSHAKE_CHALLENGE_BODY];
	uint8_t iv[CRYPTO_MD5];
	int error;

	for (size_t i = 0; i < sizeof reversed; i++)
		reversed[i] = challenge[sizeof reversed - 1 - i];
	error = crypto_md5(iv, reversed, sizeof reversed);
	if (error < 0)
		return error;
	for (size_t i = 0; i < sizeof iv; i++)
		stage1->key[i] = iv[i] ^ local_key[i];
	memcpy(stage1->iv, iv, sizeof iv);
	return 0;
}

const uint8_t *stage1_answer(const struct stage1 *stage1)
{
	return stage1->iv + ANSWER_OFFSET;
}

/* The length in the header of a whole sealed message. */
static int sealed_length(
	enum secure_carrier carrier, const uint8_t *wire, size_t length)
{
	if (length < 2 || !fits(carrier, get_be16(wire)) ||
		secure_message_length(carrier, wire, length) != (int)length)
		return -BT_EGARBAGE;
	return get_be16(wire);
}

int stage1_seal(uint8_t wire[SECURE_WIRE_MAX], const struct stage1 *stage1,
	const uint8_t *message, size_t length)
{
	int error;

	if (!fits(SECURE_STAGE1, length))
		return -BT_EREQUEST;
	error = crypto_encrypt(wire + STAGE1_HEADER, stage1->key,
		sizeof stage1->key, stage1->iv, message, length);
	if (error < 0)
		return error;
	put_be16(wire, (uint16_t)length);
	return STAGE1_HEADER + (int)CRYPTO_PADDED(length);
}

int stage1_open(uint8_t message[HANDSHAKE_MAX], const struct stage1 *stage1,
	const uint8_t *wire, size_t length)
{
	uint8_t blocks[CRYPTO_PADDED(HANDSHAKE_MAX)];
	int plain = sealed_length(SECURE_STAGE1, wire, length);
	int error;

	if (plain < 0)
		return plain;
	error = crypto_decrypt(blocks, stage1->key, sizeof stage1->key,
		stage1->iv, wire + STAGE1_HEADER, length - STAGE1_HEADER);
	if (error < 0)
		return error;
	memcpy(message, blocks, (size_t)plain);
	return plain;
}

int stage2_seal(uint8_t wire[SECURE_WIRE_MAX], const uint8_t key[STAGE2_KEY],
	const uint8_t seed[STAGE2_SEED], const uint8_t *plain, size_t length)
{
	uint8_t iv[CRYPTO_MD5];
	int error;

	if (!fits(SECURE_STAGE2, length))
		return -BT_EREQUEST;
	error = crypto_md5(iv, seed, STAGE2_SEED);
	if (error == 0)
		error = crypto_encrypt(wire + STAGE2_HEADER, key, STAGE2_KEY,
			iv, plain, length);
	if (error < 0)
		return error;
	put_be16(wire, (uint16_t)length);
	memcpy(wire + 2, seed, STAGE2_SEED);
	return STAGE2_HEADER + (int)CRYPTO_PADDED(length);
}

int stage2_open(uint8_t plain[STAGE2_MOST], const uint8_t key[STAGE2_KEY],
	const uint8_t *wire, size_t length)
{
	uint8_t blocks[CRYPTO_PADDED(STAGE2_MOST)], iv[CRYPTO_MD5];
	int count = sealed_length(SECURE_STAGE2, wire, length);
	int error;

	if (count < 0)
		return count;
	error = crypto_md5(iv, wire + 2, STAGE2_SEED);
	if (error == 0)
		error = crypto_decrypt(blocks, key, STAGE2_KEY, iv,
			wire + STAGE2_HEADER, length - STAGE2_HEADER);
	if (error < 0)
		return error;
	memcpy(plain, blocks, (size_t)count);
	return count;
}
