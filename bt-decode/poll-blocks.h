/* A poll: what one station told in one round, exchange by exchange. */
#ifndef BT_DECODE_POLL_BLOCKS_H
#define BT_DECODE_POLL_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/frame-line.h"
#include "modbus/modbus.h"
#include "model/map.h"

/* One request and what came of it. */
struct exchange {
	int64_t time; /* ms since 1970, -1: not told */
	struct modbus_request request;
	/* The write-one request before it in this poll, with its value; count
	 * is 0 if there was none. So a selected pack is known. */
	struct modbus_request selection;
	bool selected;			    /* that write was answered */
	char word[FRAME_LINE_WORD_MAX + 1]; /* why there was no answer; empty:
					     * there was one */
	uint8_t exception; /* the code, if the answer was a refusal */
	int pack; /* battery pack that a read is of: poll_note_packs() */
	/* Among the requests of its poll that are the same (of reads: under the
	 * same selection). */
	bool is_settled; /* this or one before it is good, or one comes later */
	bool is_known;	 /* this or one before it is good */
	struct exchange *next; /* poll.c alone: in the same bucket */
	uint16_t registers[];  /* of a good read: request.count */
};

/* By register. A poll of 12,500 registers, one at a time, has 49 exchanges in
 * each. */
#define POLL_BUCKETS 256

struct poll {
	char address[FRAME_LINE_STRING_MAX + 1]; /* empty: not told */
	char name[FRAME_LINE_STRING_MAX + 1];
	int64_t time;		     /* its key: ms since 1970, -1: not told */
	struct exchange **exchanges; /* in the order of the lines */
	size_t count;
	/* poll.c alone: of each request the last one. */
	struct exchange *latest[POLL_BUCKETS];
	struct poll *next;
};

/* An exchange as the line, which has been read well, tells it; NULL if there
 * is no memory. To be freed, unless a poll has taken it. */
struct exchange *exchange_new(const struct frame_line *line);

/* Takes the exchange over; 0, or -ENOMEM and it is still the caller's. */
int poll_append(struct poll *poll, struct exchange *e);

/* Leaves the first count exchanges in the poll; what becomes of the others is
 * the caller's business. */
void poll_truncate(struct poll *poll, size_t count);
void poll_free(struct poll *poll);

/* Notes in an exchange that comes next what was selected before it. */
void poll_note_selection(const struct poll *poll, struct exchange *e);

/* True if the poll has this read already, well answered: of the same
 * registers, under the same selection. */
bool poll_has_read(struct poll *poll, const struct exchange *e);

/* True if the request was answered with what it asked for. */
bool exchange_is_good(const struct exchange *exchange);

/* Notes in every read which battery pack it is of: POLL_NO_PACK if that is
 * not known. */
void poll_note_packs(struct poll *poll, const struct map *map);

/*
 * The registers address, address + 1 … of the last good read that has them
 * all. pack tells which reads count: a number,
 * POLL_NO_PACK (of none that is known), or POLL_ANY_PACK. Borrowed from the
 * poll; NULL if there is none.
 */
#define POLL_ANY_PACK (-1)
#define POLL_NO_PACK 0
const uint16_t *poll_registers(const struct poll *poll, int pack, uint8_t unit,
	uint16_t address, uint16_t count);

#endif
