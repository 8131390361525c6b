/*
 * The messages of an encrypted session, and the layers that carry them. No
 * state.
 *
 * A handshake message: 2a2a, type, length of the body, body, checksum. It
 * comes plain; under the key that its challenge yields (stage 1: a length,
 * AES-128); or, as MODBUS frames do, under the key that both sides have agreed
 * on (stage 2: a length, a seed, AES-256). Source: protocol notes of five
 * implementations that agree, among them Patrick762/bluetti-bt-lib
 * bluetooth/encryption.py and chromedshark/bluetti-web-discovery
 * src/encryption.
 *
 * Calls return 0 or more, or leave their outputs alone and return a negative
 * error: -BT_EGARBAGE for bytes that are not such a message, -BT_ECRYPTO, and
 * those named at the call.
 */
#ifndef BT_STATION_SECURE_MESSAGE_H
#define BT_STATION_SECURE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/modbus.h"
#include "station/secure-crypto.h"

/* The type names the sender. */
enum handshake_type {
	HANDSHAKE_CHALLENGE = 1,   /* station: random bytes */
	HANDSHAKE_ANSWER = 2,	   /* client: a part of the stage-1 IV */
	HANDSHAKE_RESULT = 3,	   /* station: HANDSHAKE_ACCEPTED, or not */
	HANDSHAKE_STATION_KEY = 4, /* public key and its signature */
	HANDSHAKE_CLIENT_KEY = 5,  /* the same of the client */
	HANDSHAKE_KEY_RESULT = 6,  /* station: HANDSHAKE_ACCEPTED, or not */
};

#define HANDSHAKE_ACCEPTED 0

/* Bytes of the bodies. */
#define HANDSHAKE_CHALLENGE_BODY 4 /* and of the answer */
#define HANDSHAKE_KEY_BODY (CRYPTO_PUBLIC + CRYPTO_SIGNATURE)
/* Bytes around the body, and of the longest message. */
#define HANDSHAKE_FRAME 6
#define HANDSHAKE_MAX (HANDSHAKE_FRAME + HANDSHAKE_KEY_BODY)

/* A handshake message taken apart; body points into it. */
struct handshake {
	enum handshake_type type;
	const uint8_t *body;
	size_t length; /* of the body: that of its type */
};

#define STAGE1_KEY 16

/* The secrets of stage 1; both come from the challenge. */
struct stage1 {
	uint8_t iv[CRYPTO_BLOCK];
	uint8_t key[STAGE1_KEY];
};

#define STAGE1_HEADER 2
#define STAGE2_SEED 4
#define STAGE2_HEADER (2 + STAGE2_SEED)
#define STAGE2_KEY CRYPTO_SECRET
/* Bytes that stage 2 carries: a MODBUS frame. */
#define STAGE2_LEAST 5
#define STAGE2_MOST MODBUS_FRAME_MAX

/* The longest of all that is on the wire: 278. */
#define SECURE_WIRE_MAX (STAGE2_HEADER + CRYPTO_PADDED(STAGE2_MOST))

/* The layer that carries a message. */
enum secure_carrier { SECURE_PLAIN, SECURE_STAGE1, SECURE_STAGE2 };

/*
 * The length of the message that begins with these bytes in that layer; one
 * that begins with 2a2a is always plain. 0 if more bytes are needed;
 * -BT_EGARBAGE if no message begins like this.
 */
int secure_message_length(
	enum secure_carrier carrier, const uint8_t *bytes, size_t length);

/* Whether a plain handshake message begins here: with 2a2a, which is neither a
 * valid length nor the beginning of a MODBUS frame. */
bool secure_message_is_plain(const uint8_t *bytes, size_t length);

/* Builds a message of HANDSHAKE_MAX bytes at most; the length of the body is
 * that of its type. Returns the number of bytes. */
size_t handshake_build(
	uint8_t *message, enum handshake_type type, const uint8_t *body);

/* Takes a whole message apart, and nothing more than that. */
int handshake_parse(
	struct handshake *handshake, const uint8_t *message, size_t length);

/*
 * The body of a key message: the public key of a pair, signed together with
 * the IV of stage 1. -EINVAL for a bad signing key.
 */
int handshake_sign_key(uint8_t body[HANDSHAKE_KEY_BODY],
	const uint8_t public[CRYPTO_PUBLIC], const uint8_t iv[CRYPTO_BLOCK],
	const uint8_t signing_private[CRYPTO_PRIVATE]);

/* Returns 0 only if the signature is good, else -BT_ESIGNATURE; -EINVAL for a
 * bad signing key. */
int handshake_verify_key(const uint8_t body[HANDSHAKE_KEY_BODY],
	const uint8_t iv[CRYPTO_BLOCK],
	const uint8_t signing_public[CRYPTO_PUBLIC]);

/* IV and key of stage 1 out of a challenge. */
int stage1_derive(struct stage1 *stage1,
	const uint8_t challenge[HANDSHAKE_CHALLENGE_BODY],
	const uint8_t local_key[STAGE1_KEY]);

/* The answer to a challenge: points into stage1. */
const uint8_t *stage1_answer(const struct stage1 *stage1);

/* Encrypts a key message or a result; returns the number of bytes that go on
 * the wire; -BT_EREQUEST for another length. */
int stage1_seal(uint8_t wire[SECURE_WIRE_MAX], const struct stage1 *stage1,
	const uint8_t *message, size_t length);

/* Decrypts a whole message; returns the number of its bytes. */
int stage1_open(uint8_t message[HANDSHAKE_MAX], const struct stage1 *stage1,
	const uint8_t *wire, size_t length);

/*
 * Encrypts a MODBUS frame of STAGE2_LEAST to STAGE2_MOST bytes; each needs a
 * random seed of its own. Returns the number of bytes that go on the wire;
 * -BT_EREQUEST for another length.
 */
int stage2_seal(uint8_t wire[SECURE_WIRE_MAX], const uint8_t key[STAGE2_KEY],
	const uint8_t seed[STAGE2_SEED], const uint8_t *plain, size_t length);

/*
 * Decrypts a whole message; returns the number of its bytes. That they are a
 * MODBUS frame shows by their CRC alone: with a wrong key it does not fit.
 */
int stage2_open(uint8_t plain[STAGE2_MOST], const uint8_t key[STAGE2_KEY],
	const uint8_t *wire, size_t length);

#endif
