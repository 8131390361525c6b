/* Records of a poll, key by key in the order of bt-records(5). */
#include "poll-record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "failed.h"
#include "layout.h"
#include "poll-identity.h"
#include "raw-registers.h"
#include "value.h"

struct recorder {
	struct recorder_options options;
	struct layouts *layouts;
	struct raw_registers *raw;
	struct value *values; /* of the record, slot by slot */
	size_t value_room;
	/* The station of the poll before, mostly the same, and its map. */
	char name[FRAME_LINE_STRING_MAX + 1];
	struct identity identity;
	const struct map *map;
};

/* The state for the records of one poll. */
struct record {
	struct recorder *recorder;
	struct json *json;
	const struct poll *poll;
	const struct map *map; /* NULL: none for this station */
	const char *name;      /* empty: not known */
	const char *model;     /* empty: not known */
	const struct layout *layout;
	struct failed_list failed;
	bool has_values; /* the record has more than identity and time */
};

/* --- identity and time --------------------------------------------------- */

static void write_text(struct json *json, const char *key, const char *text)
{
	if (!text[0])
		return;
	json_key(json, key);
	json_text(json, text);
}

static void write_header(const struct record *r, int pack)
{
	char time[CLOCK_TEXT + 1] = "";

	json_begin(r->json, '{');
	if (r->poll->time >= 0)
		clock_format(time, r->poll->time);
	write_text(r->json, "time", time);
	write_text(r->json, "address", r->poll->address);
	write_text(r->json, "name", r->name);
	write_text(r->json, "model", r->model);
	if (pack != POLL_NO_PACK) {
		json_key(r->json, "pack");
		json_number(r->json, pack);
	}
}

/* --- values -------------------------------------------------------------- */

static void decode_slot(
	struct value *value, const struct slot *slot, const uint16_t *words)
{
	const struct map_field *field = slot->field;

	value->kind = VALUE_ABSENT;
	if (field->has_condition &&
		words[slot->condition] != field->condition.value)
		return;
	if (slot->high == slot->low + 1) {
		value_decode(value, field, words + slot->low);
	} else {
		uint16_t halves[] = { words[slot->low], words[slot->high] };

		value_decode(value, field, halves);
		value->registers = NULL; /* not needed of a number */
	}
}

static bool is_known(const struct value *value)
{
	return value->kind != VALUE_ABSENT && value->kind != VALUE_OUT_OF_RANGE;
}

/*
 * The value of a name: of several places in the map the last that was read
 * and is in its range (the classic tool does the same with ac_output_on). It
 * stands where the first place has its slot.
 */
static void decode_slots(struct value *values, const struct slot *slots,
	size_t count, const uint16_t *words)
{
	struct value *first = values;

	for (size_t i = 0; i < count; i++) {
		struct value *value = &values[i];

		decode_slot(value, &slots[i], words);
		if (!slots[i].is_repeat) {
			first = value;
			continue;
		}
		if (is_known(value) || first->kind == VALUE_ABSENT)
			*first = *value;
		value->kind = VALUE_ABSENT;
	}
}

static void write_values(
	struct record *r, const struct value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_known(&values[i]))
			continue;
		json_key(r->json, values[i].field->name);
		value_write(r->json, &values[i]);
		r->has_values = true;
	}
}

static void write_out_of_range(
	struct record *r, const struct value *values, size_t count)
{
	bool is_begun = false;

	for (size_t i = 0; i < count; i++) {
		if (values[i].kind != VALUE_OUT_OF_RANGE)
			continue;
		if (!is_begun) {
			json_key(r->json, "out_of_range");
			json_begin(r->json, '[');
			is_begun = r->has_values = true;
		}
		json_text(r->json, values[i].field->name);
	}
	if (is_begun)
		json_end(r->json, ']');
}

static int write_slots(struct record *r, const struct slots *slots)
{
	struct recorder *recorder = r->recorder;

	if (slots->count > recorder->value_room) {
		struct value *more =
			realloc(recorder->values, slots->count * sizeof *more);

		if (!more)
			return -ENOMEM;
		recorder->values = more;
		recorder->value_room = slots->count;
	}
	decode_slots(recorder->values, r->layout->slots + slots->first,
		slots->count, r->poll->words);
	write_values(r, recorder->values, slots->count);
	write_out_of_range(r, recorder->values, slots->count);
	return 0;
}

/* --- records ------------------------------------------------------------- */

static void write_registers(struct record *r, int pack)
{
	const struct recorder_options *options = &r->recorder->options;
	struct registers_choice choice = {
		.maps = options->maps,
		.map = r->map,
		.secrets = options->secrets,
		.pack = pack,
	};

	/* Registers that a generic map lacks must not be lost. */
	if (!r->map || r->map->is_generic || options->registers)
		r->has_values |= registers_write(
			r->json, r->recorder->raw, r->poll, &choice);
}

