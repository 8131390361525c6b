/* The fields of a map, key by key in the order of bt-decode(1). */
#include "fields.h"

#include <stdio.h>

/* "uint16[16]", as in the map: with brackets if the type can have several
 * lengths, except for the bits of one register. */
static void write_type(struct json *json, const struct map_field *field)
{
	bool has_length = field->is_list || field->type == MAP_STRING ||
		field->type == MAP_STRING_SWAPPED ||
		(field->type == MAP_BITS && field->count > 1);
	char type[32];

	if (field->count > 1 || has_length) {
		json_key(json, "registers");
		json_number(json, field->count);
	}
	if (has_length)
		snprintf(type, sizeof type, "%s[%u]",
			map_type_name(field->type), field->count);
	else
		snprintf(type, sizeof type, "%s", map_type_name(field->type));
	json_key(json, "type");
	json_text(json, type);
}

static void write_units(struct json *json, const struct map_field *field)
{
	if (field->unit) {
		json_key(json, "unit");
		json_text(json, field->unit);
	}
	if (field->unit_id != 1) {
		json_key(json, "modbus_unit");
		json_number(json, field->unit_id);
	}
}

static void write_range(struct json *json, const struct map_field *field,
	const struct map_range *range)
{
	json_begin(json, '[');
	json_decimal(json, range->low, field->decimals);
	json_decimal(json, range->high, field->decimals);
	json_end(json, ']');
}

static void write_ranges(struct json *json, const struct map_field *field)
{
	const struct map_ranges *ranges = &field->ranges;

	if (ranges->count == 1) {
		json_key(json, "range");
		write_range(json, field, &ranges->list[0]);
	} else if (ranges->count > 1) {
		json_key(json, "ranges");
		json_begin(json, '[');
		for (size_t i = 0; i < ranges->count; i++)
			write_range(json, field, &ranges->list[i]);
		json_end(json, ']');
	}
}

static void write_numbers(struct json *json, const struct map_field *field)
{
	if (field->decimals > 0 || field->is_negated) {
		json_key(json, "scale");
		json_decimal(json, field->is_negated ? -1 : 1, field->decimals);
	}
	if (field->offset != 0) {
		json_key(json, "offset");
		json_decimal(json, field->offset, field->decimals);
	}
	write_ranges(json, field);
}

static void write_values(struct json *json, const struct map_field *field)
{
	char value[16];

	if (field->value_count == 0)
		return;
	json_key(json, "values");
	json_begin(json, '{');
	for (size_t i = 0; i < field->value_count; i++) {
		snprintf(value, sizeof value, "%u", field->values[i].value);
		json_key(json, value);
		json_text(json, field->values[i].name);
	}
	json_end(json, '}');
}

/* The class that is due most often, of all reads that bring the field. */
static void write_class(
	struct json *json, const struct map *map, const struct map_field *field)
{
	const struct map_block *best = NULL;

	for (size_t i = 0; i < map->block_count; i++) {
		const struct map_block *block = &map->blocks[i];

		if (block->is_pack == field->is_pack &&
			map_block_covers(block, field) &&
			(!best || block->class < best->class))
			best = block;
	}
	if (best) {
		json_key(json, "class");
		json_text(json, map_class_name(best->class));
	}
}

static void write_condition(struct json *json, const struct map_field *field)
{
	if (!field->has_condition)
		return;
	json_key(json, "condition");
	json_begin(json, '[');
	json_number(json, field->condition.address);
	json_number(json, field->condition.value);
	json_end(json, ']');
}

static void write_mark(struct json *json, const char *mark, bool is_set)
{
	if (is_set) {
		json_key(json, mark);
		json_bool(json, true);
	}
}

void field_write(
	struct json *json, const struct map *map, const struct map_field *field)
{
	json_begin(json, '{');
	json_key(json, "name");
	json_text(json, field->name);
	json_key(json, "address");
	json_number(json, field->address);
	write_type(json, field);
	write_units(json, field);
	write_numbers(json, field);
	write_values(json, field);
	write_class(json, map, field);
	write_condition(json, field);
	write_mark(json, "pack", field->is_pack);
	write_mark(json, "secret", field->is_secret);
	write_mark(json, "writable", field->is_writable);
	json_end(json, '}');
	json_newline(json);
}
