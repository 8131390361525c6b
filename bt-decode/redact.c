/* Lines held back until their station's map is known. */
#include "redact.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "poll-identity.h"

/* The maximum of bytes held back. A log of bluetti-discovery is one poll of
 * 12501 lines of 80 bytes each. When there are more, the oldest lines are
 * masked like those of an unknown station. */
#define HELD_MAX (9 << 17)

struct station {
	char address[FRAME_LINE_STRING_MAX + 1];
	char name[FRAME_LINE_STRING_MAX + 1];
	uint16_t index;		   /* from 0 on */
	unsigned number;	   /* in its masked address, or else its name */
	const struct map *by_name; /* NULL: none */
	const struct map *map;	   /* NULL: not known */
	bool is_proven;		   /* the map, by registers */
	int64_t serial;		   /* 0: not known */
	struct station *next;
};

/* A line without room that it does not need; the address is the station's. */
struct held {
	enum frame_line_kind kind;
	uint16_t name_length, request_length, response_length, tag_length;
	bool is_settled; /* nothing more can be learned that matters to it */
	bool is_certain; /* its map: see mask_frames() */
	int64_t time, start;
	struct station *station;
	const struct map *map; /* the station's, then */
	int64_t serial;
	struct held *next;
	uint8_t bytes[]; /* name, request, response, word */
};

struct redact {
	const struct maps *maps;
	const struct map *map; /* of all stations; NULL: none is */
	struct station *stations, **stations_end;
	unsigned station_count;
	struct held *held, **held_end;
	size_t held_size; /* bytes */
};

/* --- stations ------------------------------------------------------------ */

/* The key of a station, as in poll-builder.c. */
static struct station *find_station(
	const struct redact *redact, const char *address, const char *name)
{
	struct station *s = redact->stations;

	while (s &&
		(strcmp(s->address, address) != 0 ||
			(address[0] == '\0' && strcmp(s->name, name) != 0)))
		s = s->next;
	return s;
}

static bool is_counted(const struct station *s)
{
	return s->address[0] && strncmp(s->address, "unix:", 5) != 0;
}

/* Two names that are masked alike. */
static bool same_name(
	const struct redact *redact, const char *left, const char *right)
{
	char a[FRAME_LINE_STRING_MAX + 1];
	char b[FRAME_LINE_STRING_MAX + 1];

	memcpy(a, left, sizeof a);
	memcpy(b, right, sizeof b);
	mask_name(a, redact->maps, 0);
	mask_name(b, redact->maps, 0);
	return strcmp(a, b) == 0;
}

/* Addresses are counted from 1. Without an address a station has nothing but
 * its name, of which 0 is the first of those that are masked alike. */
static unsigned count_stations(
	const struct redact *redact, const struct station *added)
{
	unsigned number = is_counted(added);

	for (const struct station *s = redact->stations; s; s = s->next)
		if (added->address[0])
			number += is_counted(added) && is_counted(s);
		else if (!s->address[0] && added->name[0])
			number += same_name(redact, s->name, added->name);
	return number;
}

static int add_station(struct station **added, struct redact *redact,
	const struct frame_line *line)
{
	struct station *s;

	if (redact->station_count == REDACT_STATIONS)
		return -ENOSPC;
	s = calloc(1, sizeof *s);
	if (!s)
		return -ENOMEM;
	memcpy(s->address, line->address, sizeof s->address);
	memcpy(s->name, line->name, sizeof s->name);
	s->number = count_stations(redact, s);
	s->index = (uint16_t)redact->station_count++;
	*redact->stations_end = s;
	redact->stations_end = &s->next;
	*added = s;
	return 0;
}

/* --- identities ---------------------------------------------------------- */

static void settle(const struct redact *redact, struct held *held)
{
	const struct station *s = held->station;

	held->is_settled = true;
	held->map = redact->map ? redact->map : s->map;
	held->is_certain = redact->map ||
		(s->is_proven &&
			(!s->by_name ||
				s->by_name->protocol == s->map->protocol));
	held->serial = s->serial;
}

static void settle_station(
	const struct redact *redact, const struct station *station)
{
	for (struct held *h = redact->held; h; h = h->next)
		if (h->station == station && !h->is_settled)
			settle(redact, h);
}

/* Another name at the same address is another station, perhaps of another
 * model. */
static void record_name(
	const struct redact *redact, struct station *s, const char *name)
{
	if (s->name[0] && strcmp(s->name, name) != 0) {
		settle_station(redact, s);
		s->map = NULL;
		s->is_proven = false;
	}
	snprintf(s->name, sizeof s->name, "%s", name);
	s->serial = mask_serial_of(name);
	s->by_name = maps_by_name(redact->maps, name);
	if (!s->is_proven && s->by_name)
		s->map = s->by_name;
}

/* An apparent type of version 1 may be the end of a password of version 2, so
 * it proves the protocol only if there is a map for it. */
static bool is_proven(const struct identity *identity, const struct map *map)
{
	return identity->is_proven ||
		(identity->type[0] && !map->is_generic &&
			map_has_model(map, identity->type));
}

/* A proven identity takes precedence over a name, a model's map over the
 * generic map of its protocol. */
static bool is_better(
	const struct station *s, const struct map *map, bool is_proven)
{
	if (!is_proven && (s->is_proven || map->is_generic))
		return false;
	return !s->map || s->is_proven != is_proven || !map->is_generic ||
		map->protocol != s->map->protocol;
}

