/* Raw registers of a station that has no map, so that nothing is lost. */
#include "raw-registers.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/identity.h"

struct cell {
	uint8_t unit;
	uint16_t address;
	uint16_t value;
	size_t order; /* of the read: of equal places the last one counts */
};

static int compare(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;

	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool is_read(const struct exchange *e)
{
	return e->request.function == MODBUS_READ && exchange_is_good(e);
}

static size_t count_cells(const struct poll *poll)
{
	size_t count = 0;

	for (size_t i = 0; i < poll->count; i++)
		if (is_read(poll->exchanges[i]))
			count += poll->exchanges[i]->request.count;
	return count;
}

static void collect(struct cell *cells, const struct poll *poll)
{
	for (size_t i = 0; i < poll->count; i++) {
		const struct exchange *e = poll->exchanges[i];

		if (!is_read(e))
			continue;
		for (uint16_t k = 0; k < e->request.count; k++)
			*cells++ = (struct cell){
				.unit = e->request.unit,
				.address = (uint16_t)(e->request.address + k),
				.value = e->registers[k],
				.order = i,
			};
	}
}

static bool same_place(const struct cell *a, const struct cell *b)
{
	return a->unit == b->unit && a->address == b->address;
}

static void write_cell(struct writer *writer, const struct cell *cell)
{
	char key[16];

	if (cell->unit == 1)
		snprintf(key, sizeof key, "%u", cell->address);
	else
		snprintf(key, sizeof key, "%u:%u", cell->unit, cell->address);
	writer_key(writer, key);
	writer_integer(writer, cell->value);
}

static bool has_secret(const struct map *map, uint8_t unit, uint16_t address)
{
	for (size_t i = 0; map && i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		if (field->is_secret && field->unit_id == unit &&
			address >= field->address &&
			address < field->address + field->count)
			return true;
	}
	return false;
}

static size_t remove_secrets(struct cell *cells, size_t count,
	const struct maps *maps, const struct map *map)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!registers_secret(
			    maps, map, cells[i].unit, cells[i].address))
			cells[kept++] = cells[i];
	return kept;
}

static void write_cells(
	struct writer *writer, const struct cell *cells, size_t count)
{
	writer_key(writer, "registers");
	writer_begin(writer, '{');
	for (size_t i = 0; i < count; i++)
		if (i + 1 == count || !same_place(&cells[i], &cells[i + 1]))
			write_cell(writer, &cells[i]);
	writer_end(writer, '}');
}

bool registers_secret(const struct maps *maps, const struct map *map,
	uint8_t unit, uint16_t address)
{
	if (map)
		return has_secret(map, unit, address);
	for (int protocol = 1; protocol <= IDENTITY_PROTOCOLS; protocol++)
		if (has_secret(maps_generic(maps, protocol), unit, address))
			return true;
	return false;
}

bool registers_write(struct writer *writer, const struct poll *poll,
	const struct maps *maps, const struct map *map, bool secrets)
{
	size_t count = count_cells(poll);
	struct cell *cells;

	if (count == 0)
		return 0;
	cells = calloc(count, sizeof *cells);
	if (!cells) {
		writer->failed = true;
		return 0;
	}
	collect(cells, poll);
	if (!secrets)
		count = remove_secrets(cells, count, maps, map);
	qsort(cells, count, sizeof *cells, compare);
	if (count > 0)
		write_cells(writer, cells, count);
	free(cells);
	return count > 0;
}
