/* A round of the battery packs, a step at a time. */
#include "packs.h"

#include <stdbool.h>

#include "base/clock.h"
#include "base/errors.h"
#include "modbus/modbus.h"
#include "pack-data.h"
#include "schedule.h"
#include "station/station-exchange.h"

/* ms after selecting until a pack and its data must have shown up: bluetti_mqtt
 * waits 10 s before it reads. */
#define GIVE_UP 12000
/* ms between two reads of a pack that has not shown up. */
#define RETRY 500

bool packs_busy(const struct packs *packs)
{
	return packs->pack > 0;
}

/* By the station's own register, else by the map. */
static int pack_count(const struct client *client)
{
	return client->pack_count >= 0 ? client->pack_count
				       : client->map->packs.max;
}

bool packs_exist(const struct client *client)
{
	return client->map && client->map->packs.max > 0 &&
		pack_count(client) > 0;
}

static enum map_class pack_class(const struct client *client)
{
	return client->options->all ? MAP_ALL : MAP_SLOW;
}

/* Completes this pack: the next one, or the next round, follows. */
static void advance(struct packs *packs, const struct client *client)
{
	int64_t now = clock_monotonic();

	packs->is_settling = false;
	packs->is_open = false;
	packs->broken = 0;
	packs->due = now;
	if (slots_next(&packs->slots, packs->pack, client->map->packs.max))
		return;
	slots_end(&packs->slots, packs->pack);
	packs->pack = 0;
	packs->rounds++;
	packs->due = schedule_next(
		packs->round, client->options->pack_interval, now);
}

/* Writes the selection and the answer to the first block (NULL: none). */
static int open_pack(struct packs *packs, struct client *client,
	const struct frame_line *line)
{
	int written = 0;

	if (packs->is_open)
		return 0;
	packs->is_open = true;
	if (client->map->packs.selector)
		written = client_write(client, &packs->selection);
	if (written == 0 && line)
		written = client_write(client, line);
	return written;
}

static int close_pack(struct packs *packs, struct client *client)
{
	poll_end_blocks(client, true, pack_class(client));
	advance(packs, client);
	return client_end_poll(client);
}

/* Nothing is written of an empty slot. */
static int pass_over(struct packs *packs, struct client *client)
{
	slots_record_empty(&packs->slots, packs->pack);
	advance(packs, client);
	return 0;
}

int packs_expire(struct packs *packs, struct client *client, bool always)
{
	int written;

	if (!packs->is_settling || (!always && clock_left(packs->resume) > 0))
		return 0;
	if (slots_is_doubtful(&packs->slots, packs->pack))
		return pass_over(packs, client);
	written = open_pack(packs, client, NULL);
	return written < 0 ? written : close_pack(packs, client);
}

/* Records the state of a slot by the answer to its first block (NULL: none). */
static void record_place(
	struct packs *packs, const struct frame_line *line, int error)
{
	if (line && error == 0 && !modbus_exception(line->response))
		slots_record_pack(&packs->slots, packs->pack);
	else if (error == 0 || error == -BT_EUNSETTLED)
		slots_record_hidden(&packs->slots, packs->pack);
}

/* The link goes on after these. */
static int link_error(int error)
{
	return error == -BT_EUNSETTLED || exchange_is_harmless(error) ? 0
								      : error;
}

/*
 * Writes the lines of the pack: its selection, its first block, and the other
 * blocks if that is valid. line is NULL if the selection failed. If the link
 * breaks at one of the others, the next link continues with the pack.
 */
static int finish_pack(struct packs *packs, struct client *client,
	const struct frame_line *line, int error)
{
	bool is_good = line && error == 0 && !modbus_exception(line->response);
	bool is_incomplete = false;
	int ended;

	if (!is_good && slots_is_doubtful(&packs->slots, packs->pack)) {
		pass_over(packs, client);
		return link_error(error);
	}
	record_place(packs, line, error);
	ended = open_pack(packs, client, line);
	if (ended == 0 && is_good)
		ended = poll_blocks(
			client, true, pack_class(client), &is_incomplete);
	if (ended < 0)
		return ended;
	ended = close_pack(packs, client);
	if (ended < 0)
		return ended;
	return link_error(error);
}

static int select_next(struct packs *packs, struct client *client)
{
	const struct map_packs *map = &client->map->packs;
	int error = 0;
	int64_t now;

	if (packs->pack == 0) {
		packs->round = clock_monotonic();
		slots_begin(&packs->slots, pack_count(client));
	}
	packs->pack = slots_next(&packs->slots, packs->pack, map->max);
	/* All slots are empty, and none is due for a check. */
	if (packs->pack == 0) {
		advance(packs, client);
		return 0;
	}
	if (map->selector) {
		error = client_select(
			client, (uint16_t)packs->pack, &packs->selection);
		if (error == -BT_ECANCELED)
			return error;
		if (error < 0 || modbus_exception(packs->selection.response))
			return finish_pack(packs, client, NULL, error);
	}
	now = clock_monotonic();
	packs->is_settling = true;
	packs->due = now + (map->selector ? map->settle : 0);
	packs->give_up = now + (map->settle > GIVE_UP ? map->settle : GIVE_UP);
	packs->resume = now + poll_resume_time(client->options->interval);
	return 0;
}

/* Whether the answer to the pack's first block is that of the pack. */
static bool is_settled(const struct packs *packs, const struct map *map,
	const struct frame_line *line)
{
	bool has_other =
		packs->last_pack != 0 && packs->last_pack != packs->pack;
	const struct frame_line *before = has_other ? &packs->last : NULL;

	return pack_data_is_shown(map, line, packs->pack) &&
		!pack_data_is_late(map, line, before);
}

static int read_pack(struct packs *packs, struct client *client)
{
	const struct map *map = client->map;
	const struct map_block *block = pack_data_block(map);
	struct frame_line line;
	int error = client_read(client, block, &line);

	if (error == -BT_ECANCELED)
		return error;
	if (error < 0 && !exchange_is_harmless(error) &&
		++packs->broken < CLIENT_TRIES)
		return error;
	if (error == 0 && !modbus_exception(line.response)) {
		bool is_late = !is_settled(packs, map, &line);

		if (is_late && clock_left(packs->give_up) > 0) {
			packs->due = clock_monotonic() + RETRY;
			return 0;
		}
		if (pack_data_is_shown(map, &line, packs->pack) &&
			pack_data_is_empty(map, &line))
			return pass_over(packs, client);
		if (is_late) {
			error = -BT_EUNSETTLED;
			frame_writer_failure(&line, error);
		} else {
			packs->last = line;
			packs->last_pack = packs->pack;
		}
	}
	return finish_pack(packs, client, &line, error);
}

int packs_step(struct packs *packs, struct client *client)
{
	return packs->is_settling ? read_pack(packs, client)
				  : select_next(packs, client);
}
