/* Single reads that prove a block. */
#include "proof.h"

#include "base/message.h"
#include "modbus/modbus.h"
#include "model/identity.h"

/* Live values change between two reads: a word that differs is compared so
 * often, each time between two reads of its block. */
#define COMPARISONS 2
/* Steps of a proof, of which each may find that the block has changed. */
#define ROUNDS 6

struct trial {
	struct client *client;
	struct planned *planned;
	struct frame_line *line; /* the last read of the block */
};

static uint16_t word(const struct trial *t, unsigned n)
{
	return modbus_register(t->line->response, n);
}

/* The functions below return PROOF_OPEN to continue, a decision, or an error.
 */

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

/* Whether the station serves registers that it has, but none alone: its type is
 * read both ways. 1, 0, or an error. */
static int ask_for_single(struct client *client)
{
	const struct identity_addresses *at =
		&identity_addresses[client->map->protocol == 1
				? IDENTITY_VERSION_1
				: IDENTITY_VERSION_2];
	struct map_block block = {
		.unit_id = 1, .address = at->type, .count = IDENTITY_TYPE_COUNT
	};
	struct frame_line line;
	int error = client_read(client, &block, &line);

	if (error < 0)
		return error;
	if (modbus_exception(line.response))
		return 0;
	block.count = 1;
	error = client_read(client, &block, &line);
	if (error < 0)
		return error;
	return modbus_exception(line.response) &&
		!modbus_is_busy(line.response);
}

int proof_refuses_single(struct client *client)
{
	int refuses;

	if (client->is_single_known)
		return client->refuses_single;
	refuses = ask_for_single(client);
	if (refuses < 0)
		return refuses;
	client->is_single_known = true;
	client->refuses_single = refuses;
	if (refuses)
		message("%s: no register can be read alone: cannot check "
			"whether blocks are moved",
			client->link.address);
	return refuses;
}

/* An error in place of a single read replaces the block's answer, which is not
 * proven then. */
static int take_error(const struct trial *t, int error)
{
	frame_writer_failure(t->line, error);
	return error;
}

/* The station has refused a single register. */
static int judge_refusal(const struct trial *t, int exception)
{
	int refuses = proof_refuses_single(t->client);

	if (refuses < 0)
		return take_error(t, refuses);
	if (refuses)
		return PROOF_GOOD;
	return exception == MODBUS_ILLEGAL_ADDRESS ? PROOF_UNSERVED
						   : PROOF_NONE;
}

/* Reads register n of the block alone. */
static int read_alone(const struct trial *t, unsigned n, uint16_t *alone)
{
	struct map_block block = t->planned->block;
	struct frame_line line;
	int error;

	block.address = (uint16_t)(block.address + n);
	block.count = 1;
	error = client_read(t->client, &block, &line);
	if (error < 0)
		return take_error(t, error);
	if (modbus_is_busy(line.response))
		return PROOF_NONE;
	if (modbus_exception(line.response))
		return judge_refusal(t, modbus_exception(line.response));
	*alone = modbus_register(line.response, 0);
	return PROOF_OPEN;
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

/* The number of words up to the last one of a field that is not zero. */
static unsigned count_words(const struct trial *t)
{
	unsigned n = t->planned->used;

	while (n > 0 && word(t, n - 1) == 0)
		n--;
	return n;
}

/* Whether the word of register n differs from all words from the last believed
 * one on: words shift only towards the front, so after a shift the register
 * read alone would show one of them. */
static bool is_distinct(const struct trial *t, unsigned n)
{
	unsigned first = t->planned->believed;

	for (unsigned i = first > 0 ? first - 1 : 0; i < n; i++)
		if (word(t, i) == word(t, n))
			return false;
	return true;
}

/* The number of words up to the last distinct one; the first word has no word
 * before it to differ from. */
static unsigned count_distinct(const struct trial *t, unsigned words)
{
	unsigned n = words;

	while (n > t->planned->believed && !is_distinct(t, n - 1))
		n--;
	return n == 1 && words > 1 ? 0 : n;
}

/* Proves another word, or finds that all remaining words are equal. */
static int prove(struct trial *t, unsigned words)
{
	struct planned *planned = t->planned;
	unsigned n = count_distinct(t, words);
	int state;

	if (n <= planned->believed) {
		if (n == 0 ||
			plan_has_gap(
				t->client->plan, &planned->block, n - 1, words))
			return PROOF_NONE;
		planned->believed = words;
		return PROOF_GOOD;
	}
	state = compare(t, n - 1);
	if (state == PROOF_OPEN && is_distinct(t, n - 1))
		planned->believed = n;
	return state;
}

/* The last register of a field, if it is zero: so are registers in an answer
 * that are not served. */
static int check_end(struct trial *t, unsigned words)
{
	struct planned *planned = t->planned;

	if (planned->believed > 0 || words == 0 || words == planned->used)
		return PROOF_OPEN;
	return compare(t, planned->used - 1);
}

int proof_block(
	struct client *client, struct planned *planned, struct frame_line *line)
{
	struct trial t = { client, planned, line };
	int state = read_block(&t);

	if (state == PROOF_OPEN && client->refuses_single)
		return PROOF_GOOD;
	if (state == PROOF_OPEN)
		state = check_end(&t, count_words(&t));
	for (int i = 0; i < ROUNDS && state == PROOF_OPEN; i++) {
		unsigned words = count_words(&t);

		if (words <= planned->believed)
			return planned->believed > 0 ? PROOF_GOOD : PROOF_NONE;
		state = prove(&t, words);
	}
	return state == PROOF_OPEN ? PROOF_NONE : state;
}
