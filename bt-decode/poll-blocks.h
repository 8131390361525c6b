/* A poll: the exchanges of one round with one station. */
#ifndef BT_DECODE_POLL_BLOCKS_H
#define BT_DECODE_POLL_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/frame-line.h"
#include "modbus/modbus.h"
#include "model/identity.h"
#include "model/map.h"

/* The write-one request before an exchange: it may have selected a pack. */
struct selection {
	bool is_made, is_answered;
	uint16_t address, value;
};

/* One request and its result. */
struct exchange {
	int64_t time; /* ms since 1970; -1: unknown */
	struct modbus_request request;
	struct selection selection;
	bool is_good;	   /* answered with the requested registers */
	uint8_t exception; /* the code, if the answer was a refusal */
	uint8_t pack; /* battery pack that a read is of: poll_record_packs() */
	/* Among the requests of its poll that are the same (of reads: under the
	 * same selection). */
	bool is_settled; /* this or one before it is good, or one comes later */
	bool is_known;	 /* this or one before it is good */
	/* In poll.words: the registers of a good read, or of a write of several
	 * that was answered; the error tag of an exchange that was not. */
	uint8_t word_count;
	uint32_t first_word;
	uint32_t child[2]; /* poll-blocks.c alone: see poll.latest */
};

/* Limits of a poll, and of all open polls: they bound the memory. bt-discover
 * reads 12,500 registers one at a time. */
#define POLL_EXCHANGES 16384
#define POLL_WORDS 65536

struct poll {
	char address[FRAME_LINE_STRING_MAX + 1]; /* empty: unknown */
	char name[FRAME_LINE_STRING_MAX + 1];
	int64_t time;		    /* its key: ms since 1970; -1: unknown */
	struct identity identity;   /* of the station, once it is complete */
	bool is_identity_new;	    /* name or registers have changed */
	struct exchange *exchanges; /* in the order of the lines */
	size_t count, room;
	uint16_t *words;
	size_t word_count, word_room;
	/* poll-blocks.c alone: root of a tree that has the last exchange of
	 * each request. 1 more than its index; 0: none. */
	uint32_t latest;
	struct poll *next;
};

/* The words of an exchange in its poll. */
#define EXCHANGE_WORDS MODBUS_READ_MAX

/* Reads an exchange out of a line, which has been read well, and its words; it
 * is of no poll yet. */
void exchange_read(struct exchange *e, uint16_t words[EXCHANGE_WORDS],
	const struct frame_line *line);

/* Records the current selection in the next exchange. */
void poll_record_selection(const struct poll *poll, struct exchange *e);

/* True if the poll has this read already, well answered: of the same
 * registers, under the same selection. */
bool poll_has_read(struct poll *poll, const struct exchange *e);

/* Copies the exchange and its words into the poll; 0 or -ENOMEM. */
int poll_append(
	struct poll *poll, const struct exchange *e, const uint16_t *words);

/* Leaves the first count exchanges in the poll. */
void poll_truncate(struct poll *poll, size_t count);
void poll_free(struct poll *poll);

/* The error tag of an exchange without an answer; empty: it has an answer.
 * Owned by the poll. */
const char *poll_error_tag(const struct poll *poll, const struct exchange *e);

static inline bool exchange_is_good_read(const struct exchange *e)
{
	return e->is_good && e->request.function == MODBUS_READ;
}

/* True if the request has a register of a field that holds for a pack. */
bool exchange_touches_pack(const struct exchange *e, const struct map *map);

/* Records in every read which battery pack it is of: POLL_NO_PACK if that is
 * not known. */
void poll_record_packs(struct poll *poll, const struct map *map);

/*
 * The last good read that has the registers address, address + 1 … all. pack
 * selects the reads: a number, POLL_NO_PACK (no known pack), or POLL_ANY_PACK.
 * Returns the index of the first register in poll.words, or -1.
 */
#define POLL_ANY_PACK (-1)
#define POLL_NO_PACK 0
int32_t poll_find(const struct poll *poll, int pack, uint8_t unit,
	uint16_t address, uint16_t count);

/* Copies registers from one read that has them all, else each register from the
 * last read that has it. False if a register was not read. */
bool poll_copy(uint16_t *words, const struct poll *poll, uint8_t unit,
	uint16_t address, uint16_t count);

/* Swaps unit 0 and unit 1. */
void poll_swap_units(struct poll *poll);

#endif
