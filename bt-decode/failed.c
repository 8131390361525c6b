/* The list of what failed in a poll and was not made good in it. */
#include "failed.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool same_request(const struct exchange *a, const struct exchange *b)
{
	return a->request.unit == b->request.unit &&
		a->request.function == b->request.function &&
		a->request.address == b->request.address &&
		a->request.count == b->request.count &&
		a->request.value == b->request.value &&
		a->selection.value == b->selection.value;
}

/* Made good before or after, or tried once more. */
static bool is_settled(const struct poll *poll, size_t n)
{
	const struct exchange *failed = poll->exchanges[n];

	for (size_t i = 0; i < poll->count; i++)
		if (i != n && same_request(poll->exchanges[i], failed) &&
			(i > n || exchange_is_good(poll->exchanges[i])))
			return 1;
	return 0;
}

/* True if the request concerns the selected pack. */
static bool touches_pack(
	const struct map *map, const struct modbus_request *request)
{
	uint32_t end = (uint32_t)request->address + request->count;

	for (size_t i = 0; i < map->field_count; i++) {
		const struct map_field *f = &map->fields[i];

		if (f->is_pack && f->unit == request->unit &&
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

/* "70+21 timeout", "41:6000+62 exception 2", "3006=2 lost" */
static void write_failure(struct writer *writer, const struct exchange *e)
{
	const struct modbus_request *request = &e->request;
	int is_write = request->function == MODBUS_WRITE_ONE;
	char unit[8] = "";
	char reason[FRAMELINE_WORD_MAX + 1];
	char text[80];

	if (request->unit != 1)
		snprintf(unit, sizeof unit, "%u:", request->unit);
	if (e->exception)
		snprintf(reason, sizeof reason, "exception %u", e->exception);
	else
		memcpy(reason, e->word, sizeof reason);
	snprintf(text, sizeof text, "%s%u%c%u %s", unit, request->address,
		is_write ? '=' : '+',
		is_write ? request->value : request->count, reason);
	writer_text(writer, text);
}

bool failed_write(struct writer *writer, const struct poll *poll,
	const struct map *map, int pack)
{
	bool begun = false;

	for (size_t i = 0; i < poll->count; i++) {
		const struct exchange *e = poll->exchanges[i];

		if (exchange_is_good(e) || failed_pack(map, e) != pack ||
			is_settled(poll, i))
			continue;
		if (!begun) {
			writer_key(writer, "failed");
			writer_begin(writer, '[');
			begun = true;
		}
		write_failure(writer, e);
	}
	if (begun)
		writer_end(writer, ']');
	return begun;
}
