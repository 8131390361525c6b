/* Compares the registers of a read with those of the read before. */
#include "changes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/message.h"
#include "cells.h"
#include "poll-identity.h"
#include "raw-registers.h"
#include "register-pages.h"
#include "value.h"

#define STATIONS 256

struct changes {
	struct changes_options options;
	struct register_pages *pages;
	char *stations[STATIONS]; /* address and name */
	uint16_t station_count;
	bool is_full; /* it was said that there are too many */
	struct json value;
};

/* The state for the lines of one poll. */
struct scan {
	struct changes *changes;
	struct text *text;
	const struct poll *poll;
	const struct map *map; /* NULL: none */
	struct register_address at;
	int64_t time;
};

/* The values of the registers that are compared. */
struct change {
	bool is_known;
	uint16_t old, new;
};

static void report_full(struct changes *changes)
{
	if (!changes->is_full)
		message("too many registers or stations: the rest is not "
			"compared");
	changes->is_full = true;
}

/* The number of the poll's station; STATIONS if there are too many. Another
 * name at the same address is another station. */
static int find_station(uint16_t *number, struct changes *changes,
	const struct poll *poll, const char *name)
{
	char key[2 * FRAME_LINE_STRING_MAX + 2];
	uint16_t i = 0;

	snprintf(key, sizeof key, "%s %s", poll->address, name);
	while (i < changes->station_count &&
		strcmp(changes->stations[i], key) != 0)
		i++;
	*number = i;
	if (i < changes->station_count || i == STATIONS)
		return 0;
	changes->stations[i] = strdup(key);
	if (!changes->stations[i])
		return -ENOMEM;
	changes->station_count++;
	return 0;
}

/* --- fields -------------------------------------------------------------- */

static bool covers(const struct scan *scan, const struct map_field *field)
{
	return field->unit_id == scan->at.unit_id &&
		scan->at.address >= field->address &&
		scan->at.address < field->address + field->count;
}

/* The last value of another register of the same unit and pack. */
static bool get(uint16_t *word, const struct scan *scan, uint16_t address)
{
	struct register_address at = scan->at;
	const struct register_state *state;

	at.address = address;
	state = register_pages_find(scan->changes->pages, &at);
	if (state)
		*word = state->value;
	return state;
}

/* The field's value if the register has this word. */
static bool decode(struct value *value, uint16_t words[MODBUS_READ_MAX],
	const struct scan *scan, const struct map_field *field, uint16_t word)
{
	uint16_t condition;

	if (field->count > MODBUS_READ_MAX ||
		(field->has_condition &&
			(!get(&condition, scan, field->condition.address) ||
				condition != field->condition.value)))
		return false;
	for (uint16_t i = 0; i < field->count; i++)
		if (!get(&words[i], scan, (uint16_t)(field->address + i)) &&
			field->address + i != scan->at.address)
			return false;
	words[scan->at.address - field->address] = word;
	value_decode(value, field, words);
	return true;
}

/* Whether the change alters the field's value: one half of a register may
 * change alone. */
static bool differs(const struct scan *scan, const struct map_field *field,
	const struct change *change)
{
	struct value old, new;
	uint16_t old_words[MODBUS_READ_MAX], new_words[MODBUS_READ_MAX];

	if (!change->is_known ||
		!decode(&old, old_words, scan, field, change->old) ||
		!decode(&new, new_words, scan, field, change->new))
		return true;
	return field->type != MAP_UINT8_HI && field->type != MAP_UINT8_LO
		? true
		: old.number != new.number;
}

/* The field that the change is about; NULL: no map knows. */
static const struct map_field *find_field(
	const struct scan *scan, const struct change *change)
{
	const struct map_field *first = NULL;
	struct value value;
	uint16_t words[MODBUS_READ_MAX];

	for (size_t i = 0; scan->map && i < scan->map->field_count; i++) {
		const struct map_field *field = &scan->map->fields[i];

		if (!covers(scan, field))
			continue;
		first = first ? first : field;
		if (decode(&value, words, scan, field, change->new) &&
			differs(scan, field, change))
			return field;
	}
	return first;
}

static void print_value(
	struct scan *scan, const struct map_field *field, uint16_t word)
{
	struct json *json = &scan->changes->value;
	uint16_t words[MODBUS_READ_MAX];
	struct value value;

	if (!decode(&value, words, scan, field, word) ||
		value.kind == VALUE_ABSENT) {
		text_add(scan->text, "-", 1);
		return;
	}
	if (value.kind == VALUE_OUT_OF_RANGE) {
		text_print(scan->text, "out of range");
		return;
	}
	json_clear(json);
	value_write(json, &value);
	scan->text->failed |= json->failed;
	cell_print(scan->text, json->text, json->length);
	if (field->unit)
		text_print(scan->text, " %s", field->unit);
}

/* --- lines --------------------------------------------------------------- */

static void print_station(struct scan *scan)
{
	char text[FRAME_LINE_ESCAPED];
	const struct poll *poll = scan->poll;

	frame_line_escape(text, poll->address[0] ? poll->address : poll->name);
	text_print(scan->text, "\t%s\t", text);
}

