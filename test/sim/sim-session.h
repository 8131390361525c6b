/*
 * The station's side of an encrypted session, as a pure state machine, made of
 * what lib/secure is made of. No socket, no clock, no faults: when a message
 * goes is told by exchange.c.
 *
 * Calling order: session_init() on each connection; session_begin(); then for
 * each write of the central session_take(), and session_accept() if it is to
 * have its effect.
 *
 * A challenge inside of a running session is a fault: no client answers it.
 */
#ifndef BT_TEST_SIM_SIM_SESSION_H
#define BT_TEST_SIM_SIM_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "station-keys.h"
#include "station/secure-message.h"

enum session_state {
	SESSION_NONE,	    /* not begun, or refused */
	SESSION_CHALLENGED, /* waits for the answer */
	SESSION_ACCEPTED,   /* waits for the central's key */
	SESSION_OPEN,
};

/* What a write of the central was. */
enum session_event {
	SESSION_NOTHING,       /* a part of a message, or a harmless repeat */
	SESSION_GARBAGE,       /* what no client should send now */
	SESSION_PLAIN,	       /* a MODBUS request that is not encrypted */
	SESSION_REQUEST,       /* what may be one, decrypted */
	SESSION_ANSWER,	       /* the right one to our challenge */
	SESSION_BAD_ANSWER,    /* a wrong one */
	SESSION_KEY,	       /* a good key of the central */
	SESSION_BAD_SIGNATURE, /* one with a wrong signature */
	SESSION_BAD_KEY,       /* one off the curve */
	SESSION_CHANGED_KEY,   /* another than it sent before */
};

struct session {
	const struct station_keys *keys;
	bool is_fixed;	/* nothing random but nonces */
	unsigned seeds; /* used so far, if fixed */
	enum session_state state;
	bool is_inside; /* the challenge travels in stage 2 */
	uint8_t challenge[HANDSHAKE_CHALLENGE_BODY];
	struct stage1 stage1;
	struct crypto_pair pair;
	uint8_t our_key[HANDSHAKE_KEY_BODY];
	bool has_client_key;
	uint8_t client_key[HANDSHAKE_KEY_BODY];
	uint8_t agreed[STAGE2_KEY];
	uint8_t key[STAGE2_KEY]; /* of the last open session */
	uint8_t received[SECURE_WIRE_MAX];
	size_t count; /* of bytes of a message that is not yet whole */
};

/*
 * keys stay the caller's. A fixed one has the challenge, key pair, and seeds
 * of test/data/encryption-vectors.txt, the seeds of the answers there in turn;
 * and the signature too, if the signing key is the one there.
 */
void session_init(struct session *session, const struct station_keys *keys,
	bool is_fixed);

/* Makes a challenge, to travel inside of the running session if is_inside, and
 * a key pair. Returns 0 or -BT_ECRYPTO. */
int session_begin(struct session *session, bool is_inside);

/* Takes one write; for SESSION_REQUEST sets plain and *plain_length. Nothing
 * but what the central sent is changed. */
enum session_event session_take(struct session *session, const uint8_t *bytes,
	size_t length, uint8_t plain[STAGE2_MOST], size_t *plain_length);

/* After SESSION_ANSWER, and after SESSION_KEY once the result is sealed: the
 * next state. */
void session_accept(struct session *session);

/* Forgets it. */
void session_end(struct session *session);

/* A message of the station in the clear, result being that of types 3 and 6.
 * Returns its length; 0 for a type that no station sends. */
size_t session_message(const struct session *session, enum handshake_type type,
	uint8_t result, uint8_t message[HANDSHAKE_MAX]);

/* The body of a key message whose key is no point of the curve, but signed.
 * Returns 0 or -BT_ECRYPTO. */
int session_false_key(
	const struct session *session, uint8_t body[HANDSHAKE_KEY_BODY]);

/* In what a message of the station travels now. */
enum secure_carrier session_carrier(
	const struct session *session, enum handshake_type type);

/*
 * Puts a message or a MODBUS frame into what carries it, whatever faults have
 * made of it: at most HANDSHAKE_MAX + 1 bytes in stage 1. Returns the number of
 * bytes for the wire, or a negative error.
 */
int session_seal(struct session *session, enum secure_carrier in,
	const uint8_t *plain, size_t length, uint8_t wire[SECURE_WIRE_MAX]);

#endif
