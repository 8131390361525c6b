/*
 * A session with one power station: from its address to whole frames.
 *
 * Calling order: station_new(), perhaps station_secure(), then for each
 * connection station_connect(), station_discover(), station_read_name(),
 * station_shake_hands(), any number of station_exchange(),
 * station_disconnect(); at last station_free(). After an error that is not
 * exchange_is_harmless() the connection cannot be used any more: disconnect and
 * start again. reconnect.h does all of this except the exchanges.
 *
 * Deadlines are times of clock_monotonic(). All calls that talk to the station
 * return the errors of att-link.h, att.h and gatt.h and their own.
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

struct station;

/*
 * Creates a station that is not connected. cancel is as in wait_for(); the
 * caller keeps it. Returns 0 or -ENOMEM.
 */
int station_new(
	struct station **station, const struct address *address, int cancel);

/* Whether frames are encrypted. */
enum station_security {
	STATION_AUTO,	/* as the station wants it */
	STATION_PLAIN,	/* never: challenges are not answered */
	STATION_SECURE, /* always: a station that does not is an error */
};

/* Sets the security of later connections; the default is STATION_AUTO with the
 * built-in keys. Returns 0 or -ENOMEM. */
int station_secure(struct station *station, enum station_security security,
	const struct secure_keys *keys);

/* Disconnects and frees. NULL is allowed. */
void station_free(struct station *station);

/*
 * Opens the link. If the type of the address is unknown, each type gets half of
 * the time, and the one that worked is remembered. Returns 0.
 */
int station_connect(struct station *station, int64_t deadline);

/*
 * Negotiates the MTU, finds the handles and enables notifications. Returns 0.
 *
 * It offers 517, as mariolukas/Bluetti_ESP32_Bridge does; the default of 20
 * bytes is enough for a station that does not support more.
 */
int station_discover(struct station *station, int64_t deadline);

/* Reads the station's name. Returns 0, also if the station rejects the request:
 * then the name is unknown, or that of an earlier connection. */
int station_read_name(struct station *station, int64_t deadline);

/*
 * Starts an encrypted session if the station has sent a challenge, or is known
 * to encrypt: then it waits for the challenge. Call it after reading the name,
 * so that there is no wait for a station that does not encrypt. Returns 0, also
 * without a session if the station does not require one; -BT_EHANDSHAKE, or the
 * errors of secure.h.
 *
 * station_exchange() handles a later challenge.
 */
int station_shake_hands(struct station *station, int64_t deadline);

/* Whether the station has sent a challenge on this connection. */
bool station_is_secure(const struct station *station);

/* Whether it encrypted on an earlier connection, but not on this one. */
bool station_was_secure(const struct station *station);

/* True for permanent errors. Rejected keys are permanent, unless they have
 * worked before, on this or an earlier connection. */
bool station_is_final(const struct station *station, int error);

/* Closes the link and wipes its keys. Name and type of address stay, and
 * whether the station encrypts. */
void station_disconnect(struct station *station);

/* Whether the name was read on this connection. */
bool station_is_named(const struct station *station);

/* The last name read, without blanks and control bytes around it; "" before the
 * first. Valid until the next station_read_name(). */
const char *station_name(const struct station *station);

/*
 * The code of the last ATT Error Response of this connection, the detail of
 * -BT_EATT; 0 if there was none.
 */
uint8_t station_att_code(const struct station *station);

#endif
