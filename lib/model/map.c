/* Fields and blocks of a map. */
#include "model/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names as in maps, and the number of registers of such a field; 0: in
 * brackets. */
static const struct {
	const char *name;
	uint16_t count;
} types[] = {
	[MAP_UINT16] = { "uint16", 1 },
	[MAP_INT16] = { "int16", 1 },
	[MAP_UINT32] = { "uint32", 2 },
	[MAP_INT32] = { "int32", 2 },
	[MAP_UINT8_HI] = { "uint8_hi", 1 },
	[MAP_UINT8_LO] = { "uint8_lo", 1 },
	[MAP_BOOL] = { "bool", 1 },
	[MAP_ENUM] = { "enum", 1 },
	[MAP_BITS] = { "bits", 1 },
	[MAP_VERSION] = { "version", 2 },
	[MAP_SERIAL] = { "serial", 4 },
	[MAP_STRING] = { "string", 0 },
	[MAP_STRING_SWAPPED] = { "string_swapped", 0 },
};

_Static_assert(
	sizeof types / sizeof types[0] == MAP_TYPES, "a type has no name");

static const char *const classes[] = {
	[MAP_POLL] = "poll",
	[MAP_SLOW] = "slow",
	[MAP_ALL] = "all",
};

const struct map_field *map_field(const struct map *map, const char *name)
{
	for (size_t i = 0; i < map->field_count; i++)
		if (strcmp(map->fields[i].name, name) == 0)
			return &map->fields[i];
	return NULL;
}

enum map_kind map_field_kind(const struct map_field *field)
{
	switch (field->type) {
	case MAP_UINT16:
	case MAP_INT16:
	case MAP_UINT32:
	case MAP_INT32:
	case MAP_UINT8_HI:
	case MAP_UINT8_LO:
	case MAP_SERIAL:
		return field->is_list ? MAP_LIST : MAP_NUMBER;
	case MAP_BITS:
		return MAP_LIST;
	case MAP_BOOL:
		return MAP_TRUTH;
	case MAP_ENUM:
	case MAP_VERSION:
	case MAP_STRING:
	case MAP_STRING_SWAPPED:
		return MAP_TEXT;
	}
	return MAP_TEXT;
}

int64_t map_field_number(const struct map_field *field, int64_t raw)
{
	return (field->is_negated ? -raw : raw) + field->offset;
}

bool map_field_accepts(const struct map_field *field, int64_t number)
{
	const struct map_ranges *ranges = &field->ranges;

	for (size_t i = 0; i < ranges->count; i++)
		if (number >= ranges->list[i].low &&
			number <= ranges->list[i].high)
			return true;
	return ranges->count == 0;
}

const char *map_type_name(enum map_type type)
{
	return types[type].name;
}

uint16_t map_type_count(enum map_type type)
{
	return types[type].count;
}

const char *map_class_name(enum map_class class)
{
	return classes[class];
}

const char *map_value_name(const struct map_field *field, uint32_t value)
{
	for (size_t i = 0; i < field->value_count; i++)
		if (field->values[i].value == value)
			return field->values[i].name;
	return NULL;
}

bool map_block_covers(
	const struct map_block *block, const struct map_field *field)
{
	return block->unit_id == field->unit_id &&
		block->address <= field->address &&
		field->address + field->count <= block->address + block->count;
}

bool map_block_touches(
	const struct map_block *block, const struct map_field *field)
{
	return block->unit_id == field->unit_id &&
		block->address < field->address + field->count &&
		field->address < block->address + block->count;
}

bool map_has_unit(const struct map *map, uint8_t unit_id)
{
	for (size_t i = 0; map && i < map->field_count; i++)
		if (map->fields[i].unit_id == unit_id)
			return true;
	return false;
}

void map_release(struct map *map)
{
	for (size_t i = 0; i < map->field_count; i++)
		free(map->fields[i].values);
	free(map->fields);
	free(map->blocks);
	free(map->limits);
	free(map->prefixes);
	free(map->sources);
	free(map->untried);
	free(map->unmapped);
	for (size_t i = 0; i < map->text_count; i++)
		free(map->texts[i]);
	free(map->texts);
}
