/* Maps looked at more closely than their reader does. */
#include "check-map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "model/parse.h"
#include "model/search-path.h"

struct check {
	struct findings *findings;
	const struct map *map;
	const struct maps *others;
};

/* --- findings ------------------------------------------------------------ */

static bool is_known(
	const struct findings *findings, const struct failure *failure)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->list[i].text, failure->text) == 0)
			return true;
	return false;
}

static void add(struct findings *findings, const struct failure *failure)
{
	if (is_known(findings, failure))
		return;
	if (findings->count == findings->room) {
		size_t room = 2 * findings->room + 16;
		struct failure *more =
			realloc(findings->list, room * sizeof *more);

		if (!more) {
			findings->failed = true;
			return;
		}
		findings->list = more;
		findings->room = room;
	}
	findings->list[findings->count++] = *failure;
}

/* "FILE:LINE: reason" from the last part of the path on. */
static const char *without_path(const struct failure *failure)
{
	const char *text = failure->text;
	const char *end = strstr(text, ": ");
	const char *slash = memrchr(text, '/', (size_t)(end - text));

	return slash ? slash + 1 : text;
}

bool findings_have(
	const struct findings *findings, const struct failure *failure)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(without_path(&findings->list[i]),
			    without_path(failure)) == 0)
			return true;
	return false;
}

void findings_release(struct findings *findings)
{
	free(findings->list);
	*findings = (struct findings){ 0 };
}

#define report(c, position, ...) \
	do { \
		struct failure failure; \
		failure_set_at(&failure, -BT_EMAP, (position)->file, \
			(position)->line, __VA_ARGS__); \
		add((c)->findings, &failure); \
	} while (0)

/* --- fields among themselves --------------------------------------------- */

static uint16_t later(uint16_t left, uint16_t right)
{
	return left > right ? left : right;
}

static bool are_halves(const struct map_field *a, const struct map_field *b)
{
	return (a->type == MAP_UINT8_HI && b->type == MAP_UINT8_LO) ||
		(a->type == MAP_UINT8_LO && b->type == MAP_UINT8_HI);
}

/* Whether at most one of them is valid: their conditions exclude each other. */
static bool are_either(const struct map_field *a, const struct map_field *b)
{
	return a->has_condition && b->has_condition &&
		a->condition.address == b->condition.address &&
		a->condition.value != b->condition.value;
}

/* Whether two fields have a bit of a register in common. */
static bool do_share(const struct map_field *a, const struct map_field *b)
{
	return a->unit_id == b->unit_id && a->is_pack == b->is_pack &&
		!are_either(a, b) && a->address < b->address + b->count &&
		b->address < a->address + a->count && !are_halves(a, b);
}

/* Reports the first field above only. A value in several registers may overlap
 * itself. */
static void check_shared(const struct check *c, const struct map_field *field)
{
	for (const struct map_field *f = c->map->fields; f < field; f++) {
		bool same_name = strcmp(f->name, field->name) == 0;

		if (!do_share(f, field) ||
			(same_name && f->address != field->address))
			continue;
		if (same_name)
			report(c, &field->position,
				"%s is at register %u already (%s:%u)",
				field->name, field->address, f->position.file,
				f->position.line);
		else
			report(c, &field->position,
				"%s has register %u, which %s has too (%s:%u)",
				field->name, later(f->address, field->address),
				f->name, f->position.file, f->position.line);
		return;
	}
}

/* --- fields and reads ---------------------------------------------------- */

static const char *read_word(bool is_pack)
{
	return is_pack ? "pack-read" : "read";
}

static void check_covered(const struct check *c, const struct map_field *field)
{
	for (size_t i = 0; i < c->map->block_count; i++)
		if (c->map->blocks[i].is_pack == field->is_pack &&
			map_block_covers(&c->map->blocks[i], field))
			return;
	report(c, &field->position, "no %s of unit %u has all of %s, %u+%u",
		read_word(field->is_pack), field->unit_id, field->name,
		field->address, field->count);
}

static void check_condition(
	const struct check *c, const struct map_field *field)
{
	struct map_field condition = *field;

	condition.address = field->condition.address;
	condition.count = 1;
	for (size_t i = 0; i < c->map->block_count; i++)
		if (c->map->blocks[i].is_pack == field->is_pack &&
			map_block_covers(&c->map->blocks[i], &condition))
			return;
	report(c, &field->position,
		"no %s of unit %u has register %u, on which %s depends",
		read_word(field->is_pack), field->unit_id, condition.address,
		field->name);
}

static void check_overlap(const struct check *c, const struct map_block *block)
{
	for (const struct map_block *r = c->map->blocks; r < block; r++) {
		if (r->unit_id != block->unit_id ||
			r->is_pack != block->is_pack ||
			r->address >= block->address + block->count ||
			block->address >= r->address + r->count)
			continue;
		report(c, &block->position,
			"%s %u+%u has register %u, which %u+%u has too (%s:%u)",
			read_word(block->is_pack), block->address, block->count,
			later(r->address, block->address), r->address, r->count,
			r->position.file, r->position.line);
		return;
	}
}

