/* One poll: the blocks that are due, in the order of the map. */
#include "read-blocks.h"

#include "base/clock.h"
#include "base/errors.h"
#include "modbus/modbus.h"
#include "proof.h"
#include "station/station-exchange.h"

/* Identity, settings and totals change slowly: ms between two reads. */
#define SLOW_INTERVAL (15 * 60 * 1000)

/* The number of packs, if this block has it. */
static void record_packs(struct client *client, const struct map_block *block,
	const struct frame_line *line)
{
	const struct map_packs *packs = &client->map->packs;
	uint16_t count;

	if (packs->count < block->address ||
		packs->count >= block->address + block->count ||
		modbus_exception(line->response))
		return;
	count = modbus_register(
		line->response, (unsigned)packs->count - block->address);
	client->pack_count = count < packs->max ? count : packs->max;
}

/* Writes the line of a block; an error ends the poll. */
static int write_line(struct client *client, const struct map_block *block,
	const struct frame_line *line, int error, bool *is_incomplete)
{
	int written;

	if (error == -BT_ECANCELED)
		return error;
	written = frame_writer_write(&client->frame_writer, line);
	if (written < 0)
		return written;
	if (line->response_length > 0 && client->map)
		record_packs(client, block, line);
	if (error < 0 && !exchange_is_harmless(error))
		return error;
	*is_incomplete = *is_incomplete || error < 0;
	return 0;
}

/*
 * Reads the runs of fields of a block that cannot be proven, this time. If the
 * station does not serve one of them, the runs replace the block. *n becomes
 * the next block.
 */
static int read_apart(struct client *client, size_t *n, bool *is_incomplete)
{
	struct map_block part;

	for (size_t run = 0; plan_run(client->plan, *n, run, &part); run++) {
		struct frame_line line;
		int error = client_read(client, &part, &line);
		int ended =
			write_line(client, &part, &line, error, is_incomplete);

		if (ended < 0)
			return ended;
		if (error < 0 ||
			modbus_exception(line.response) !=
				MODBUS_ILLEGAL_ADDRESS)
			continue;
		plan_split_runs(client->plan, *n);
		*n += run;
		plan_split(client->plan, *n);
		return 0;
	}
	++*n;
	return 0;
}

/* Reads block *n of the plan. If the station does not serve it as a whole, *n
 * becomes the first of its parts, else the next block. */
static int read_one(struct client *client, size_t *n, bool *is_incomplete)
{
	struct planned *planned = plan_at(client->plan, *n);
	struct frame_line line;
	int proof = proof_block(client, planned, &line);
	int ended;

	if (proof == PROOF_NONE)
		return read_apart(client, n, is_incomplete);
	if (proof == PROOF_MOVED) {
		frame_writer_failure(&line, -BT_EMOVED);
		counters_error(&client->count, -BT_EMOVED);
	}
	ended = write_line(
		client, &planned->block, &line, proof, is_incomplete);
	if (client->map && (proof == PROOF_MOVED || proof == PROOF_REFUSED))
		plan_split(client->plan, *n);
	else
		++*n;
	return ended;
}

static bool is_due(const struct client *client, const struct planned *planned,
	bool is_pack, enum map_class class)
{
	const struct map_block *block = &planned->block;

	return !planned->is_refused && block->is_pack == is_pack &&
		block->class <= class &&
		(!block->is_secret || client->options->secrets);
}

int poll_blocks(struct client *client, bool is_pack, enum map_class class,
	bool *is_incomplete)
{
	const struct planned *planned;
	size_t n = 0;
	int error = 0;

	while (error == 0 && (planned = plan_at(client->plan, n)))
		if (is_due(client, planned, is_pack, class))
			error = read_one(client, &n, is_incomplete);
		else
			n++;
	return error;
}

/* The class of blocks that are due. */
static enum map_class class_due(const struct client *client)
{
	if (client->options->all)
		return MAP_ALL;
	return clock_left(client->slow_due) == 0 ? MAP_SLOW : MAP_POLL;
}

/* A station that has refused all blocks of class poll was not itself: the plan
 * starts over. */
static void forgive(struct client *client)
{
	const struct planned *planned;

	for (size_t n = 0; (planned = plan_at(client->plan, n)); n++)
		if (is_due(client, planned, false, MAP_POLL))
			return;
	plan_reset(client->plan);
}

int poll_station(struct client *client)
{
	enum map_class class = class_due(client);
	bool is_incomplete = false;
	int error, ended;

	forgive(client);
	error = poll_blocks(client, false, class, &is_incomplete);
	if (error == 0 && !is_incomplete)
		client->is_renewed = false;
	if (class >= MAP_SLOW && error == 0 && !is_incomplete)
		client->slow_due = clock_monotonic() + SLOW_INTERVAL;
	ended = frame_writer_end(&client->frame_writer);
	return error < 0 ? error : ended;
}
