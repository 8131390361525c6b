/* The fields of a map, key by key in the order of bt-decode(1). */
#include "fields.h"

#include <stdio.h>

/* "uint16[16]", as in the map; but for the bits of one register, brackets
 * stand there whenever it could have had another length. */
static void write_type(struct writer *writer, const struct map_field *field)
{
	bool has_length = field->is_list || field->type == MAP_STRING ||
		field->type == MAP_STRING_SWAPPED ||
		(field->type == MAP_BITS && field->count > 1);
	char type[32];

	if (field->count > 1 || has_length) {
		writer_key(writer, "registers");
		writer_integer(writer, field->count);
	}
	if (has_length)
		snprintf(type, sizeof type, "%s[%u]",
			map_type_name(field->type), field->count);
	else
		snprintf(type, sizeof type, "%s", map_type_name(field->type));
	writer_key(writer, "type");
	writer_text(writer, type);
}

static void write_units(struct writer *writer, const struct map_field *field)
{
	if (field->unit) {
		writer_key(writer, "unit");
		writer_text(writer, field->unit);
	}
	if (field->unit_id != 1) {
		writer_key(writer, "modbus_unit");
		writer_integer(writer, field->unit_id);
	}
}

static void write_range(struct writer *writer, const struct map_field *field,
	const struct map_range *range)
{
	writer_begin(writer, '[');
	writer_decimal(writer, range->low, field->decimals);
	writer_decimal(writer, range->high, field->decimals);
	writer_end(writer, ']');
}

static void write_ranges(struct writer *writer, const struct map_field *field)
{
	const struct map_ranges *ranges = &field->ranges;

	if (ranges->count == 1) {
		writer_key(writer, "range");
		write_range(writer, field, &ranges->list[0]);
	} else if (ranges->count > 1) {
		writer_key(writer, "ranges");
		writer_begin(writer, '[');
		for (size_t i = 0; i < ranges->count; i++)
			write_range(writer, field, &ranges->list[i]);
		writer_end(writer, ']');
	}
}

static void write_numbers(struct writer *writer, const struct map_field *field)
{
	if (field->decimals > 0) {
		writer_key(writer, "scale");
		writer_decimal(writer, 1, field->decimals);
	}
	if (field->offset != 0) {
		writer_key(writer, "offset");
		writer_decimal(writer, field->offset, field->decimals);
	}
	write_ranges(writer, field);
}

static void write_values(struct writer *writer, const struct map_field *field)
{
	char value[16];

	if (field->value_count == 0)
		return;
	writer_key(writer, "values");
	writer_begin(writer, '{');
	for (size_t i = 0; i < field->value_count; i++) {
		snprintf(value, sizeof value, "%u", field->values[i].value);
		writer_key(writer, value);
		writer_text(writer, field->values[i].name);
	}
	writer_end(writer, '}');
}

/* The class that is due most often, of all reads that bring the field. */
static void write_class(struct writer *writer, const struct map *map,
	const struct map_field *field)
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
		writer_key(writer, "class");
		writer_text(writer, map_class_name(best->class));
	}
}

static void write_condition(
	struct writer *writer, const struct map_field *field)
{
	if (!field->has_condition)
		return;
	writer_key(writer, "condition");
	writer_begin(writer, '[');
	writer_integer(writer, field->condition.address);
	writer_integer(writer, field->condition.value);
	writer_end(writer, ']');
}

static void write_mark(struct writer *writer, const char *mark, bool is_set)
{
	if (is_set) {
		writer_key(writer, mark);
		writer_bool(writer, true);
	}
}

void field_write(struct writer *writer, const struct map *map,
	const struct map_field *field)
{
	writer_begin(writer, '{');
	writer_key(writer, "name");
	writer_text(writer, field->name);
	writer_key(writer, "address");
	writer_integer(writer, field->address);
	write_type(writer, field);
	write_units(writer, field);
	write_numbers(writer, field);
	write_values(writer, field);
	write_class(writer, map, field);
	write_condition(writer, field);
	write_mark(writer, "pack", field->is_pack);
	write_mark(writer, "secret", field->is_secret);
	write_mark(writer, "writable", field->is_writable);
	writer_end(writer, '}');
	writer_newline(writer);
}
