/*
 * The client's side of an encrypted session, as a pure state machine: the input
 * is bytes of notifications; the output is messages to write, and decrypted
 * frames. No socket, no clock: the caller handles time-outs.
 *
 * Calling order: secure_new(); on each new connection secure_reset(); for each
 * notification secure_receive() and then secure_next() until it returns
 * SECURE_NOTHING. Once that has returned SECURE_OPEN, secure_seal() for each
 * request. At last secure_free().
 *
 *   station                        client
 *   challenge        plain    -->
 *                             <--  answer      plain
 *   result           plain    -->
 *   its key          stage 1  -->
 *                             <--  our key     stage 1
 *   key result       stage 1  -->
 *   frames           stage 2  <->  requests    stage 2
 *
 * The station may restart at any time with a plain challenge, which drops the
 * session: then requests wait for the next SECURE_OPEN. A handshake message
 * inside stage 2 ends the session.
 *
 * The session is over at the first error: its keys are wiped, and every later
 * call returns the same until secure_reset().
 */
#ifndef BT_STATION_SECURE_H
#define BT_STATION_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "station/secure-keys.h"
#include "station/secure-message.h"

struct secure;

enum secure_event {
	SECURE_NOTHING, /* more bytes are needed */
	SECURE_REPLY,	/* write the message to the station as a whole */
	SECURE_OPEN,	/* the handshake is complete */
	SECURE_FRAME,	/* a MODBUS frame; the caller checks its CRC */
};

/* Keys are copied. Returns 0 or -ENOMEM. */
int secure_new(struct secure **secure, const struct secure_keys *keys);

/* Wipes and frees. NULL is allowed. */
void secure_free(struct secure *secure);

/* Wipes the state of the connection, before another one. */
void secure_reset(struct secure *secure);

/* Whether requests can be sealed now. */
bool secure_is_open(const struct secure *secure);

/*
 * Takes the bytes of one notification. Returns 0; -BT_EGARBAGE if too many
 * bytes wait for secure_next(): more than a message and a notification.
 */
int secure_receive(struct secure *secure, const uint8_t *bytes, size_t length);

/*
 * Takes the next whole message from the received bytes. Returns an enum
 * secure_event and, for a reply or a frame, sets message and *length; or
 *
 *   -BT_ECHALLENGE   the station refused our answer to its challenge
 *   -BT_ESIGNATURE   its key is not signed with the one that we trust
 *   -BT_EREFUSED     it refused our key
 *   -BT_EGARBAGE     checksum, length, type, order, a point off the curve
 *   -BT_ECRYPTO      libcrypto failed
 */
int secure_next(struct secure *secure, uint8_t message[SECURE_WIRE_MAX],
	size_t *length);

/*
 * Encrypts a request. Returns 0 and sets wire and *length, which are to be
 * written whole; -ENOTCONN while the session is not open; -BT_EREQUEST for an
 * invalid length of the frame; -BT_ECRYPTO.
 */
int secure_seal(struct secure *secure, const uint8_t *frame,
	size_t frame_length, uint8_t wire[SECURE_WIRE_MAX], size_t *length);

#endif
