/* Records of a poll, key by key in the order of bt-records(5). */
#include "poll-record.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "failed.h"
#include "poll-identity.h"
#include "raw-registers.h"
#include "value.h"

/* What is needed to write one record. */
struct record {
	struct writer *writer;
	const struct poll *poll;
	const struct maps *maps;
	const struct map *map; /* NULL: none for this station */
	bool secrets;	       /* are told too */
	const char *name;      /* empty: not known */
	const char *model;     /* empty: not known */
	int pack;
	bool has_values; /* something besides who and when was written */
};

/* --- who and when -------------------------------------------------------- */

static void write_header(struct record *r)
{
	char time[CLOCK_TEXT + 1];

	writer_begin(r->writer, '{');
	if (r->poll->time >= 0) {
		clock_format(time, r->poll->time);
		writer_key(r->writer, "time");
		writer_text(r->writer, time);
	}
	if (r->poll->address[0]) {
		writer_key(r->writer, "address");
		writer_text(r->writer, r->poll->address);
	}
	if (r->name[0]) {
		writer_key(r->writer, "name");
		writer_text(r->writer, r->name);
	}
	if (r->model[0]) {
		writer_key(r->writer, "model");
		writer_text(r->writer, r->model);
	}
	if (r->pack != POLL_NO_PACK) {
		writer_key(r->writer, "pack");
		writer_integer(r->writer, r->pack);
	}
}

/* --- fields -------------------------------------------------------------- */

/* A condition that was not read does not hold. */
static bool holds(
	const struct record *r, const struct map_field *field, int pack)
{
	const uint16_t *word;

	if (!field->has_condition)
		return true;
	word = poll_registers(
		r->poll, pack, field->unit_id, field->condition.address, 1);
	return word && *word == field->condition.value;
}

/* A field of a pack is in the records of packs; in that of the poll only what
 * was read while it was not known which pack was selected. */
static void decode(struct value *value, const struct record *r,
	const struct map_field *field)
{
	int pack = field->is_pack ? r->pack : POLL_ANY_PACK;
	const uint16_t *registers = NULL;

	if (field->is_pack || r->pack == POLL_NO_PACK)
		registers = poll_registers(r->poll, pack, field->unit_id,
			field->address, field->count);
	value->kind = VALUE_UNKNOWN;
	if (registers && (r->secrets || !field->is_secret) &&
		holds(r, field, pack))
		value_decode(value, field, registers);
}

/*
 * The value of a name: of several places in the map the last that was read
 * and is in its range (the classic tool does the same with ac_output_on).
 * Only the first place answers, so that each name is written once.
 */
static void decode_name(struct value *value, const struct record *r,
	const struct map_field *first)
{
	struct value other;

	value->kind = VALUE_UNKNOWN;
	if (first->is_repeat)
		return;
	decode(value, r, first);
	for (size_t i = first->next_place; i > 0;
		i = r->map->fields[i].next_place) {
		decode(&other, r, &r->map->fields[i]);
		if (other.kind != VALUE_UNKNOWN &&
			(other.kind != VALUE_BAD ||
				value->kind == VALUE_UNKNOWN))
			*value = other;
	}
}

/* The names of the bits that are set, else their numbers. */
static void write_bits(struct writer *writer, const struct value *value)
{
	char name[VALUE_TEXT_MAX + 1];

	writer_begin(writer, '[');
	for (unsigned bit = 0; bit < 16 * value->list_count; bit++) {
		if (!(value->list[bit / 16] >> bit % 16 & 1))
			continue;
		value_name(name, value->field, bit);
		writer_text(writer, name);
	}
	writer_end(writer, ']');
}

static void write_list(struct writer *writer, const struct value *value)
{
	writer_begin(writer, '[');
	for (unsigned i = 0; i < value->list_count; i++)
		writer_decimal(writer, value->list[i] + value->field->offset,
			value->decimals);
	writer_end(writer, ']');
}

