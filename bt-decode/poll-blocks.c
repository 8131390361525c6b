/* Exchanges of a poll, and the registers that they contain. */
#include "poll-blocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* Bytes of a request to write several registers before their values. */
#define WRITE_MANY_DATA 7

/* --- exchanges ----------------------------------------------------------- */

void exchange_read(struct exchange *e, uint16_t words[EXCHANGE_WORDS],
	const struct frame_line *line)
{
	memset(e, 0, sizeof *e);
	e->time = line->time;
	/* The line has been read, so its frames have been checked. */
	modbus_parse_request(&e->request, line->request, line->request_length);
	if (line->response_length == 0) {
		e->word_count = (uint8_t)(strlen(line->error_tag) / 2 + 1);
		memcpy(words, line->error_tag, 2 * (size_t)e->word_count);
		return;
	}
	e->exception = (uint8_t)modbus_exception(line->response);
	e->is_good = e->exception == 0;
	if (exchange_is_good_read(e)) {
		e->word_count = (uint8_t)e->request.count;
		for (unsigned i = 0; i < e->word_count; i++)
			words[i] = modbus_register(line->response, i);
	} else if (e->request.function == MODBUS_WRITE_MANY) {
		e->word_count = (uint8_t)e->request.count;
		for (unsigned i = 0; i < e->word_count; i++)
			words[i] = get_be16(
				line->request + WRITE_MANY_DATA + 2 * i);
	}
}

/* The selection does not matter for a write. */
static bool same_request(const struct exchange *a, const struct exchange *b)
{
	return a->request.function == b->request.function &&
		a->request.unit_id == b->request.unit_id &&
		a->request.address == b->request.address &&
		a->request.count == b->request.count &&
		a->request.value == b->request.value &&
		(a->request.function != MODBUS_READ ||
			(a->selection.is_made == b->selection.is_made &&
				a->selection.address == b->selection.address &&
				a->selection.value == b->selection.value));
}

static bool covers(const struct exchange *e, uint8_t unit, uint16_t address,
	uint16_t count)
{
	const struct modbus_request *r = &e->request;

	return exchange_is_good_read(e) && r->unit_id == unit &&
		address >= r->address &&
		address + count <= r->address + r->count;
}

bool exchange_touches_pack(const struct exchange *e, const struct map *map)
{
	uint32_t end = (uint32_t)e->request.address + e->request.count;

	for (size_t i = 0; i < map->field_count; i++) {
		const struct map_field *f = &map->fields[i];

		if (f->is_pack && f->unit_id == e->request.unit_id &&
			f->address < end &&
			e->request.address < f->address + f->count)
			return true;
	}
	return false;
}

/* --- the last of each request -------------------------------------------- */

/*
 * The key of a request in the tree: the highest bit selects a child of the
 * root, the next one a child of that. A hostile log can produce only a few
 * requests with the same key, and so no path much longer than its 64 bits.
 */
static uint64_t tree_key(const struct exchange *e)
{
	const struct modbus_request *r = &e->request;
	bool is_read = r->function == MODBUS_READ;
	uint64_t key = (uint64_t)r->address << 48 |
		(uint64_t)(is_read ? e->selection.value : r->value) << 32;

	if (is_read)
		key |= (uint64_t)e->selection.address << 16;
	key |= (uint16_t)(r->unit_id << 8 ^ r->count ^ r->function << 7);
	return key * UINT64_C(0x9e3779b97f4a7c15);
}

/* The link in the tree to the last exchange of the same request; it is 0 if
 * there is none. */
static uint32_t *find_latest(struct poll *poll, const struct exchange *e)
{
	uint32_t *link = &poll->latest;
	uint64_t key = tree_key(e);

	for (; *link; key <<= 1) {
		struct exchange *node = &poll->exchanges[*link - 1];

		if (same_request(node, e))
			break;
		link = &node->child[key >> 63];
	}
	return link;
}

/* Links exchange n in the tree, instead of the one before it. */
static void record_latest(struct poll *poll, size_t n)
{
	struct exchange *e = &poll->exchanges[n];
	uint32_t *link = find_latest(poll, e);
	struct exchange *before = *link ? &poll->exchanges[*link - 1] : NULL;

	e->is_known = e->is_good || (before && before->is_known);
	e->is_settled = e->is_known;
	memset(e->child, 0, sizeof e->child);
	if (before) {
		memcpy(e->child, before->child, sizeof e->child);
		before->is_settled = true;
	}
	*link = (uint32_t)n + 1;
}

