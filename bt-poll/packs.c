/* A round of the battery packs, a step at a time. */
#include "packs.h"

#include <stdbool.h>

#include "clock.h"
#include "error.h"
#include "modbus.h"
#include "schedule.h"

/* ms after selecting until a pack must have shown up: bluetti_mqtt waits 10 s
 * before it reads. */
#define GIVE_UP 12000
/* ms between two looks at a pack that has not shown up. */
#define LOOK_AGAIN 500

void packs_reset(struct packs *packs)
{
	packs->pack = 0;
	packs->settling = false;
	packs->due = 0;
}

bool packs_busy(const struct packs *packs)
{
	return packs->pack > 0;
}

/* As the station tells it, else as the map does. */
static int pack_count(const struct poller *poller)
{
	return poller->pack_count >= 0 ? poller->pack_count
				       : poller->map->packs.max;
}

bool packs_exist(const struct poller *poller)
{
	return poller->map && poller->map->packs.max > 0 &&
		pack_count(poller) > 0;
}

/* This pack is done: on to the next one, or the next round. */
static void advance(struct packs *packs, const struct poller *poller)
{
	int64_t now = clock_monotonic();

	packs->settling = false;
	packs->due = now;
	if (packs->pack < pack_count(poller))
		return;
	packs->pack = 0;
	packs->rounds++;
	packs->due = schedule_next(
		packs->round, poller->options->pack_interval, now);
}

/* --- selecting ----------------------------------------------------------- */

/* A selection that failed is a poll that brought nothing else. */
static int give_up_selection(
	struct packs *packs, struct poller *poller, int error)
{
	int written = journal_write(&poller->journal, &packs->selection);

	if (written == 0)
		written = journal_end(&poller->journal);
	advance(packs, poller);
	if (written < 0)
		return written;
	return poller_goes_on(error) ? 0 : error;
}

static int select_next(struct packs *packs, struct poller *poller)
{
	const struct map_packs *map = &poller->map->packs;
	uint8_t request[MODBUS_SHORT_FRAME];
	int error = 0;
	int64_t now;

	if (packs->pack++ == 0)
		packs->round = clock_monotonic();
	if (map->selector) {
		size_t length = modbus_build_write(
			request, 1, map->selector, (uint16_t)packs->pack);

		error = poller_exchange(
			poller, request, length, &packs->selection);
		if (error == -BT_ECANCELED)
			return error;
		if (error < 0 || modbus_exception(packs->selection.response))
			return give_up_selection(packs, poller, error);
	}
	now = clock_monotonic();
	packs->settling = true;
	packs->due = now + (map->selector ? map->settle : 0);
	packs->give_up = now + (map->settle > GIVE_UP ? map->settle : GIVE_UP);
	return 0;
}

/* --- reading ------------------------------------------------------------- */

/* True if this answer to the pack's first read is that of the pack. */
static bool shows(const struct packs *packs, const struct poller *poller,
	const struct map_read *read, const struct frameline *line)
{
	unsigned n = (unsigned)poller->map->packs.shown - read->address;

	return !poller->map->packs.selector ||
		modbus_register(line->response, n) == packs->pack;
}

static const struct map_read *first_read(const struct map *map)
{
	const struct map_read *read = map->reads;

	/* map-read.c has seen to it that there is one. */
	while (!read->is_pack)
		read++;
	return read;
}

/* Writes what came of the pack, and reads the rest if it came at all. */
static int finish_pack(struct packs *packs, struct poller *poller,
	const struct frameline *line, int error)
{
	bool good = error == 0 && !modbus_exception(line->response);
	bool incomplete = false;
	int written = 0;
	int ended;

	if (poller->map->packs.selector)
		written = journal_write(&poller->journal, &packs->selection);
	if (written == 0)
		written = journal_write(&poller->journal, line);
	/* The pack shows by now: the others of its reads. */
	if (written == 0 && good)
		error = poll_reads(poller, true,
			poller->options->all ? MAP_ALL : MAP_SLOW, &incomplete);
	ended = journal_end(&poller->journal);
	advance(packs, poller);
	if (written < 0 || ended < 0)
		return written < 0 ? written : ended;
	return poller_goes_on(error) ? 0 : error;
}

static int read_pack(struct packs *packs, struct poller *poller)
{
	const struct map_read *read = first_read(poller->map);
	struct frameline line;
	int error = poller_read(poller, read, &line);

	if (error == -BT_ECANCELED)
		return error;
	if (error == 0 && !modbus_exception(line.response) &&
		!shows(packs, poller, read, &line)) {
		if (clock_left(packs->give_up) > 0) {
			packs->due = clock_monotonic() + LOOK_AGAIN;
			return 0;
		}
		error = -BT_EUNSETTLED;
		journal_failure(&line, error);
	}
	return finish_pack(packs, poller, &line, error);
}

int packs_step(struct packs *packs, struct poller *poller)
{
	return packs->settling ? read_pack(packs, poller)
			       : select_next(packs, poller);
}
