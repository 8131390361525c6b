/*
 * A link to a station that is opened again whenever it breaks: the stages on
 * the way to it with their deadlines, the back-off between failures, how long
 * the user waits, and the messages about it.
 *
 * Only the stages wait, for the station. The caller waits until
 * reconnect_due() and calls reconnect_step(), until reconnect_is_linked(). It
 * hands in each good answer with reconnect_record_good() and each error with
 * reconnect_fail(). Times are those of clock_monotonic() in ms.
 */
#ifndef BT_STATION_RECONNECT_H
#define BT_STATION_RECONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "ble/address.h"
#include "modbus/frame-writer.h"
#include "station/reported-errors.h"
#include "station/station.h"

enum reconnect_stage {
	RECONNECT_CONNECT,
	RECONNECT_DISCOVER,
	RECONNECT_NAME,
	RECONNECT_SECURE,
	RECONNECT_LINKED, /* none of them is left */
};

/* The user's wishes. */
struct reconnect_options {
	const struct address *address;
	enum station_security security;
	const struct secure_keys *keys;
	int64_t timeout;     /* without a good answer; 0: wait for ever */
	int64_t backoff_max; /* between two attempts to connect */
};

struct reconnect {
	struct reconnect_options options;
	struct station *station;
	char address[ADDRESS_TEXT];
	enum reconnect_stage stage; /* the next one */
	int64_t due;		    /* when to begin it */
	int64_t backoff;	    /* after the next failure */
	int64_t last_good; /* valid response, or the start; idle time moves it
			    */
	int64_t last_sign; /* the same, on this link */
	int64_t bound;	   /* the end, whatever is answered; INT64_MAX: none */
	bool has_answered; /* there has been a good answer */
	bool is_plain;	   /* it answers in plain, but has encrypted */
	int last_error;	   /* of an exchange on a sound link; 0: none */
	unsigned long connects;
	struct reported_errors reported;
};

/*
 * Creates a station that is not connected; the first connect is due at once.
 * cancel is as in wait_for(); the caller keeps it and what the options point
 * to. Returns 0 or -ENOMEM; must be released in both cases.
 */
int reconnect_init(struct reconnect *reconnect,
	const struct reconnect_options *options, int cancel);
void reconnect_release(struct reconnect *reconnect);

/* When the next stage is due, or the user's timeout ends. */
int64_t reconnect_due(const struct reconnect *reconnect);

/* The next stage, unless reconnect_is_over(). Returns 0, or an error for
 * reconnect_fail(). */
int reconnect_step(struct reconnect *reconnect);

bool reconnect_is_linked(const struct reconnect *reconnect);

/* Closes the link, to be opened again without any back-off. */
void reconnect_drop(struct reconnect *reconnect);

/*
 * Reports the error once until all is well again, closes the link and puts off
 * the next connect. Where the link is sound but useless
 * (-BT_ESILENT, -BT_EMIXED), last_error is reported in its place.
 *
 * Returns 0; the error itself if no retry mends it; -BT_ETIMEOUT if the user's
 * patience is at an end.
 */
int reconnect_fail(struct reconnect *reconnect, int error);

/* When the user's patience ends: no good answer for too long, or the bound.
 * INT64_MAX: never. */
int64_t reconnect_ends(const struct reconnect *reconnect);

/* Whether it has ended. May be asked at any time. */
bool reconnect_is_over(const struct reconnect *reconnect);

/* A read has been answered. (The echo of a write proves no station.) */
void reconnect_record_good(struct reconnect *reconnect);

/* No request was sent since begin: idle time does not count as silence. */
void reconnect_record_rest(struct reconnect *reconnect, int64_t begin);

/* All is well: ends the back-off, and reports that if an error was reported.
 * Called when a whole task is done: after single answers, a link that breaks
 * behind each of them would be opened without any wait. */
void reconnect_recover(struct reconnect *reconnect);

/*
 * Returns the exit status for the error that ends the program, or for 0, after
 * a message if needed. The output of frame_writer may have failed.
 */
int reconnect_end(const struct reconnect *reconnect,
	const struct frame_writer *frame_writer, int error);

#endif