/* The first field with registers in the read that is, or is not, secret. */
static const struct map_field *field_in(
	const struct map *map, const struct map_block *block, bool secret)
{
	for (size_t i = 0; i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		if (field->is_pack == block->is_pack &&
			field->is_secret == secret &&
			map_block_touches(block, field))
			return field;
	}
	return NULL;
}

static bool has_register(const struct map_block *block, uint16_t address)
{
	return block->unit_id == 1 && address >= block->address &&
		address < block->address + block->count;
}

/* The number of the pack that is shown, or of all packs, need be no field. */
static bool is_of_packs(const struct map *map, const struct map_block *block)
{
	return (map->packs.count && has_register(block, map->packs.count)) ||
		(map->packs.shown && has_register(block, map->packs.shown));
}

static void check_use(const struct check *c, const struct map_block *block)
{
	const struct map_field *open = field_in(c->map, block, false);

	if (block->is_secret && open)
		report(c, &block->position,
			"%s %u+%u has secrets, so %s would only be read with "
			"them (%s:%u)",
			read_word(block->is_pack), block->address, block->count,
			open->name, open->position.file, open->position.line);
	if (!open && !field_in(c->map, block, true) &&
		!is_of_packs(c->map, block))
		report(c, &block->position,
			"no field of unit %u is in %s %u+%u", block->unit_id,
			read_word(block->is_pack), block->address,
			block->count);
}

/* --- fields and those of other maps -------------------------------------- */

static const char *const kinds[] = {
	[MAP_NUMBER] = "number",
	[MAP_TRUTH] = "bool",
	[MAP_TEXT] = "text",
	[MAP_LIST] = "list",
};

static const char *unit_of(const struct map_field *field)
{
	return field->unit ? field->unit : "none";
}

/* All maps fill the same columns of a table. */
static bool are_alike(const struct map_field *a, const struct map_field *b)
{
	return map_field_kind(a) == map_field_kind(b) &&
		strcmp(unit_of(a), unit_of(b)) == 0;
}

static void report_clash(const struct check *c, const struct map_field *field,
	const struct map *map, const struct map_field *other)
{
	if (map_field_kind(field) != map_field_kind(other))
		report(c, &field->position, "%s: %s here, %s in %s (%s:%u)",
			field->name, kinds[map_field_kind(field)],
			kinds[map_field_kind(other)], map->model,
			other->position.file, other->position.line);
	else
		report(c, &field->position,
			"%s: unit %s here, %s in %s (%s:%u)", field->name,
			unit_of(field), unit_of(other), map->model,
			other->position.file, other->position.line);
}

/* The field of that name in another model's map, NULL if there is none. */
static const struct map_field *counterpart(const struct check *c,
	const struct map_field *field, const struct map *map)
{
	if (strcmp(map->model, c->map->model) == 0)
		return NULL;
	return map_field(map, field->name);
}

/* Of maps that differ in the same way the first is enough. */
static bool is_reported(const struct check *c, const struct map_field *field,
	const struct map *until, const struct map_field *other)
{
	const struct map *map = NULL;

	while ((map = maps_next(c->others, map)) != until) {
		const struct map_field *f = counterpart(c, field, map);

		if (f && are_alike(f, other))
			return true;
	}
	return false;
}

static void check_clash(const struct check *c, const struct map_field *field)
{
	const struct map_field *first = map_field(c->map, field->name);
	const struct map *map = NULL;

	if (field->is_repeat) {
		if (!are_alike(field, first))
			report_clash(c, field, c->map, first);
		return;
	}
	while (c->others && (map = maps_next(c->others, map))) {
		const struct map_field *other = counterpart(c, field, map);

		if (other && !are_alike(field, other) &&
			!is_reported(c, field, map, other))
			report_clash(c, field, map, other);
	}
}

/* --- the whole ----------------------------------------------------------- */

void check_map(
	struct findings *findings, const char *path, const struct maps *others)
{
	struct map map = { 0 };
	struct failure failure;
	struct check c = {
		.findings = findings,
		.map = &map,
		.others = others,
	};

	if (map_read(&map, path, maps_directory(NULL), &failure) < 0) {
		add(findings, &failure);
		map_release(&map);
		return;
	}
	for (size_t i = 0; i < map.block_count; i++) {
		check_overlap(&c, &map.blocks[i]);
		check_use(&c, &map.blocks[i]);
	}
	for (size_t i = 0; i < map.field_count; i++) {
		check_shared(&c, &map.fields[i]);
		check_covered(&c, &map.fields[i]);
		if (map.fields[i].has_condition)
			check_condition(&c, &map.fields[i]);
		check_clash(&c, &map.fields[i]);
	}
	map_release(&map);
}
