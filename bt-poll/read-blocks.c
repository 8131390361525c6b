/* One poll: the reads that are due, in the order of the map. */
#include "read-blocks.h"

#include "base/clock.h"
#include "base/errors.h"
#include "modbus/modbus.h"
#include "proof.h"
#include "station/station-exchange.h"

/* Identity, settings and totals change slowly: ms between two reads. */
#define SLOW_INTERVAL (15 * 60 * 1000)

/* The number of packs, if this read brought it. */
static void note_packs(struct client *client, const struct map_block *block,
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

/* Writes what came of a read; an error ends the poll. */
static int note(struct client *client, const struct map_block *block,
	const struct frame_line *line, int error, bool *incomplete)
{
	int written;

	if (error == -BT_ECANCELED)
		return error;
	written = frame_writer_write(&client->frame_writer, line);
	if (written < 0)
		return written;
	if (line->response_length > 0 && client->map)
		note_packs(client, block, line);
	if (error < 0 && !exchange_is_harmless(error))
		return error;
	*incomplete = *incomplete || error < 0;
	return 0;
}

/*
 * Reads the runs of fields of a block that cannot be proven, this time. If the
 * station does not serve one of them the block never was what it seemed: its
 * runs take its place. *n is set to what is next.
 */
static int read_apart(struct client *client, size_t *n, bool *incomplete)
{
	struct map_block part;

	for (size_t run = 0; plan_run(client->plan, *n, run, &part); run++) {
		struct frame_line line;
		int error = client_read(client, &part, &line);
		int ended = note(client, &part, &line, error, incomplete);

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

/* Read *n of the plan. If the station does not take it as a whole, *n is the
 * first of its parts then, else the one behind it. */
static int read_one(struct client *client, size_t *n, bool *incomplete)
{
	struct planned *planned = plan_at(client->plan, *n);
	struct frame_line line;
	int proof = proof_read(client, planned, &line);
	int ended;

	if (proof == PROOF_NONE)
		return read_apart(client, n, incomplete);
	if (proof == PROOF_MOVED) {
		frame_writer_failure(&line, -BT_EMOVED);
		counters_error(&client->count, -BT_EMOVED);
	}
	ended = note(client, &planned->block, &line, proof, incomplete);
	if (client->map && (proof == PROOF_MOVED || proof == PROOF_REFUSED))
		plan_split(client->plan, *n);
	else
		++*n;
	return ended;
}

static bool is_due(const struct client *client, const struct planned *planned,
	bool of_pack, enum map_class class)
{
	const struct map_block *block = &planned->block;

	return !planned->is_refused && block->is_pack == of_pack &&
		block->class <= class &&
		(!block->is_secret || client->options->secrets);
}

int poll_reads(struct client *client, bool of_pack, enum map_class class,
	bool *incomplete)
{
	const struct planned *planned;
	size_t n = 0;
	int error = 0;

	while (error == 0 && (planned = plan_at(client->plan, n)))
		if (is_due(client, planned, of_pack, class))
			error = read_one(client, &n, incomplete);
		else
			n++;
	return error;
}

/* The class of reads that come next. */
static enum map_class class_due(const struct client *client)
{
	if (client->options->all)
		return MAP_ALL;
	return clock_left(client->slow_due) == 0 ? MAP_SLOW : MAP_POLL;
}

/* A station that has refused all that is read in each poll was not itself:
 * none of it is held against it. */
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
	bool incomplete = false;
	int error, ended;

	forgive(client);
	error = poll_reads(client, false, class, &incomplete);
	if (error == 0 && !incomplete)
		client->is_renewed = false;
	if (class >= MAP_SLOW && error == 0 && !incomplete)
		client->slow_due = clock_monotonic() + SLOW_INTERVAL;
	ended = frame_writer_end(&client->frame_writer);
	return error < 0 ? error : ended;
}
