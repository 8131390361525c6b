/* Single reads that prove a block. */
#include "proof.h"

#include <string.h>

#include "modbus/modbus.h"

/* Live values change between two reads: a word that differs is compared so
 * often, each time between two reads of its block. */
#define COMPARISONS 2
/* Proofs of one answer, of which each may find that the block has changed. */
#define ROUNDS 4

struct trial {
	struct client *client;
	struct planned *planned;
	struct frame_line *line; /* the last read of the block */
};

static uint16_t word(const struct trial *t, unsigned n)
{
	return modbus_register(t->line->response, n);
}

/* The functions below return PROOF_OPEN to go on, what has been decided, or
 * an error. */

static int read_block(struct trial *t)
{
	int error = client_read(t->client, &t->planned->block, t->line);

	if (error < 0)
		return error;
	switch (modbus_exception(t->line->response)) {
	case 0:
		return t->planned->is_trusted ? PROOF_GOOD : PROOF_OPEN;
	case MODBUS_ILLEGAL_ADDRESS:
		return PROOF_REFUSED;
	}
	return PROOF_GOOD;
}

/* Reads register n of the block alone. An error replaces the block's answer,
 * which is not proven then. */
static int read_alone(const struct trial *t, unsigned n, uint16_t *alone)
{
	struct map_block block = t->planned->block;
	struct frame_line line;
	int error;

	block.address = (uint16_t)(block.address + n);
	block.count = 1;
	error = client_read(t->client, &block, &line);
	if (error < 0) {
		memcpy(t->line->word, line.word, sizeof line.word);
		t->line->response_length = 0;
		return error;
	}
	switch (modbus_exception(line.response)) {
	case 0:
		*alone = modbus_register(line.response, 0);
		return PROOF_OPEN;
	case MODBUS_ILLEGAL_ADDRESS:
		return PROOF_MOVED;
	}
	return PROOF_NONE;
}

/* Whether register n, read alone, is the word of the block: that before, or
 * that after. */
static int compare(struct trial *t, unsigned n)
{
	for (int i = 0; i < COMPARISONS; i++) {
		uint16_t alone = 0;
		int state = read_alone(t, n, &alone);

		if (state != PROOF_OPEN || alone == word(t, n))
			return state;
		state = read_block(t);
		if (state != PROOF_OPEN || alone == word(t, n))
			return state;
	}
	return PROOF_MOVED;
}

/* How many words there are up to the last one that is not zero. */
static unsigned count_words(const struct trial *t)
{
	unsigned n = t->planned->block.count;

	while (n > 0 && word(t, n - 1) == 0)
		n--;
	return n;
}

/*
 * The second word to compare: of the last field if all is zero from
 * words on, since zeros also stand for registers that are not served; else the
 * first one that is not zero.
 */
static unsigned second_word(const struct trial *t, unsigned words)
{
	unsigned n = 0;

	if (words < t->planned->used)
		return t->planned->used - 1;
	while (n + 1 < words && word(t, n) == 0)
		n++;
	return n;
}

/* Proves the block up to its last word that is not zero. */
static int prove(struct trial *t, unsigned words)
{
	unsigned second = second_word(t, words);
	int state = compare(t, words - 1);

	if (state != PROOF_OPEN || word(t, words - 1) == 0)
		return state;
	if (t->planned->believed == 0 && second != words - 1)
		state = compare(t, second);
	if (state == PROOF_OPEN)
		t->planned->believed = words;
	return state;
}

int proof_block(
	struct client *client, struct planned *planned, struct frame_line *line)
{
	struct trial t = { client, planned, line };
	int state = read_block(&t);

	for (int i = 0; i < ROUNDS && state == PROOF_OPEN; i++) {
		unsigned words = count_words(&t);

		if (words <= planned->believed)
			return planned->believed > 0 ? PROOF_GOOD : PROOF_NONE;
		state = prove(&t, words);
	}
	return state == PROOF_OPEN ? PROOF_NONE : state;
}
