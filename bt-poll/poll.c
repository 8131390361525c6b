/* One poll: the reads that are due, in the order of the map. */
#include "poll.h"

#include "clock.h"
#include "error.h"
#include "modbus.h"
#include "proof.h"

/* Identity, settings and totals change slowly: ms between two reads. */
#define SLOW_INTERVAL (15 * 60 * 1000)

/* The number of packs, if this read brought it. */
static void note_packs(struct poller *poller, const struct map_read *read,
	const struct frameline *line)
{
	const struct map_packs *packs = &poller->map->packs;
	uint16_t count;

	if (packs->count < read->address ||
		packs->count >= read->address + read->count ||
		modbus_exception(line->response))
		return;
	count = modbus_register(
		line->response, (unsigned)packs->count - read->address);
	poller->pack_count = count < packs->max ? count : packs->max;
}

/* Writes what came of a read; an error ends the poll. */
static int note(struct poller *poller, const struct map_read *read,
	const struct frameline *line, int error, bool *incomplete)
{
	int written;

	if (error == -BT_ECANCELED)
		return error;
	written = journal_write(&poller->journal, line);
	if (written < 0)
		return written;
	if (line->response_length > 0 && poller->map)
		note_packs(poller, read, line);
	if (error < 0 && !poller_goes_on(error))
		return error;
	*incomplete = *incomplete || error < 0;
	return 0;
}

/*
 * Reads the runs of fields of a block that cannot be proven, this time. If the
 * station does not serve one of them the block never was what it seemed: its
 * runs take its place. *n is set to what is next.
 */
static int read_apart(struct poller *poller, size_t *n, bool *incomplete)
{
	struct map_read part;

	for (size_t run = 0; plan_run(poller->plan, *n, run, &part); run++) {
		struct frameline line;
		int error = poller_read(poller, &part, &line);
		int ended = note(poller, &part, &line, error, incomplete);

		if (ended < 0)
			return ended;
		if (error < 0 ||
			modbus_exception(line.response) !=
				MODBUS_ILLEGAL_ADDRESS)
			continue;
		plan_split_runs(poller->plan, *n);
		*n += run;
		plan_split(poller->plan, *n);
		return 0;
	}
	++*n;
	return 0;
}

/* Read *n of the plan. If the station does not take it as a whole, *n is the
 * first of its parts then, else the one behind it. */
static int read_one(struct poller *poller, size_t *n, bool *incomplete)
{
	struct planned *planned = plan_at(poller->plan, *n);
	struct frameline line;
	int proof = proof_read(poller, planned, &line);
	int ended;

	if (proof == PROOF_NONE)
		return read_apart(poller, n, incomplete);
	if (proof == PROOF_MOVED) {
		journal_failure(&line, -BT_EMOVED);
		counters_error(&poller->count, -BT_EMOVED);
	}
	ended = note(poller, &planned->read, &line, proof, incomplete);
	if (poller->map && (proof == PROOF_MOVED || proof == PROOF_REFUSED))
		plan_split(poller->plan, *n);
	else
		++*n;
	return ended;
}

static bool is_due(const struct poller *poller, const struct planned *planned,
	bool of_pack, enum map_class class)
{
	const struct map_read *read = &planned->read;

	return !planned->is_refused && read->is_pack == of_pack &&
		read->class <= class &&
		(!read->is_secret || poller->options->secrets);
}

int poll_reads(struct poller *poller, bool of_pack, enum map_class class,
	bool *incomplete)
{
	const struct planned *planned;
	size_t n = 0;
	int error = 0;

	while (error == 0 && (planned = plan_at(poller->plan, n)))
		if (is_due(poller, planned, of_pack, class))
			error = read_one(poller, &n, incomplete);
		else
			n++;
	return error;
}

/* The class of reads that come next. */
static enum map_class class_due(const struct poller *poller)
{
	if (poller->options->all)
		return MAP_ALL;
	return clock_left(poller->slow_due) == 0 ? MAP_SLOW : MAP_POLL;
}

/* A station that has refused all that is read in each poll was not itself:
 * none of it is held against it. */
static void forgive(struct poller *poller)
{
	const struct planned *planned;

	for (size_t n = 0; (planned = plan_at(poller->plan, n)); n++)
		if (is_due(poller, planned, false, MAP_POLL))
			return;
	plan_reset(poller->plan);
}

int poll_station(struct poller *poller)
{
	enum map_class class = class_due(poller);
	bool incomplete = false;
	int error, ended;

	forgive(poller);
	error = poll_reads(poller, false, class, &incomplete);
	if (error == 0 && !incomplete)
		poller->is_renewed = false;
	if (class >= MAP_SLOW && error == 0 && !incomplete)
		poller->slow_due = clock_monotonic() + SLOW_INTERVAL;
	ended = journal_end(&poller->journal);
	return error < 0 ? error : ended;
}