static void write_value(struct writer *writer, const struct value *value)
{
	char version[32];

	switch (value->kind) {
	case VALUE_UNKNOWN:
	case VALUE_BAD:
		break;
	case VALUE_NUMBER:
		writer_decimal(writer, value->number, value->decimals);
		break;
	case VALUE_LIST:
		write_list(writer, value);
		break;
	case VALUE_BITS:
		write_bits(writer, value);
		break;
	case VALUE_BOOL:
		writer_bool(writer, value->number != 0);
		break;
	case VALUE_TEXT:
		writer_text(writer, value->text);
		break;
	case VALUE_VERSION:
		snprintf(version, sizeof version, "%" PRId64 ".%02" PRId64,
			value->number / 100, value->number % 100);
		writer_text(writer, version);
		break;
	}
}

static void write_fields(struct record *r)
{
	const struct map *map = r->map;

	for (size_t i = 0; i < map->field_count; i++) {
		struct value value;

		decode_name(&value, r, &map->fields[i]);
		if (value.kind == VALUE_UNKNOWN || value.kind == VALUE_BAD)
			continue;
		writer_key(r->writer, map->fields[i].name);
		write_value(r->writer, &value);
		r->has_values = true;
	}
}

static void write_out_of_range(struct record *r)
{
	const struct map *map = r->map;
	bool begun = false;

	for (size_t i = 0; i < map->field_count; i++) {
		struct value value;

		decode_name(&value, r, &map->fields[i]);
		if (value.kind != VALUE_BAD)
			continue;
		if (!begun) {
			writer_key(r->writer, "out_of_range");
			writer_begin(r->writer, '[');
			begun = r->has_values = true;
		}
		writer_text(r->writer, map->fields[i].name);
	}
	if (begun)
		writer_end(r->writer, ']');
}

/* --- records ------------------------------------------------------------- */

/* Writes one record. Without a value or a failure it is taken back. */
static void write_record(struct record *r, int pack, bool even_empty)
{
	size_t before = r->writer->length;

	r->pack = pack;
	r->has_values = even_empty;
	write_header(r);
	if (r->map) {
		write_fields(r);
		write_out_of_range(r);
	}
	r->has_values |= failed_write(r->writer, r->poll, r->map, pack);
	/* What a generic map does not know must not be lost. */
	if (!r->map || r->map->is_generic)
		r->has_values |= registers_write(
			r->writer, r->poll, r->maps, r->map, r->secrets);
	writer_end(r->writer, '}');
	writer_newline(r->writer);
	if (!r->has_values)
		r->writer->length = before;
}

/* Good reads of no pack that is known. */
static int count_plain_reads(const struct poll *poll)
{
	int count = 0;

	for (size_t i = 0; i < poll->count; i++)
		count += poll->exchanges[i]->pack == POLL_NO_PACK &&
			poll->exchanges[i]->request.function == MODBUS_READ &&
			exchange_is_good(poll->exchanges[i]);
	return count;
}

/* The record of the poll comes first, then those of its packs. If all reads
 * were of packs there is none of the poll. */
static void write_records(struct record *r)
{
	int max = r->map ? r->map->packs.max : 0;

	write_record(r, POLL_NO_PACK, count_plain_reads(r->poll) > 0);
	for (int pack = 1; pack <= max; pack++)
		write_record(r, pack, 0);
}

/* The list of failures would tell what was to be written. */
static void unlist_secrets(const struct record *r)
{
	for (size_t i = 0; i < r->poll->count; i++) {
		struct exchange *e = r->poll->exchanges[i];

		if (e->request.function == MODBUS_WRITE_ONE &&
			registers_secret(r->maps, r->map, e->request.unit,
				e->request.address))
			e->is_settled = true;
	}
}

void record_write(struct writer *writer, struct poll *poll,
	const struct maps *maps, const struct map *map, bool secrets)
{
	char name[WHO_NAME];
	struct who who;
	struct record r = { .writer = writer,
		.poll = poll,
		.map = map,
		.maps = maps,
		.secrets = secrets };

	who_read(&who, poll);
	r.name = poll->name[0] ? poll->name : who_name(name, &who);
	if (!r.map)
		r.map = who_map(&who, r.name, maps);
	r.model = r.map && !r.map->is_generic ? r.map->model : who.type;
	if (r.map)
		poll_note_packs(poll, r.map);
	if (!secrets)
		unlist_secrets(&r);
	write_records(&r);
}
