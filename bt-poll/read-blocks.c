/* One poll: the blocks that are due, in the order of the map, except for those
 * of the same length. */
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

/* Writes the line of a block. Returns the error that ends the link. */
static int write_line(struct client *client, const struct map_block *block,
	const struct frame_line *line, int error, bool *is_incomplete)
{
	int written = client_write(client, line);

	if (written < 0)
		return written;
	if (line->response_length > 0 && client->map)
		record_packs(client, block, line);
	*is_incomplete = *is_incomplete || error < 0;
	return exchange_is_harmless(error) ? 0 : error;
}

/* True if the link broke at the block, which is tried again on another. */
static bool is_cut_off(struct planned *planned, int error)
{
	if (error >= 0 || exchange_is_harmless(error))
		return false;
	return error == -BT_ECANCELED || ++planned->broken < CLIENT_TRIES;
}

/* The block has had its turn in this poll. If it broke as many links as
 * allowed, it may break only one in the next poll. */
static void set_done(struct planned *planned)
{
	planned->is_done = true;
	planned->is_missed = false;
	planned->broken = planned->broken < CLIENT_TRIES ? 0 : CLIENT_TRIES - 1;
}

/* The station does not serve run number run of block n: the runs replace the
 * block. Those before have been read. */
static void replace_by_runs(struct plan *plan, size_t n, size_t run)
{
	plan_split_runs(plan, n);
	for (size_t i = 0; i < run; i++)
		set_done(plan_at(plan, n + i));
	plan_split(plan, n + run);
}

/* Whether the station refuses to serve the run alone, as it does with each
 * register: then the answer to the block is the best there is. */
static bool is_too_short(struct client *client, const struct map_block *run,
	const struct frame_line *line)
{
	return run->count == 1 && modbus_exception(line->response) &&
		!modbus_is_busy(line->response) &&
		proof_refuses_single(client) > 0;
}

/* Reads the runs of fields of block n, which cannot be proven by its answer in
 * whole, this time. */
static int read_apart(struct client *client, size_t n,
	const struct frame_line *whole, bool *is_incomplete)
{
	struct planned *planned = plan_at(client->plan, n);
	struct map_block part;
	int ended = 0;

	for (size_t run = 0;
		ended == 0 && plan_run(client->plan, n, run, &part); run++) {
		struct frame_line line;
		int error = client_read(client, &part, &line);

		if (is_cut_off(planned, error))
			return error;
		if (error == 0 && is_too_short(client, &part, &line)) {
			part = planned->block;
			set_done(planned);
			return write_line(
				client, &part, whole, 0, is_incomplete);
		}
		ended = write_line(client, &part, &line, error, is_incomplete);
		if (error == 0 &&
			modbus_exception(line.response) ==
				MODBUS_ILLEGAL_ADDRESS) {
			replace_by_runs(client->plan, n, run);
			return ended;
		}
	}
	set_done(planned);
	return ended;
}

/* Reads block n of the plan. If the station does not serve it as a whole, its
 * parts replace it. */
static int read_one(struct client *client, size_t n, bool *is_incomplete)
{
	struct planned *planned = plan_at(client->plan, n);
	struct frame_line line;
	int proof = proof_block(client, planned, &line);
	int ended;

	if (proof == PROOF_NONE)
		return read_apart(client, n, &line, is_incomplete);
	if (proof == PROOF_UNSERVED) {
		set_done(planned);
		plan_split(client->plan, n);
		return 0;
	}
	if (is_cut_off(planned, proof))
		return proof;
	if (proof == PROOF_MOVED) {
		frame_writer_failure(&line, -BT_EMOVED);
		counters_error(&client->count, -BT_EMOVED);
	}
	ended = write_line(client, &planned->block, &line,
		proof < 0 ? proof : 0, is_incomplete);
	set_done(planned);
	if (client->map && (proof == PROOF_MOVED || proof == PROOF_REFUSED))
		plan_split(client->plan, n);
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

static bool is_left(const struct client *client, const struct planned *planned,
	bool is_pack, enum map_class class)
{
	return !planned->is_done && is_due(client, planned, is_pack, class);
}

/* Whether another block of the same length is left: the two are read far from
 * each other. */
static bool has_twin(const struct client *client, const struct planned *planned,
	bool is_pack, enum map_class class)
{
	const struct planned *other;

	for (size_t i = 0; (other = plan_at(client->plan, i)); i++)
		if (other != planned &&
			other->block.count == planned->block.count &&
			is_left(client, other, is_pack, class))
			return true;
	return false;
}

/* The next block to read, of those that the last poll missed, or of all: the
 * first that need not wait, preferring one with a twin; else the one with the
 * shortest wait. NULL if none is left. */
static const struct planned *choose_block(const struct client *client,
	bool is_pack, enum map_class class, bool is_missed, size_t *n)
{
	const struct planned *planned, *best = NULL;
	int64_t now = clock_monotonic();
	int64_t best_due = INT64_MAX;

	for (size_t i = 0; (planned = plan_at(client->plan, i)); i++) {
		int64_t due;

		if (planned->is_missed < is_missed ||
			!is_left(client, planned, is_pack, class))
			continue;
		due = client_due(client, &planned->block);
		if (due <= now)
			due = has_twin(client, planned, is_pack, class)
				? now - 1
				: now;
		if (due >= best_due)
			continue;
		best = planned;
		best_due = due;
		*n = i;
	}
	return best;
}

/* The next block to read; *n is its number. NULL if none is left. */
static const struct planned *next_block(const struct client *client,
	bool is_pack, enum map_class class, size_t *n)
{
	const struct planned *missed =
		choose_block(client, is_pack, class, true, n);

	return missed ? missed : choose_block(client, is_pack, class, false, n);
}

int poll_blocks(struct client *client, bool is_pack, enum map_class class,
	bool *is_incomplete)
{
	size_t n;
	int error = 0;

	while (error == 0 && !reconnect_is_over(&client->link) &&
		next_block(client, is_pack, class, &n))
		error = read_one(client, n, is_incomplete);
	return error;
}

bool poll_end_blocks(struct client *client, bool is_pack, enum map_class class)
{
	struct planned *planned;
	bool is_whole = true;

	for (size_t n = 0; (planned = plan_at(client->plan, n)); n++) {
		if (!is_due(client, planned, is_pack, class))
			continue;
		planned->is_missed = !planned->is_done;
		planned->is_done = false;
		is_whole = is_whole && !planned->is_missed;
	}
	return is_whole;
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

static void begin(struct client *client)
{
	forgive(client);
	client->poll = (struct poll){
		.is_open = true,
		.class = class_due(client),
		.frames = client->count.frames,
		.give_up = clock_monotonic() +
			poll_resume_time(client->options->interval),
	};
}

int poll_station(struct client *client)
{
	struct poll *poll = &client->poll;

	if (!poll->is_open)
		begin(client);
	return poll_blocks(client, false, poll->class, &poll->is_incomplete);
}

bool poll_is_read(const struct client *client)
{
	size_t n;

	return !next_block(client, false, client->poll.class, &n);
}

int poll_close(struct client *client)
{
	struct poll *poll = &client->poll;
	bool is_whole = poll_end_blocks(client, false, poll->class);

	if (is_whole && !poll->is_incomplete) {
		client->is_renewed = false;
		if (poll->class >= MAP_SLOW)
			client->slow_due = clock_monotonic() + SLOW_INTERVAL;
	}
	poll->is_open = false;
	return client_end_poll(client);
}
