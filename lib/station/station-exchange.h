/*
 * One request to a station and what comes of it.
 *
 * The caller makes a struct exchange of zeros but for the request and its
 * times, calls station_exchange() and, where it makes sense, calls it again
 * with the same struct: it counts the tries.
 */
#ifndef BT_STATION_STATION_EXCHANGE_H
#define BT_STATION_STATION_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/frame-writer.h"
#include "modbus/modbus.h"
#include "station/earlier.h"
#include "station/station.h"

struct exchange {
	uint8_t request[MODBUS_FRAME_MAX]; /* a whole frame, CRC included */
	size_t request_length;
	int answer_time; /* ms that the whole answer may take */
	int64_t give_up; /* when the caller waits no longer; 0: never */
	uint16_t pack; /* the battery pack whose registers are read; 0: none */

	/* Set by station_exchange(). */
	struct asked asked;
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t answer_length; /* 0: there is none */
	size_t rest;	      /* bytes that came behind it at once */
	int64_t trip;	      /* ms from the request to what came of it */
	int64_t waited;	      /* ms for answers to other requests */
	bool is_busy;	      /* the answer is that the station is busy */
	unsigned failures;    /* tries without an answer */
	unsigned busy;	      /* tries that a busy station refused */
};

/*
 * Sends the request and waits for the whole answer, which arrives in one or
 * more notifications without any header. A MODBUS exception is a good answer.
 * A station that was busy the last time is given a second first. Returns 0 or
 *
 *   -BT_ETIMEOUT, -BT_ECRC, -BT_EMISMATCH   harmless: try again
 *   -BT_ELENGTH, -BT_EREQUEST               the request cannot be sent
 *   -BT_EMODULE  the module's own commands leaked (AT+NAME?, AT+ADV?): the
 *                link is in a bad state until it is closed; source:
 *                warhammerkid/bluetti_mqtt bluetooth/client.py
 *   -BT_EENCRYPTS the station sent a challenge, and may not encrypt
 *   -BT_ERENEWED the encrypted session was renewed too often
 *   -BT_EMIXED   another answer came behind the first: one of them is that of
 *                another request
 *   any other                               the link is of no more use
 *
 * Where the station answers with a challenge, refuses with ATT error 0x0e, or
 * goes away, an encrypted session is begun (on the next connection if it went
 * away) and the request repeated in it.
 *
 * After a harmless error the next call first waits until the station has been
 * quiet for 1 s, at most 5 s, on top of its own time. No wait goes beyond
 * give_up.
 *
 * An answer names no register. It is believed only if it cannot be that of
 * another request, on this connection or one before, or of the same one more
 * than EARLIER_LATE ago; see doubt.h. For that the call waits: before the
 * request, if another one of that length was answered just now; behind the
 * answer likewise; and up to EARLIER_LATE, to ask once more then, if another
 * one of that length was not answered.
 */
int station_exchange(struct station *station, struct exchange *exchange);

/* When station_exchange() need not wait for another request: a time of
 * clock_monotonic(). */
int64_t station_due(const struct station *station, const struct asked *asked);

/* The line of the exchange, with its answer or the error that it returned. */
void exchange_line(const struct exchange *exchange, int error,
	const struct frame_writer *frame_writer, struct frame_line *line);

/* True for errors after which the link can still be used. */
bool exchange_is_harmless(int error);

/*
 * Waits until a time of clock_monotonic() with the link open, dropping what
 * the station sends. Returns 0, -BT_ECANCELED, or why the link is of no more
 * use.
 */
int station_pause(struct station *station, int64_t until);

#endif