/* Writes one record; removes it if it has neither a value nor a failure. */
static int write_record(
	struct record *r, const struct slots *slots, bool even_empty)
{
	size_t before = r->json->length;

	r->has_values = even_empty;
	write_header(r, slots->pack);
	if (write_slots(r, slots) < 0)
		return -ENOMEM;
	r->has_values |=
		failed_write(r->json, &r->failed, (unsigned)slots->pack);
	write_registers(r, slots->pack);
	json_end(r->json, '}');
	json_newline(r->json);
	if (!r->has_values)
		r->json->length = before;
	return 0;
}

/* Whether there is a good read of no pack that is known. */
static bool has_plain_read(const struct poll *poll)
{
	for (size_t i = 0; i < poll->count; i++)
		if (poll->exchanges[i].pack == POLL_NO_PACK &&
			exchange_is_good_read(&poll->exchanges[i]))
			return true;
	return false;
}

/* Writes the record of the poll first, then those of its packs. If all reads
 * are of packs, the poll has no record. */
static int write_records(struct record *r)
{
	const struct slots *slots = r->layout->records;
	const struct slots *end = slots + r->layout->record_count;
	int max = r->map ? r->map->packs.max : 0;
	int error = write_record(r, slots++, has_plain_read(r->poll));

	for (int pack = 1; error == 0 && pack <= max; pack++) {
		struct slots none = { .pack = pack };

		if (slots < end && slots->pack == pack)
			error = write_record(r, slots++, false);
		else if (r->failed.count > 0)
			error = write_record(r, &none, false);
	}
	return error;
}

/* The list of failures would reveal the value to be written. */
static void unlist_secrets(const struct record *r, struct poll *poll)
{
	for (size_t i = 0; i < poll->count; i++) {
		struct exchange *e = &poll->exchanges[i];

		if (e->request.function == MODBUS_WRITE_ONE &&
			registers_secret(r->recorder->options.maps, r->map,
				e->request.unit_id, e->request.address))
			e->is_settled = true;
	}
}

static int prepare(struct record *r, struct poll *poll)
{
	if (r->map)
		poll_record_packs(poll, r->map);
	r->layout = layouts_find(r->recorder->layouts, poll, r->map);
	if (!r->layout)
		return -ENOMEM;
	if (!failed_exist(poll))
		return 0;
	if (!r->recorder->options.secrets)
		unlist_secrets(r, poll);
	return failed_collect(&r->failed, poll, r->map);
}

static const struct map *find_map(
	struct recorder *recorder, const struct poll *poll, const char *name)
{
	const struct recorder_options *options = &recorder->options;

	if (options->map)
		return options->map;
	if (poll->is_identity_new || strcmp(recorder->name, name) != 0 ||
		!identity_is_same(&recorder->identity, &poll->identity)) {
		snprintf(recorder->name, sizeof recorder->name, "%s", name);
		recorder->identity = poll->identity;
		recorder->map = poll_map(poll, name, options->maps);
	}
	return recorder->map;
}

int recorder_write(
	struct recorder *recorder, struct json *json, struct poll *poll)
{
	char name[IDENTITY_NAME];
	const struct identity *identity = &poll->identity;
	struct record r = {
		.recorder = recorder,
		.json = json,
		.poll = poll,
	};
	int error;

	r.name =
		poll->name[0] ? poll->name : poll_identity_name(name, identity);
	r.map = find_map(recorder, poll, r.name);
	if (identity_unit(identity, r.map, 1) == 0)
		poll_swap_units(poll);
	r.model = r.map && !r.map->is_generic ? r.map->model : identity->type;
	error = prepare(&r, poll);
	if (error == 0)
		error = write_records(&r);
	free(r.failed.list);
	if (error == 0)
		error = maps_error(recorder->options.maps);
	return json->failed ? -ENOMEM : error;
}

const struct map *recorder_map(const struct recorder *recorder)
{
	return recorder->options.map ? recorder->options.map : recorder->map;
}

struct recorder *recorder_new(const struct recorder_options *options)
{
	struct recorder *recorder = calloc(1, sizeof *recorder);

	if (!recorder)
		return NULL;
	recorder->options = *options;
	recorder->layouts = layouts_new(options->secrets);
	recorder->raw = registers_new();
	if (!recorder->layouts || !recorder->raw) {
		recorder_free(recorder);
		return NULL;
	}
	return recorder;
}

void recorder_free(struct recorder *recorder)
{
	if (!recorder)
		return;
	layouts_free(recorder->layouts);
	free(recorder->raw);
	free(recorder->values);
	free(recorder);
}
