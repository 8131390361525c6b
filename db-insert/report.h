/*
 * Messages between the two processes, over a packet socket. The delivery
 * process sends reports; the reading process replies to REPORT_WAITS with the
 * position up to which the spool may be read.
 */
#ifndef BT_DB_INSERT_REPORT_H
#define BT_DB_INSERT_REPORT_H

#include <stdbool.h>

#include "spool.h"

/* Bytes of a reason. */
#define REPORT_WHY 900

enum report_kind {
	REPORT_LOGIN,	   /* a login begins and may take LOGIN_TIMEOUT */
	REPORT_LOGIN_OVER, /* it has succeeded or failed */
	REPORT_WELL,	   /* connected, and the tables are there */
	REPORT_AWAY,	   /* retrying */
	REPORT_WAITS,
	REPORT_TRIES,	  /* retrying to save a rejected record */
	REPORT_SUMMED,	  /* the sums are complete, or have failed */
	REPORT_REFUSED,	  /* line, why, is_record */
	REPORT_COMMITTED, /* end, records, rows */
};

/* Lines of the spool: those that earlier runs left and those of this run, each
 * counted from 1. */
struct line_counts {
	uint64_t left, came;
};

struct report {
	enum report_kind kind;
	/* REPORT_COMMITTED: since the one before */
	struct spool_position end;
	struct line_counts lines; /* up to there */
	unsigned long records, rows;
	size_t passed; /* bytes of the offer, all of them, or 0 */
	/* REPORT_REFUSED: one of both numbers, the other is 0 */
	struct line_counts line;
	bool is_record; /* rejected by the database, and saved */
	bool is_cut;	/* it has no newline */
	char why[REPORT_WHY];
};

/* Blocks until the packet is sent. Returns 0, or -EPIPE at the end. */
int report_send(int socket, const struct report *report);

/* Returns 1 with the next packet, 0 if there is none, or -EPIPE at the end. */
int report_receive(int socket, struct report *report);

/* Lines to be delivered. */
struct offer {
	struct spool_position end; /* the spool may be read up to there */
	size_t passed; /* or so many bytes of spool_waiting(), past the spool */
};

/* Sends the reply to REPORT_WAITS, or waits for it: 1, 0 at the end, or a
 * negative errno. */
int report_answer(int socket, const struct offer *offer);
int report_wait(int socket, struct offer *offer);

#endif
