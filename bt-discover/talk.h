/*
 * Reads registers of the station, whatever happens to the link meanwhile: it is
 * opened when it is needed, and again when it breaks or the station was silent.
 */
#ifndef BT_DISCOVER_TALK_H
#define BT_DISCOVER_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "discover-options.h"
#include "modbus/frame-line.h"
#include "modbus/frame-writer.h"
#include "progress.h"
#include "station/reconnect.h"

struct talk {
	const struct options *options;
	struct progress *progress; /* is wiped away before a message */
	struct reconnect link;	   /* of zeros before talk_open() */
	struct frame_writer frame_writer;
	int stop;		/* signalfd of SIGTERM and SIGINT */
	int usr1;		/* signalfd of SIGUSR1 */
	unsigned long requests; /* that went out */
	int64_t slowest;	/* ms that answers take; 0: none came yet */
	bool has_refused;	/* a single register, so that silence is
				 * unusual: answers get more time */
};

enum talk_outcome {
	TALK_ANSWERED, /* with registers */
	TALK_REFUSED,  /* with an exception other than busy */
	TALK_SILENT,   /* nothing came */
	TALK_FAILED,   /* no valid response in several attempts */
};

/* Nothing is opened yet. */
void talk_init(struct talk *talk, const struct options *options,
	struct progress *progress);

/* Takes over SIGTERM, SIGINT and SIGUSR1, connects and learns the name. Returns
 * 0 or an error that ends the program: see talk_read(). */
int talk_open(struct talk *talk);
void talk_release(struct talk *talk);

/*
 * Reads registers. *line is the exchange, not written yet. Returns an outcome,
 * or a permanent error: -BT_ECANCELED; -BT_ETIMEOUT without a valid response
 * within the user's timeout; rejected keys; missing permissions.
 */
int talk_read(struct talk *talk, uint16_t address, uint16_t count,
	struct frame_line *line);

/* The station is silent where it should not be: opens the link again after the
 * back-off. Returns 0, or an error that ends the program. */
int talk_silence(struct talk *talk);

/* Whether SIGUSR1 has come since the last call. */
bool talk_has_usr1(const struct talk *talk);

#endif
