/* The name, and the registers where the name says too little. */
#include "recognize.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/errors.h"
#include "base/message.h"
#include "station/identify.h"
#include "station/station-exchange.h"

static bool is_first(const struct client *client)
{
	return client->plan == NULL;
}

/* Whether it has the same name, as far as this was read on this link. */
static bool is_named_so(
	const struct client *client, const struct recognized *station)
{
	return station_is_named(client->link.station) &&
		strcmp(station->name, client->frame_writer.name) == 0;
}

static bool has_serial(const char *name, int64_t serial)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRId64, serial);
	return serial == 0 || strstr(name, digits) != NULL;
}

/* Keeps the known identity. */
static void keep(const struct client *client, struct recognized *station)
{
	station->identity = client->identity;
	station->map = client->map;
	station->is_identified = client->is_identified;
}

/* --- asking -------------------------------------------------------------- */

/* Reads the remaining registers. Returns -BT_ESILENT for an answer without
 * information, for example from a busy station. */
static int ask(struct client *client, struct identify *identify)
{
	struct map_block block;
	struct frame_line line;

	client->asked++;
	while (identify_next(identify, &block)) {
		int error = client_read(client, &block, &line);

		if (error < 0)
			return error;
		if (!identify_take(identify, line.response))
			return -BT_ESILENT;
	}
	return 0;
}

/* Whether its registers are those of the station before; where they say
 * nothing, its name. */
static bool is_same(
	const struct client *client, const struct recognized *station)
{
	const struct identity *a = &client->identity;
	const struct identity *b = &station->identity;

	if (is_first(client) ||
		(a->is_proven && b->is_proven && a->protocol != b->protocol) ||
		(a->type[0] && b->type[0] && strcmp(a->type, b->type) != 0))
		return false;
	if (a->serial && b->serial)
		return a->serial == b->serial;
	return is_named_so(client, station) ||
		!station_is_named(client->link.station);
}

/* Without an answer: whatever is known otherwise. */
static int do_without(const struct client *client, struct recognized *station,
	const struct map *by_name, int error)
{
	bool is_named = station_is_named(client->link.station);

	if (!is_first(client) && (!is_named || is_named_so(client, station))) {
		keep(client, station);
		station->is_confirmed = is_named;
		return 0;
	}
	if (!by_name)
		return error;
	station->map = by_name;
	station->is_confirmed = true;
	station->is_new = true;
	return 0;
}

static void take(const struct client *client, struct recognized *station,
	const struct identify *identify)
{
	station->identity = identify->identity;
	station->map = identify->map;
	station->is_identified = true;
	station->is_confirmed = station_is_named(client->link.station) ||
		station->identity.type[0];
	station->is_new = !is_same(client, station);
	if (!station->is_new && !station->identity.type[0])
		keep(client, station);
	station->is_new = station->is_new || station->map != client->map;
}

/* A station that never answers is not asked on each link, if that can be done
 * without. */
static int find_out(struct client *client, struct recognized *station)
{
	struct identify identify;
	int error = -BT_ESILENT;
	bool has_map;

	identify_begin(&identify, client->options->maps, station->name);
	has_map = identify.map || client->map;
	if (client->asked < CLIENT_TRIES || !has_map)
		error = ask(client, &identify);
	if (error == 0) {
		take(client, station, &identify);
		return 0;
	}
	if (error == -BT_ECANCELED ||
		(!exchange_is_harmless(error) && client->asked < CLIENT_TRIES))
		return error;
	return do_without(client, station,
		maps_by_name(client->options->maps, station->name), error);
}

/* --- results ------------------------------------------------------------- */

static void report(const struct client *client, const struct recognized *s)
{
	const struct map *by_name =
		maps_by_name(client->options->maps, s->name);

	if (by_name && by_name != s->map)
		message("%s: name fits %s, but registers fit %s: using the "
			"registers",
			client->link.address, by_name->model,
			s->map ? s->map->model : "no map");
}

/* The user has chosen the registers. */
static void take_choice(const struct client *client, struct recognized *station)
{
	station->map = client->options->map;
	station->is_confirmed = true;
	station->is_new = station_is_named(client->link.station) &&
		!is_named_so(client, station);
}

int recognize(struct client *client, struct recognized *station)
{
	int error = 0;

	*station = (struct recognized){ .map = NULL };
	snprintf(station->name, sizeof station->name, "%s",
		station_name(client->link.station));
	if (client->options->map || client->options->block_count > 0) {
		take_choice(client, station);
	} else if (client->is_identified && is_named_so(client, station) &&
		has_serial(station->name, client->identity.serial)) {
		keep(client, station);
		station->is_confirmed = true;
	} else {
		error = find_out(client, station);
	}
	station->goes_on = station->is_confirmed && !station->is_new &&
		(station->identity.serial || is_named_so(client, station)) &&
		strcmp(station->name, client->frame_writer.name) == 0;
	return error;
}

/* Of a new station nothing is known. */
static int begin(struct client *client)
{
	const struct options *options = client->options;
	const struct map *map = client->map;

	plan_free(client->plan);
	client->plan = NULL;
	client->pack_count = -1;
	client->slow_due = 0;
	client->is_renewed = false;
	client->selected = 0;
	client->is_single_known = false;
	client->refuses_single = false;
	if (map)
		return plan_new(
			&client->plan, map->blocks, map->block_count, map);
	if (options->block_count == 0)
		return -BT_ENOMAP;
	return plan_new(
		&client->plan, options->blocks, options->block_count, NULL);
}

int recognize_adopt(struct client *client, const struct recognized *station)
{
	bool is_new = station->is_new || is_first(client);

	/* Lines with another name must include the type again. */
	if (strcmp(client->frame_writer.name, station->name) != 0)
		client->slow_due = 0;
	frame_writer_name(&client->frame_writer, station->name);
	client->map = station->map;
	client->identity = station->identity;
	client->is_identified = station->is_identified;
	client->is_confirmed = station->is_confirmed;
	if (station->is_identified)
		client->asked = 0;
	if (!is_new) {
		plan_doubt(client->plan);
		return 0;
	}
	if (station->is_identified)
		report(client, station);
	return begin(client);
}
