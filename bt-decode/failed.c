/* The list of what failed in a poll and was not made good in it. */
#include "failed.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The word of an answer whose words were not where they were asked for. */
#define MOVED "moved"

/* True if the request concerns the selected pack. */
static bool touches_pack(
	const struct map *map, const struct modbus_request *request)
{
	uint32_t end = (uint32_t)request->address + request->count;

	for (size_t i = 0; i < map->field_count; i++) {
		const struct map_field *f = &map->fields[i];

		if (f->is_pack && f->unit_id == request->unit &&
			f->address < end &&
			request->address < f->address + f->count)
			return 1;
	}
	return 0;
}

/* The pack that a failed exchange was about. */
static int failed_pack(const struct map *map, const struct exchange *e)
{
	uint16_t selector = map ? map->packs.selector : 0;

	if (!selector)
		return POLL_NO_PACK;
	if (e->request.function == MODBUS_WRITE_ONE &&
		e->request.address == selector)
		return e->request.value;
	if (e->selection.count && e->selection.address == selector &&
		touches_pack(map, &e->request))
		return e->selection.value;
	return POLL_NO_PACK;
}

/* "70+21 timeout", "41:6000+62 exception 2", "3006=2 lost"; count is that of
 * the registers. */
static void write_failure(
	struct writer *writer, const struct exchange *e, unsigned count)
{
	const struct modbus_request *request = &e->request;
	int is_write = request->function == MODBUS_WRITE_ONE;
	char unit[8] = "";
	char reason[FRAME_LINE_WORD_MAX + 1];
	char text[80];

	if (request->unit != 1)
		snprintf(unit, sizeof unit, "%u:", request->unit);
	if (e->exception)
		snprintf(reason, sizeof reason, "exception %u", e->exception);
	else
		memcpy(reason, e->word, sizeof reason);
	snprintf(text, sizeof text, "%s%u%c%u %s", unit, request->address,
		is_write ? '=' : '+', is_write ? request->value : count,
		reason);
	writer_text(writer, text);
}

/* True if this read is of some of the other's registers. */
static bool is_part(const struct exchange *e, const struct exchange *whole)
{
	const struct modbus_request *part = &e->request;
	const struct modbus_request *all = &whole->request;

	return part->function == MODBUS_READ && part->unit == all->unit &&
		e->selection.value == whole->selection.value &&
		part->address >= all->address &&
		part->address + part->count <= all->address + all->count;
}

/* True for a read that the station did not take as a whole (it said so, or its
 * answer was disproved), if parts of it come later: they speak for
 * themselves. */
static bool has_parts(const struct poll *poll, size_t n)
{
	const struct exchange *whole = poll->exchanges[n];

	if (whole->request.function != MODBUS_READ ||
		whole->request.count == 1 ||
		(whole->exception != MODBUS_ILLEGAL_ADDRESS &&
			strcmp(whole->word, MOVED) != 0))
		return false;
	while (++n < poll->count)
		if (is_part(poll->exchanges[n], whole))
			return true;
	return false;
}

static bool is_listed(const struct exchange *e, const struct map *map, int pack)
{
	return !e->is_settled && failed_pack(map, e) == pack;
}

/* A read of one register, and then the same of the next one. */
static bool is_next(const struct exchange *e, const struct exchange *next)
{
	const struct modbus_request *a = &e->request, *b = &next->request;

	return a->function == MODBUS_READ && b->function == MODBUS_READ &&
		a->unit == b->unit && a->count == 1 && b->count == 1 &&
		a->address + 1 == b->address &&
		e->exception == next->exception &&
		strcmp(e->word, next->word) == 0;
}

/* By unit and register, then by all that is told of them. */
static int compare(const void *left, const void *right)
{
	const struct exchange *a = *(struct exchange *const *)left;
	const struct exchange *b = *(struct exchange *const *)right;
	const struct modbus_request *x = &a->request, *y = &b->request;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if (a->exception != b->exception)
		return a->exception < b->exception ? -1 : 1;
	return strcmp(a->word, b->word);
}

/* What is listed of the poll, in list. Returns how many. */
static size_t collect(struct exchange **list, const struct poll *poll,
	const struct map *map, int pack)
{
	size_t count = 0;

	for (size_t i = 0; i < poll->count; i++)
		if (is_listed(poll->exchanges[i], map, pack) &&
			!has_parts(poll, i))
			list[count++] = poll->exchanges[i];
	return count;
}

/* Who tries every register is refused most: a run is one. */
static void write_list(
	struct writer *writer, struct exchange *const *list, size_t count)
{
	writer_key(writer, "failed");
	writer_begin(writer, '[');
	for (size_t i = 0; i < count;) {
		size_t run = 1;

		while (i + run < count &&
			is_next(list[i + run - 1], list[i + run]))
			run++;
		write_failure(writer, list[i],
			list[i]->request.count + (unsigned)run - 1);
		i += run;
	}
	writer_end(writer, ']');
}

bool failed_write(struct writer *writer, const struct poll *poll,
	const struct map *map, int pack)
{
	struct exchange **list = calloc(poll->count + 1, sizeof(*list));
	size_t count;

	if (!list) {
		writer->failed = true;
		return false;
	}
	count = collect(list, poll, map, pack);
	qsort(list, count, sizeof(*list), compare);
	if (count > 0)
		write_list(writer, list, count);
	free(list);
	return count > 0;
}
