/*
 * What the two processes of db-insert say to each other, over a socket of
 * packets. The one that delivers reports; the one that reads answers a
 * REPORT_WAITS with the position up to which the spool may be read.
 */
#ifndef BT_DB_INSERT_REPORT_H
#define BT_DB_INSERT_REPORT_H

#include <stdbool.h>

#include "spool.h"

/* A reason, for people. */
#define REPORT_WHY 900

enum report_kind {
	REPORT_LOGIN,	   /* one begins, which may take LOGIN_TIMEOUT */
	REPORT_LOGIN_OVER, /* it has ended, well or not */
	REPORT_WELL,	   /* connected, and the tables are there */
	REPORT_AWAY,	   /* trying again until that is so */
	REPORT_WAITS,
	REPORT_TRIES,	  /* to keep a refused record, on a disk that is full */
	REPORT_SUMMED,	  /* nothing is left to be summed, or it failed */
	REPORT_REFUSED,	  /* line, why, is_record */
	REPORT_COMMITTED, /* end, records, rows */
};

/* Lines of the spool: those that earlier runs have left, and those that came
 * in this one, each counted from 1. */
struct line_counts {
	uint64_t left, came;
};

struct report {
	enum report_kind kind;
	/* REPORT_COMMITTED: since the one before */
	struct spool_position end;
	struct line_counts lines; /* up to there, from the beginning on */
	unsigned long records, rows;
	size_t passed; /* bytes of an offer that were passed, all of them */
	/* REPORT_REFUSED: the number of one of both, the other is 0 */
	struct line_counts line;
	bool is_record; /* the database refuses it, and it is kept */
	bool is_cut;	/* it has no newline */
	char why[REPORT_WHY];
};

/* Waits until the packet is sent. 0, or -EPIPE: then the socket has ended. */
int report_send(int socket, const struct report *report);

/* The next packet if one is there: 1; 0 if none is; -EPIPE at the end. */
int report_receive(int socket, struct report *report);

/* What there is to deliver. */
struct offer {
	struct spool_position end; /* the spool may be read up to there */
	size_t passed; /* or so many bytes of spool_waiting(), past the spool */
};

/* The answer to REPORT_WAITS, and waiting for it: 1, or 0 at the end; or a
 * negative errno. */
int report_answer(int socket, const struct offer *offer);
int report_wait(int socket, struct offer *offer);

#endif