static void record_map(
	const struct redact *redact, struct station *s, const struct poll *poll)
{
	char name[IDENTITY_NAME];
	const struct map *map = poll_map(poll,
		poll->name[0] ? poll->name
			      : poll_identity_name(name, &poll->identity),
		redact->maps);
	bool proven = map && is_proven(&poll->identity, map);

	if (!map || !is_better(s, map, proven))
		return;
	s->map = map;
	s->is_proven = proven;
}

void redact_learn(struct redact *redact, const struct poll *poll)
{
	struct station *s = find_station(redact, poll->address, poll->name);

	if (!s)
		return;
	if (!redact->map)
		record_map(redact, s, poll);
	if (s->serial == 0)
		s->serial = poll->identity.serial;
	settle_station(redact, s);
	/* Without name and address, the next poll may be of another station. */
	if (!s->address[0] && !s->name[0]) {
		s->map = NULL;
		s->is_proven = false;
		s->serial = 0;
	}
}

/* --- lines --------------------------------------------------------------- */

static size_t held_size(const struct held *held)
{
	return sizeof *held + held->name_length + held->request_length +
		held->response_length + held->tag_length;
}

/* NULL: no memory. */
static struct held *pack(const struct frame_line *line)
{
	struct held head = {
		.kind = line->kind,
		.time = line->time,
		.start = line->start,
		.name_length = (uint16_t)strlen(line->name),
	};
	struct held *held;
	uint8_t *end;

	if (line->kind == FRAME_LINE_EXCHANGE) {
		head.request_length = (uint16_t)line->request_length;
		head.response_length = (uint16_t)line->response_length;
		head.tag_length = (uint16_t)strlen(line->error_tag);
	}
	held = malloc(held_size(&head));
	if (!held)
		return NULL;
	*held = head;
	end = mempcpy(held->bytes, line->name, head.name_length);
	end = mempcpy(end, line->request, head.request_length);
	end = mempcpy(end, line->response, head.response_length);
	memcpy(end, line->error_tag, head.tag_length);
	return held;
}

static void unpack(struct frame_line *line, const struct held *held)
{
	const uint8_t *name = held->bytes;
	const uint8_t *request = name + held->name_length;
	const uint8_t *response = request + held->request_length;

	memset(line, 0, sizeof *line);
	line->kind = held->kind;
	line->time = held->time;
	line->start = held->start;
	line->request_length = held->request_length;
	line->response_length = held->response_length;
	memcpy(line->address, held->station->address, sizeof line->address);
	memcpy(line->name, name, held->name_length);
	memcpy(line->request, request, held->request_length);
	memcpy(line->response, response, held->response_length);
	memcpy(line->error_tag, response + held->response_length,
		held->tag_length);
}

/* Settles the oldest lines, which are then taken. */
static void settle_excess(const struct redact *redact)
{
	size_t left = redact->held_size;

	for (struct held *h = redact->held; left > HELD_MAX; h = h->next) {
		if (!h->is_settled)
			settle(redact, h);
		left -= held_size(h);
	}
}

static int hold(
	struct redact *redact, struct station *s, const struct frame_line *line)
{
	struct held *held = pack(line);

	if (!held)
		return -ENOMEM;
	held->station = s;
	if (redact->map || line->kind == FRAME_LINE_END)
		settle(redact, held);
	*redact->held_end = held;
	redact->held_end = &held->next;
	redact->held_size += held_size(held);
	settle_excess(redact);
	return 0;
}

int redact_add(struct redact *redact, const struct frame_line *line)
{
	struct station *s = find_station(redact, line->address, line->name);
	int error = 0;

	if (!s)
		error = add_station(&s, redact, line);
	if (error < 0)
		return error;
	if (line->name[0])
		record_name(redact, s, line->name);
	return hold(redact, s, line);
}

void redact_finish(struct redact *redact)
{
	for (struct held *h = redact->held; h; h = h->next)
		if (!h->is_settled)
			settle(redact, h);
}

static struct held *take_held(struct redact *redact)
{
	struct held *held = redact->held;

	if (!held)
		return NULL;
	redact->held = held->next;
	redact->held_size -= held_size(held);
	if (!redact->held)
		redact->held_end = &redact->held;
	return held;
}

bool redact_take(struct redact *redact, struct redact_line *taken)
{
	struct held *held;

	if (!redact->held || !redact->held->is_settled)
		return false;
	held = take_held(redact);
	unpack(&taken->line, held);
	taken->station = held->station->index;
	taken->number = held->station->number;
	taken->map = held->map;
	taken->is_certain = held->is_certain;
	taken->serial = held->serial;
	free(held);
	return true;
}

size_t redact_format(const struct redact *redact, struct redact_line *taken,
	char text[FRAME_LINE_MAX])
{
	struct frame_line *line = &taken->line;
	unsigned number = taken->number;

	if (line->kind == FRAME_LINE_EXCHANGE)
		mask_frames(line, redact->maps, taken->map, taken->is_certain,
			taken->serial);
	if (line->address[0]) {
		mask_address(line->address, number);
		number = 0;
	}
	mask_name(line->name, redact->maps, number);
	return frame_line_format(text, line);
}

/* --- life ---------------------------------------------------------------- */

struct redact *redact_new(const struct maps *maps, const struct map *map)
{
	struct redact *redact = calloc(1, sizeof *redact);

	if (!redact)
		return NULL;
	redact->maps = maps;
	redact->map = map;
	redact->stations_end = &redact->stations;
	redact->held_end = &redact->held;
	return redact;
}

void redact_free(struct redact *redact)
{
	if (!redact)
		return;
	while (redact->held)
		free(take_held(redact));
	while (redact->stations) {
		struct station *s = redact->stations;

		redact->stations = s->next;
		free(s);
	}
	free(redact);
}
