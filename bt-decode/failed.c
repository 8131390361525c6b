/* The list of exchanges that failed in a poll, without a later success. */
#include "failed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGISTERS 65536

/* The tag of an answer with shifted registers. */
#define MOVED "moved"

/* --- reads of which parts come later ------------------------------------- */

/* True for a read that the station did not take as a whole: it said so, or its
 * answer was disproved. */
static bool is_torn(const struct poll *poll, const struct exchange *e)
{
	return !e->is_settled && e->request.function == MODBUS_READ &&
		e->request.count > 1 &&
		(e->exception == MODBUS_ILLEGAL_ADDRESS ||
			strcmp(poll_error_tag(poll, e), MOVED) == 0);
}

static bool has_torn(const struct poll *poll)
{
	for (size_t i = 0; i < poll->count; i++)
		if (is_torn(poll, &poll->exchanges[i]))
			return true;
	return false;
}

static int compare_keys(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

/* Groups the reads of a unit under one selection, the latest first. */
static size_t order_reads(uint64_t *keys, const struct poll *poll)
{
	size_t count = 0;

	for (size_t i = poll->count; i-- > 0;) {
		const struct exchange *e = &poll->exchanges[i];

		if (e->request.function == MODBUS_READ)
			keys[count++] = (uint64_t)e->request.unit_id << 48 |
				(uint64_t)e->selection.value << 32 |
				(uint32_t)(poll->count - i);
	}
	qsort(keys, count, sizeof *keys, compare_keys);
	return count;
}

/* shortest: for each register, the count of the shortest read that starts
 * there; 0: none. */
static bool has_part(
	const uint8_t *shortest, const struct modbus_request *whole)
{
	for (unsigned i = 0; i < whole->count; i++) {
		unsigned count = shortest[whole->address + i];

		if (count > 0 && i + count <= whole->count)
			return true;
	}
	return false;
}

static void settle_group(struct poll *poll, uint8_t *shortest,
	const uint64_t *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct exchange *e =
			&poll->exchanges[poll->count - (uint32_t)keys[i]];
		uint8_t *shortest_count = &shortest[e->request.address];

		if (is_torn(poll, e) && has_part(shortest, &e->request))
			e->is_settled = true;
		if (*shortest_count == 0 || e->request.count < *shortest_count)
			*shortest_count = (uint8_t)e->request.count;
	}
	for (size_t i = 0; i < count; i++)
		shortest[poll->exchanges[poll->count - (uint32_t)keys[i]]
				 .request.address] = 0;
}

/* Torn reads of which parts come later are settled: these speak for
 * themselves. 0 or -ENOMEM. */
static int settle_torn(struct poll *poll)
{
	uint64_t *keys = malloc(poll->count * sizeof *keys);
	uint8_t *shortest = calloc(REGISTERS, 1);
	size_t count, length;

	count = keys && shortest ? order_reads(keys, poll) : 0;
	for (size_t i = 0; i < count; i += length) {
		length = 1;
		while (i + length < count &&
			keys[i + length] >> 32 == keys[i] >> 32)
			length++;
		settle_group(poll, shortest, keys + i, length);
	}
	free(keys);
	free(shortest);
	return keys && shortest ? 0 : -ENOMEM;
}

/* --- collecting ---------------------------------------------------------- */

/* The pack that a failed exchange was about. */
static unsigned failed_pack(const struct map *map, const struct exchange *e)
{
	uint16_t selector = map ? map->packs.selector : 0;

	if (!selector)
		return POLL_NO_PACK;
	if (e->request.function == MODBUS_WRITE_ONE &&
		e->request.address == selector)
		return e->request.value;
	if (e->selection.is_made && e->selection.address == selector &&
		exchange_touches_pack(e, map))
		return e->selection.value;
	return POLL_NO_PACK;
}

/* By unit and register, then by all other printed properties. */
static int compare(const void *left, const void *right)
{
	const struct failed *f = left, *g = right;
	const struct exchange *a = f->exchange, *b = g->exchange;
	const struct modbus_request *x = &a->request, *y = &b->request;

	if (f->pack != g->pack)
		return f->pack < g->pack ? -1 : 1;
	if (x->unit_id != y->unit_id)
		return x->unit_id < y->unit_id ? -1 : 1;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if (a->exception != b->exception)
		return a->exception < b->exception ? -1 : 1;
	return strcmp(f->tag, g->tag);
}

bool failed_exist(const struct poll *poll)
{
	for (size_t i = 0; i < poll->count; i++)
		if (!poll->exchanges[i].is_settled)
			return true;
	return false;
}

int failed_collect(
	struct failed_list *failed, struct poll *poll, const struct map *map)
{
	failed->count = 0;
	if (has_torn(poll) && settle_torn(poll) < 0)
		return -ENOMEM;
	failed->list = malloc(poll->count * sizeof *failed->list);
	if (!failed->list)
		return -ENOMEM;
	for (size_t i = 0; i < poll->count; i++) {
		const struct exchange *e = &poll->exchanges[i];

		if (!e->is_settled)
			failed->list[failed->count++] = (struct failed){
				.pack = failed_pack(map, e),
				.exchange = e,
				.tag = poll_error_tag(poll, e),
			};
	}
	qsort(failed->list, failed->count, sizeof *failed->list, compare);
	return 0;
}

/* --- writing ------------------------------------------------------------- */

/* "70+21 timeout", "41:6000+62 exception 2", "3006=2 lost"; count is that of
 * the registers. */
static void write_failure(
	struct json *json, const struct failed *failed, unsigned count)
{
	const struct exchange *e = failed->exchange;
	const struct modbus_request *request = &e->request;
	bool is_write = request->function == MODBUS_WRITE_ONE;
	char unit[8] = "";
	char exception[16];
	char text[80];

	if (request->unit_id != 1)
		snprintf(unit, sizeof unit, "%u:", request->unit_id);
	snprintf(exception, sizeof exception, "exception %u", e->exception);
	snprintf(text, sizeof text, "%s%u%c%u %s", unit, request->address,
		is_write ? '=' : '+', is_write ? request->value : count,
		e->exception ? exception : failed->tag);
	json_text(json, text);
}

/* A read of one register, followed by a read of the next one. */
static bool is_next(const struct failed *f, const struct failed *next)
{
	const struct modbus_request *a = &f->exchange->request;
	const struct modbus_request *b = &next->exchange->request;

	return f->pack == next->pack && a->function == MODBUS_READ &&
		b->function == MODBUS_READ && a->unit_id == b->unit_id &&
		a->count == 1 && b->count == 1 &&
		a->address + 1 == b->address &&
		f->exchange->exception == next->exchange->exception &&
		strcmp(f->tag, next->tag) == 0;
}

/* A program that tries all registers gets many refusals: print a run as one. */
static void write_list(
	struct json *json, const struct failed *list, size_t count)
{
	size_t run;

	json_key(json, "failed");
	json_begin(json, '[');
	for (size_t i = 0; i < count; i += run) {
		run = 1;
		while (i + run < count &&
			is_next(&list[i + run - 1], &list[i + run]))
			run++;
		write_failure(json, &list[i],
			list[i].exchange->request.count + (unsigned)run - 1);
	}
	json_end(json, ']');
}

bool failed_write(
	struct json *json, const struct failed_list *failed, unsigned pack)
{
	size_t first = 0, count = 0;

	while (first < failed->count && failed->list[first].pack < pack)
		first++;
	while (first + count < failed->count &&
		failed->list[first + count].pack == pack)
		count++;
	if (count > 0)
		write_list(json, failed->list + first, count);
	return count > 0;
}