/* --- polls --------------------------------------------------------------- */

void poll_free(struct poll *poll)
{
	if (!poll)
		return;
	free(poll->exchanges);
	free(poll->words);
	free(poll);
}

/* A list that has room for more members, of which it has count; NULL if there
 * is no memory, and the list stays. */
static void *reserve(
	void *list, size_t *room, size_t count, size_t more, size_t size)
{
	size_t wanted = 2 * (count + more);
	void *larger;

	if (count + more <= *room)
		return list;
	larger = realloc(list, wanted * size);
	if (larger)
		*room = wanted;
	return larger;
}

int poll_append(
	struct poll *poll, const struct exchange *e, const uint16_t *words)
{
	struct exchange *list = reserve(
		poll->exchanges, &poll->room, poll->count, 1, sizeof *list);
	uint16_t *all;

	if (!list)
		return -ENOMEM;
	poll->exchanges = list;
	all = reserve(poll->words, &poll->word_room, poll->word_count,
		EXCHANGE_WORDS, sizeof *all);
	if (!all)
		return -ENOMEM;
	poll->words = all;
	memcpy(all + poll->word_count, words, e->word_count * sizeof *all);
	list[poll->count] = *e;
	list[poll->count].first_word = (uint32_t)poll->word_count;
	poll->word_count += e->word_count;
	record_latest(poll, poll->count++);
	return 0;
}

void poll_truncate(struct poll *poll, size_t count)
{
	if (count < poll->count)
		poll->word_count = poll->exchanges[count].first_word;
	poll->count = count;
	poll->latest = 0;
	for (size_t i = 0; i < count; i++)
		record_latest(poll, i);
}

void poll_record_selection(const struct poll *poll, struct exchange *e)
{
	const struct exchange *last;

	if (poll->count == 0)
		return;
	last = &poll->exchanges[poll->count - 1];
	e->selection = last->selection;
	if (last->request.function == MODBUS_WRITE_ONE)
		e->selection = (struct selection){
			.is_made = true,
			.is_answered = last->is_good,
			.address = last->request.address,
			.value = last->request.value,
		};
}

bool poll_has_read(struct poll *poll, const struct exchange *e)
{
	uint32_t latest;

	if (e->request.function != MODBUS_READ)
		return false;
	latest = *find_latest(poll, e);
	return latest && poll->exchanges[latest - 1].is_known;
}

const char *poll_error_tag(const struct poll *poll, const struct exchange *e)
{
	return e->is_good || e->exception
		? ""
		: (const char *)(poll->words + e->first_word);
}

void poll_record_packs(struct poll *poll, const struct map *map)
{
	const struct map_packs *packs = &map->packs;

	for (size_t i = 0; i < poll->count; i++) {
		struct exchange *e = &poll->exchanges[i];
		unsigned pack = POLL_NO_PACK;

		if (!exchange_is_good_read(e))
			continue;
		/* The pack shown by the station takes precedence over the
		 * selected one. */
		if (covers(e, 1, packs->shown, 1))
			pack = poll->words[e->first_word + packs->shown -
				e->request.address];
		else if (e->selection.is_answered &&
			e->selection.address == packs->selector)
			pack = e->selection.value;
		e->pack = pack <= packs->max ? (uint8_t)pack : POLL_NO_PACK;
	}
}

int32_t poll_find(const struct poll *poll, int pack, uint8_t unit,
	uint16_t address, uint16_t count)
{
	for (size_t i = poll->count; i-- > 0;) {
		const struct exchange *e = &poll->exchanges[i];

		if (covers(e, unit, address, count) &&
			(pack == POLL_ANY_PACK || pack == e->pack))
			return (int32_t)e->first_word + address -
				e->request.address;
	}
	return -1;
}

bool poll_copy(uint16_t *words, const struct poll *poll, uint8_t unit,
	uint16_t address, uint16_t count)
{
	int32_t first = poll_find(poll, POLL_ANY_PACK, unit, address, count);

	if (first < 0 && count == 1)
		return false;
	if (first >= 0) {
		memcpy(words, poll->words + first, count * sizeof *words);
		return true;
	}
	for (uint16_t i = 0; i < count; i++)
		if (!poll_copy(
			    words + i, poll, unit, (uint16_t)(address + i), 1))
			return false;
	return true;
}

void poll_swap_units(struct poll *poll)
{
	for (size_t i = 0; i < poll->count; i++)
		if (poll->exchanges[i].request.unit_id <= 1)
			poll->exchanges[i].request.unit_id ^= 1;
}
