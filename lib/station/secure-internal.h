/*
 * The state of a session: only for secure.c, and for tests that need a
 * reproducible handshake.
 */
#ifndef BT_STATION_SECURE_INTERNAL_H
#define BT_STATION_SECURE_INTERNAL_H

#include "ble/att.h"
#include "station/secure.h"

/* Room for an incomplete message and a notification. */
#define SECURE_RECEIVED_MAX (SECURE_WIRE_MAX + ATT_NOTIFICATION_MAX)

/* The source of random bytes: secure_new() uses the library's generator. */
struct secure_source {
	int (*random)(uint8_t *bytes, size_t count);
	int (*pair)(struct crypto_pair *pair);
};

enum secure_state {
	SECURE_WAITING,	 /* for a challenge */
	SECURE_ANSWERED, /* the challenge; stage 1 has its key */
	SECURE_ACCEPTED, /* our answer was right */
	SECURE_KEY_SENT, /* and the station's is good */
	SECURE_RUNNING,	 /* stage 2 */
};

/* State of a handshake that is not complete. */
struct secure_handshake {
	struct stage1 stage1;
	bool has_pair; /* pair and our_key are set */
	struct crypto_pair pair;
	uint8_t our_key[HANDSHAKE_KEY_BODY];
	uint8_t agreed[STAGE2_KEY]; /* set in SECURE_KEY_SENT */
};

/* State of one connection; all zeros at its start. */
struct secure_session {
	int error; /* it is over */
	enum secure_state state;
	struct secure_handshake handshake;
	uint8_t key[STAGE2_KEY]; /* set in SECURE_RUNNING */
	uint8_t received[SECURE_RECEIVED_MAX];
	size_t count; /* of received bytes that no message took yet */
};

struct secure {
	struct secure_keys keys;
	const struct secure_source *source;
	struct secure_session session;
};

#endif
