/*
 * A session with one power station: from its address to whole frames.
 *
 * Calling order: station_new(), perhaps station_secure(), then for each
 * connection station_connect(), station_discover(), station_identify(),
 * station_shake_hands(), any number of station_exchange(),
 * station_disconnect(); at last station_free(). After an error other than
 * those that station_exchange() names as harmless the connection is of no
 * more use: disconnect and begin again.
 *
 * Deadlines are those of clock_monotonic(). All calls that talk return the
 * errors of link.h, att.h and gatt.h besides their own.
 */
#ifndef BT_STATION_STATION_H
#define BT_STATION_STATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ble/address.h"
#include "modbus/modbus.h"
#include "station/secure-keys.h"

/* Longest name kept, with its terminating zero. Names are a model and 13
 * digits. */
#define STATION_NAME 64

/*
 * ms that the steps of a connection are given, in the order below.
 * bluetti-bt-lib and bluetti_mqtt give a connect 5 s and more; a public and a
 * random address share this, and a discovery that bluetoothd has begun delays
 * it by 10 s.
 */
#define STATION_CONNECT_TIME 20000
#define STATION_DISCOVER_TIME 15000
#define STATION_IDENTIFY_TIME 10000
#define STATION_SECURE_TIME 15000 /* station_shake_hands() */

struct station;

/*
 * Makes a station that is not connected. cancel is as in wait_for() and stays
 * the caller's. Returns 0 or -ENOMEM.
 */
int station_new(
	struct station **station, const struct address *address, int cancel);

/* Whether frames are encrypted. */
enum station_security {
	STATION_AUTO,	/* as the station wants it */
	STATION_PLAIN,	/* never: challenges mean nothing */
	STATION_SECURE, /* always: a station that does not is an error */
};

/* Sets it for the connections to come; at first it is STATION_AUTO with the
 * keys that all stations have. Returns 0 or -ENOMEM. */
int station_secure(struct station *station, enum station_security security,
	const struct secure_keys *keys);

/* Disconnects and frees. NULL is allowed. */
void station_free(struct station *station);

/*
 * Opens the link. Where the type of the address is unknown, each type has
 * half of the time; the one that worked is remembered. Returns 0.
 */
int station_connect(struct station *station, int64_t deadline);

/*
 * Agrees on an MTU, finds the handles and asks for notifications. Returns 0.
 *
 * 517 is offered, as mariolukas/Bluetti_ESP32_Bridge does; the 20 bytes of the
 * default are enough for a station that does not follow.
 */
int station_discover(struct station *station, int64_t deadline);

/* Reads the station's name. Returns 0. */
int station_identify(struct station *station, int64_t deadline);

/*
 * Begins an encrypted session if the station has sent a challenge by now, or is
 * known to encrypt: then it is waited for. Called when the name is known, so
 * that a station that does not encrypt need not be waited for. Returns 0, also
 * if there is no session because the station wants none; -BT_EHANDSHAKE, or
 * the errors of secure.h.
 *
 * A challenge that comes later is met by station_exchange().
 */
int station_shake_hands(struct station *station, int64_t deadline);

/* Whether the station has sent a challenge on this connection. */
bool station_is_secure(const struct station *station);

/* True for errors that no retry mends. A refusal of the keys is one, unless
 * they have been good once, on this connection or before. */
bool station_is_final(const struct station *station, int error);

/* Closes the link and wipes its keys. Name and type of address stay, and
 * whether the station encrypts. */
void station_disconnect(struct station *station);

/* Whether there is a link, as far as is known. */
bool station_is_connected(const struct station *station);

/* The last name read, as it came from the air; NULL before the first. Valid
 * until the next station_identify(). */
const char *station_name(const struct station *station);

/*
 * The code of the last ATT Error Response of this connection, 0 if there was
 * none: what -BT_EATT means.
 */
uint8_t station_att_code(const struct station *station);

/*
 * Sends a request and waits for the whole answer, which arrives in one or
 * more notifications without any header. A MODBUS exception is a good answer.
 * The request must be a whole frame, CRC included. Returns 0 and sets *answer
 * and *answer_length, or leaves them alone and returns
 *
 *   -BT_ETIMEOUT, -BT_ECRC, -BT_EMISMATCH   harmless: try again
 *   -BT_ELENGTH, -BT_EREQUEST               the request cannot be sent
 *   -BT_EMODULE  the module's own commands leaked (AT+NAME?, AT+ADV?): the
 *                link is in a bad state until it is closed; source:
 *                warhammerkid/bluetti_mqtt bluetooth/client.py
 *   -BT_ERENEWED the encrypted session began anew again and again
 *   any other                               the link is of no more use
 *
 * Where the station answers with a challenge, refuses with ATT error 0x0e, or
 * goes away, an encrypted session is begun (on the next connection if it went
 * away) and the request repeated in it.
 *
 * What arrives while nothing is outstanding is dropped. After a harmless error
 * the next call first waits until the station has been quiet for 1 s, at most
 * 5 s, on top of its own time-out.
 *
 * An answer names no register. A late one that fits the request is taken for
 * its answer only if it is of the same request; where it could be of another
 * one that has the same length, the call returns -BT_EMIXED and the link must
 * be opened anew.
 */
int station_exchange(struct station *station, const uint8_t *request,
	size_t length, uint8_t answer[MODBUS_FRAME_MAX], size_t *answer_length,
	int timeout_ms);

/*
 * Waits until a time of clock_monotonic() with the link open, dropping what
 * the station sends. Returns 0, -BT_ECANCELED, or why the link is of no more
 * use.
 */
int station_pause(struct station *station, int64_t until);

#endif