/* what: the old value, or the operation. */
static void print_line(struct scan *scan, const char *what,
	const char *what_hex, const struct change *change)
{
	const struct register_address *at = &scan->at;
	const struct map_field *field;
	char time[CLOCK_TEXT + 1] = "-";

	if (!scan->changes->options.secrets &&
		registers_secret(scan->changes->options.maps, scan->map,
			at->unit_id, at->address))
		return;
	if (scan->time >= 0)
		clock_format(time, scan->time);
	text_print(scan->text, "%s", time);
	print_station(scan);
	if (at->unit_id != 1)
		text_print(scan->text, "%u:", at->unit_id);
	text_print(scan->text, "%u", at->address);
	if (at->pack > 0)
		text_print(scan->text, "/%u", at->pack);
	text_print(scan->text, "\t%s\t%u\t%s\t0x%04x\t", what, change->new,
		what_hex, change->new);
	field = find_field(scan, change);
	text_print(scan->text, "%s\t", field ? field->name : "-");
	if (field)
		print_value(scan, field, change->new);
	else
		text_add(scan->text, "-", 1);
	text_add(scan->text, "\n", 1);
}

static void print_change(struct scan *scan, const struct change *change)
{
	char old[8], hex[8];

	snprintf(old, sizeof old, "%u", change->old);
	snprintf(hex, sizeof hex, "0x%04x", change->old);
	print_line(scan, old, hex, change);
}

/* --- exchanges ----------------------------------------------------------- */

/* Whether the register shows or selects the current battery pack. */
static bool is_selector(const struct scan *scan)
{
	const struct map_packs *packs = &scan->map->packs;

	return packs->max > 0 &&
		(scan->at.address == packs->selector ||
			scan->at.address == packs->shown);
}

static bool is_of_pack(const struct scan *scan)
{
	for (size_t i = 0; i < scan->map->field_count; i++)
		if (scan->map->fields[i].is_pack &&
			covers(scan, &scan->map->fields[i]))
			return true;
	return false;
}

/* Goes to the register of the exchange; false if it is not to be looked at. */
static bool go_to(struct scan *scan, const struct exchange *e, unsigned i)
{
	scan->at.unit_id = e->request.unit_id;
	scan->at.address = (uint16_t)(e->request.address + i);
	scan->at.pack = POLL_NO_PACK;
	if (!scan->map)
		return true;
	if (e->pack != POLL_NO_PACK && is_of_pack(scan))
		scan->at.pack = e->pack;
	return !is_selector(scan);
}

/* Records the value. True if it has changed after the old one was steady. */
static bool compare(struct change *change, struct scan *scan, uint16_t word)
{
	struct register_state *state =
		register_pages_add(scan->changes->pages, &scan->at);
	bool is_steady;

	if (!state) {
		report_full(scan->changes);
		return false;
	}
	change->is_known = state->reads > 0;
	change->old = state->value;
	change->new = word;
	is_steady = state->reads >= scan->changes->options.steady;
	if (change->is_known && state->value == word) {
		state->reads += state->reads < UINT8_MAX;
		return false;
	}
	state->value = word;
	state->reads = 1;
	return change->is_known && is_steady;
}

/* All registers are recorded first: a field may have several. */
static void scan_read(struct scan *scan, const struct exchange *e)
{
	struct change changes[MODBUS_READ_MAX];
	bool is_changed[MODBUS_READ_MAX] = { false };
	const uint16_t *words = scan->poll->words + e->first_word;

	for (unsigned i = 0; i < e->request.count; i++)
		is_changed[i] = go_to(scan, e, i) &&
			compare(&changes[i], scan, words[i]);
	for (unsigned i = 0; i < e->request.count; i++)
		if (is_changed[i] && go_to(scan, e, i))
			print_change(scan, &changes[i]);
}

static void scan_write(struct scan *scan, const struct exchange *e)
{
	const char *what = e->is_good ? "write"
		: e->exception	      ? "refused"
				      : "unanswered";
	const uint16_t *words = scan->poll->words + e->first_word;
	bool is_one = e->request.function == MODBUS_WRITE_ONE;

	for (unsigned i = 0; i < e->request.count; i++) {
		struct change change = { .is_known = false };

		if (!is_one && !e->is_good && !e->exception)
			return; /* the words are not kept */
		change.new = is_one ? e->request.value : words[i];
		if (go_to(scan, e, i))
			print_line(scan, what, "-", &change);
	}
}

int changes_write(struct changes *changes, struct text *text, struct poll *poll)
{
	char name[IDENTITY_NAME];
	const char *known = poll->name[0]
		? poll->name
		: poll_identity_name(name, &poll->identity);
	struct scan scan = {
		.changes = changes,
		.text = text,
		.poll = poll,
		.map = changes->options.map,
	};

	if (!scan.map)
		scan.map = poll_map(poll, known, changes->options.maps);
	if (maps_error(changes->options.maps) < 0)
		return maps_error(changes->options.maps);
	if (identity_unit(&poll->identity, scan.map, 1) == 0)
		poll_swap_units(poll);
	if (scan.map)
		poll_record_packs(poll, scan.map);
	if (find_station(&scan.at.station, changes, poll, poll->name) < 0)
		return -ENOMEM;
	if (scan.at.station == STATIONS) {
		report_full(changes);
		return 0;
	}
	for (size_t i = 0; i < poll->count; i++) {
		const struct exchange *e = &poll->exchanges[i];

		scan.time = e->time;
		if (exchange_is_good_read(e))
			scan_read(&scan, e);
		else if (e->request.function != MODBUS_READ)
			scan_write(&scan, e);
	}
	return text->failed ? -ENOMEM : 0;
}

/* --- life ---------------------------------------------------------------- */

struct changes *changes_new(const struct changes_options *options)
{
	struct changes *changes = calloc(1, sizeof *changes);

	if (!changes)
		return NULL;
	changes->options = *options;
	changes->pages = register_pages_new();
	if (changes->pages)
		return changes;
	free(changes);
	return NULL;
}

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	register_pages_free(changes->pages);
	for (uint16_t i = 0; i < changes->station_count; i++)
		free(changes->stations[i]);
	json_release(&changes->value);
	free(changes);
}
