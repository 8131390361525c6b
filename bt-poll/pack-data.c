/* Registers of the pack's fields. */
#include "pack-data.h"

#include <stddef.h>

#include "modbus/modbus.h"

const struct map_block *pack_data_block(const struct map *map)
{
	const struct map_block *block = map->blocks;

	/* The parser has checked that it exists. */
	while (!block->is_pack)
		block++;
	return block;
}

bool pack_data_is_shown(
	const struct map *map, const struct frame_line *line, int pack)
{
	unsigned n = (unsigned)map->packs.shown - pack_data_block(map)->address;

	return !map->packs.selector ||
		modbus_register(line->response, n) == pack;
}

/* Whether the field's registers in the block equal those of the other answer,
 * or without one (NULL), are zero. */
static bool is_like(const struct map_block *block,
	const struct map_field *field, const struct frame_line *line,
	const struct frame_line *other)
{
	for (unsigned n = 0; n < block->count; n++) {
		unsigned address = block->address + n;
		uint16_t wanted =
			other ? modbus_register(other->response, n) : 0;

		if (address >= field->address &&
			address < (unsigned)field->address + field->count &&
			modbus_register(line->response, n) != wanted)
			return false;
	}
	return true;
}

static bool is_any(const struct map_field *field)
{
	return field->is_pack;
}

static bool is_cells(const struct map_field *field)
{
	return field->is_pack && field->is_list;
}

static bool is_measured(const struct map_field *field)
{
	return field->is_pack && field->unit;
}

/* Whether there are such fields in the block, and all are alike. */
static bool are_like(const struct map *map,
	bool (*is_wanted)(const struct map_field *field),
	const struct frame_line *line, const struct frame_line *other)
{
	const struct map_block *block = pack_data_block(map);
	bool has_any = false;

	for (size_t i = 0; i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		if (!is_wanted(field) || !map_block_touches(block, field))
			continue;
		if (!is_like(block, field, line, other))
			return false;
		has_any = true;
	}
	return has_any;
}

bool pack_data_is_empty(const struct map *map, const struct frame_line *line)
{
	return map->packs.selector != 0 && are_like(map, is_any, line, NULL);
}

bool pack_data_is_late(const struct map *map, const struct frame_line *line,
	const struct frame_line *before)
{
	if (map->packs.selector == 0)
		return false;
	return are_like(map, is_cells, line, NULL) ||
		(before && are_like(map, is_measured, line, before));
}
