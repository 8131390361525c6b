/* Exchanges, and what is known of them together. */
#include "poll-blocks.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- exchanges ----------------------------------------------------------- */

bool exchange_is_good(const struct exchange *exchange)
{
	return exchange->word[0] == '\0' && exchange->exception == 0;
}

struct exchange *exchange_new(const struct frame_line *line)
{
	struct modbus_request request;
	struct exchange *e;

	/* The line has been read, so its frames have been checked. */
	modbus_parse_request(&request, line->request, line->request_length);
	e = calloc(1, sizeof *e + request.count * sizeof e->registers[0]);
	if (!e)
		return NULL;
	e->time = line->time;
	e->request = request;
	memcpy(e->word, line->word, sizeof e->word);
	if (line->response_length > 0)
		e->exception = (uint8_t)modbus_exception(line->response);
	if (request.function == MODBUS_READ && exchange_is_good(e))
		for (unsigned i = 0; i < request.count; i++)
			e->registers[i] = modbus_register(line->response, i);
	return e;
}

/* For a write it does not matter what was selected before. */
static bool same_request(const struct exchange *a, const struct exchange *b)
{
	return a->request.function == b->request.function &&
		a->request.unit == b->request.unit &&
		a->request.address == b->request.address &&
		a->request.count == b->request.count &&
		a->request.value == b->request.value &&
		(a->request.function != MODBUS_READ ||
			(a->selection.count == b->selection.count &&
				a->selection.address == b->selection.address &&
				a->selection.value == b->selection.value));
}

static bool covers(const struct exchange *e, uint8_t unit, uint16_t address,
	uint16_t count)
{
	const struct modbus_request *r = &e->request;

	return r->function == MODBUS_READ && exchange_is_good(e) &&
		r->unit == unit && address >= r->address &&
		address + count <= r->address + r->count;
}

/* --- polls --------------------------------------------------------------- */

/* The last exchange of the same request, and where the poll keeps it; NULL
 * there if there is none. */
static struct exchange **find_latest(
	struct poll *poll, const struct exchange *e)
{
	struct exchange **place =
		&poll->latest[e->request.address % POLL_BUCKETS];

	while (*place && !same_request(*place, e))
		place = &(*place)->next;
	return place;
}

/* Puts the exchange in the place of the one before it. */
static void note_latest(struct poll *poll, struct exchange *e)
{
	struct exchange **place = find_latest(poll, e);
	struct exchange *before = *place;

	e->is_known = exchange_is_good(e) || (before && before->is_known);
	e->is_settled = e->is_known;
	e->next = before ? before->next : NULL;
	if (before)
		before->is_settled = true;
	*place = e;
}

void poll_free(struct poll *poll)
{
	if (!poll)
		return;
	for (size_t i = 0; i < poll->count; i++)
		free(poll->exchanges[i]);
	free(poll->exchanges);
	free(poll);
}

int poll_append(struct poll *poll, struct exchange *e)
{
	/* Room grows in powers of two, so it is full when the count is one. */
	if ((poll->count & (poll->count - 1)) == 0) {
		size_t room = poll->count ? 2 * poll->count : 1;
		struct exchange **more =
			realloc(poll->exchanges, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		poll->exchanges = more;
	}
	poll->exchanges[poll->count++] = e;
	note_latest(poll, e);
	return 0;
}

void poll_truncate(struct poll *poll, size_t count)
{
	poll->count = count;
	memset(poll->latest, 0, sizeof poll->latest);
	for (size_t i = 0; i < count; i++)
		note_latest(poll, poll->exchanges[i]);
}

void poll_note_selection(const struct poll *poll, struct exchange *e)
{
	const struct exchange *last;

	if (poll->count == 0)
		return;
	last = poll->exchanges[poll->count - 1];
	if (last->request.function == MODBUS_WRITE_ONE) {
		e->selection = last->request;
		e->selected = exchange_is_good(last);
	} else {
		e->selection = last->selection;
		e->selected = last->selected;
	}
}

bool poll_has_read(struct poll *poll, const struct exchange *e)
{
	const struct exchange *latest = *find_latest(poll, e);

	return e->request.function == MODBUS_READ && latest && latest->is_known;
}

void poll_note_packs(struct poll *poll, const struct map *map)
{
	for (size_t i = 0; i < poll->count; i++) {
		struct exchange *e = poll->exchanges[i];
		const struct modbus_request *r = &e->request;

		if (!exchange_is_good(e) || r->function != MODBUS_READ)
			continue;
		/* The station's own word counts more than what was asked. */
		if (covers(e, 1, map->packs.shown, 1))
			e->pack = e->registers[map->packs.shown - r->address];
		else if (e->selected &&
			e->selection.address == map->packs.selector)
			e->pack = e->selection.value;
		if (e->pack > map->packs.max)
			e->pack = 0;
	}
}

const uint16_t *poll_registers(const struct poll *poll, int pack, uint8_t unit,
	uint16_t address, uint16_t count)
{
	for (size_t i = poll->count; i-- > 0;) {
		const struct exchange *e = poll->exchanges[i];

		if (covers(e, unit, address, count) &&
			(pack == POLL_ANY_PACK || pack == e->pack))
			return e->registers + (address - e->request.address);
	}
	return NULL;
}
