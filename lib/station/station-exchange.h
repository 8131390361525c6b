/*
 * One request to a station and its result.
 *
 * The caller zeroes a struct exchange, sets the request and its times, calls
 * station_exchange() and, to retry, calls it again with the same struct, which
 * counts the attempts.
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
	int64_t trip;	      /* ms from the request to its result */
	int64_t waited;	      /* ms for answers to other requests */
	bool is_busy;	      /* the answer is that the station is busy */
	unsigned failures;    /* tries without an answer */
	unsigned busy;	      /* tries that a busy station refused */
};

/*
 * Sends the request and waits for the whole answer, which arrives in one or
 * more notifications without a header. A MODBUS exception is a valid answer.
 * After a busy answer, it waits a second first. Returns 0 or
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
 * If the station answers with a challenge, rejects with ATT error 0x0e, or
 * disconnects, the call starts an encrypted session (after a disconnect on the
 * next connection) and repeats the request in it.
 *
 * After a harmless error the next call first waits until the station has been
 * silent for 1 s, for at most 5 s, in addition to its own time. No wait exceeds
 * give_up.
 *
 * An answer contains no register address. It is accepted only if it cannot
 * belong to another request, on this or an earlier connection, or to the same
 * request more than EARLIER_LATE ago; see doubt.h. For that the call waits:
 * before the request and after the answer, if another request of that length
 * was answered just before; and up to EARLIER_LATE, before it repeats the
 * request, if another one of that length is unanswered.
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

#endif
