/*
 * Carries frames to a station and back: writes and notifications of its two
 * characteristics, plain or in an encrypted session.
 *
 * It needs no configuration. A station that encrypts sends a challenge when
 * notifications are enabled, and instead of the answer to a plain request. On
 * each challenge the channel performs the handshake and is secure from then on.
 * A challenge may also arrive in a running session.
 *
 * All calls that talk to the station return the errors of att.h and secure.h
 * and their own; after an error of secure.h, -BT_EMODULE or -BT_EHANDSHAKE the
 * link cannot be used any more.
 */
#ifndef BT_STATION_CHANNEL_H
#define BT_STATION_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ble/gatt.h"
#include "modbus/modbus.h"
#include "station/secure.h"

struct channel {
	struct att *att;       /* NULL while not connected */
	struct gatt gatt;      /* once it has been discovered */
	struct secure *secure; /* NULL: challenges are dropped */
	bool is_secure;	       /* a challenge has come on this connection */
	bool has_challenged;   /* the same without secure: it was dropped */
};

/* A new connection: nothing is known of it. Takes att over. */
void channel_open(struct channel *channel, struct att *att);

/* Ends the connection and wipes its keys. */
void channel_close(struct channel *channel);

/* True once a challenge has come, by now. Returns false, true or an error.
 * Before the first request nothing else can have come. */
int channel_is_challenged(struct channel *channel);

/* Waits for the challenge and shakes hands. Returns 0, or -BT_EHANDSHAKE if
 * that takes too long. */
int channel_shake_hands(struct channel *channel, int64_t deadline);

/* Writes a whole frame. Returns 0. */
int channel_write(struct channel *channel, const uint8_t *frame, size_t length,
	int64_t deadline);

/*
 * Receives from the station: a piece of a frame, or in a secure session a whole
 * frame. Returns its length, at most MODBUS_FRAME_MAX, 0 if it was not frame
 * data; -BT_ERENEWED after a new handshake: earlier requests will not be
 * answered; -BT_EMISMATCH for more bytes than any frame has; -BT_EMODULE, see
 * station-exchange.h.
 */
int channel_read(struct channel *channel, uint8_t piece[MODBUS_FRAME_MAX],
	int64_t deadline);

/* Drops all data received so far. Returns 0, or as channel_read(). */
int channel_drop(struct channel *channel);

#endif
