/*
 * Blocks, and where they can be split: at a gap of registers that no field of
 * the map has, or else between two fields.
 */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "modbus/modbus.h"

struct plan {
	const struct map *map;
	const struct map_block *first; /* as the caller has them */
	size_t first_count;
	size_t count;
	struct planned blocks[]; /* room for all parts that there can be */
};

/* Which registers of a block have fields. */
struct layout {
	unsigned count;
	bool is_used[MODBUS_READ_MAX];	 /* some field has this register */
	bool is_joined[MODBUS_READ_MAX]; /* and the next block too */
};

/* Registers from first to before end, counted from the start of a block. */
struct span {
	unsigned first, end;
};

/* --- fields -------------------------------------------------------------- */

static void add_registers(struct layout *layout, const struct map_block *block,
	unsigned first, unsigned count)
{
	unsigned end = (unsigned)block->address + block->count;

	for (unsigned i = 0; i < count; i++) {
		unsigned address = first + i;

		if (address < block->address || address >= end)
			continue;
		layout->is_used[address - block->address] = true;
		if (i + 1 < count)
			layout->is_joined[address - block->address] = true;
	}
}

static void layout_init(struct layout *layout, const struct plan *plan,
	const struct map_block *block)
{
	const struct map *map = plan->map;

	*layout = (struct layout){ .count = block->count };
	for (size_t i = 0; map && i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		if (block->unit_id != field->unit_id)
			continue;
		add_registers(layout, block, field->address, field->count);
		if (field->has_condition)
			add_registers(
				layout, block, field->condition.address, 1);
	}
}

/* Finds the next run of fields from register n on; false if there is none. */
static bool next_run(const struct layout *layout, unsigned n, struct span *run)
{
	while (n < layout->count && !layout->is_used[n])
		n++;
	if (n == layout->count)
		return false;
	run->first = n;
	while (n < layout->count && layout->is_used[n])
		n++;
	run->end = n;
	return true;
}

/* From the first to the last register of a field; empty without fields. */
static struct span all_fields(const struct layout *layout)
{
	struct span all = { 0 };
	struct span run = { 0 };

	next_run(layout, 0, &all);
	while (next_run(layout, run.end, &run))
		all.end = run.end;
	return all;
}

/* Of equally wide gaps, the first; an empty one if there is none. */
static struct span widest_gap(const struct layout *layout)
{
	struct span widest = { 0 };
	struct span run, next;

	if (!next_run(layout, 0, &run))
		return widest;
	while (next_run(layout, run.end, &next)) {
		if (next.first - run.end > widest.end - widest.first)
			widest = (struct span){ run.end, next.first };
		run = next;
	}
	return widest;
}

/* One part for each field; overlapping fields stay together. There are no gaps
 * between the fields. Returns the number of parts. */
static size_t divide_fields(
	const struct layout *layout, struct span parts[MODBUS_READ_MAX])
{
	unsigned first = 0;
	size_t count = 0;

	for (unsigned n = 0; n < layout->count; n++) {
		if (layout->is_joined[n] && n + 1 < layout->count)
			continue;
		parts[count++] = (struct span){ first, n + 1 };
		first = n + 1;
	}
	return count;
}

/* The parts of a block that the station does not serve as a whole: one part as
 * long as the block if it cannot be split, none if it has no field. */
static size_t divide(
	const struct layout *layout, struct span parts[MODBUS_READ_MAX])
{
	struct span all = all_fields(layout);
	struct span gap = widest_gap(layout);

	if (gap.end > 0) {
		parts[0] = (struct span){ all.first, gap.first };
		parts[1] = (struct span){ gap.end, all.end };
		return 2;
	}
	if (all.end - all.first == layout->count)
		return divide_fields(layout, parts);
	parts[0] = all;
	return all.end > 0;
}

/* --- blocks -------------------------------------------------------------- */

static struct planned plan_block(
	const struct plan *plan, const struct map_block *block)
{
	struct planned planned = { .block = *block };
	struct layout layout;
	struct span run = { 0 };

	layout_init(&layout, plan, block);
	planned.used = all_fields(&layout).end;
	next_run(&layout, 0, &run);
	/* Without any field there is nothing that could be wrong. */
	planned.is_trusted = block->is_proven || planned.used == 0 ||
		run.end - run.first == block->count;
	return planned;
}

static struct map_block part_of(const struct map_block *block, struct span span)
{
	struct map_block part = *block;

	part.address = (uint16_t)(block->address + span.first);
	part.count = (uint16_t)(span.end - span.first);
	part.is_proven = false;
	return part;
}

/* Replaces block n by count parts, which cover no register twice. */
static void replace(
	struct plan *plan, size_t n, const struct span *parts, size_t count)
{
	struct map_block whole = plan->blocks[n].block;

	memmove(plan->blocks + n + count, plan->blocks + n + 1,
		(plan->count - n - 1) * sizeof plan->blocks[0]);
	plan->count += count - 1;
	for (size_t i = 0; i < count; i++) {
		struct map_block part = part_of(&whole, parts[i]);

		plan->blocks[n + i] = plan_block(plan, &part);
	}
}

/* Each part has a field or a condition of its own, so there are never more. */
static size_t most_parts(const struct map_block *block, const struct map *map)
{
	size_t count = 0;

	for (size_t i = 0; map && i < map->field_count; i++)
		count += map_block_touches(block, &map->fields[i]) +
			map->fields[i].has_condition;
	return count > 0 ? count : 1;
}

/* --- the plan ------------------------------------------------------------ */

int plan_new(struct plan **plan, const struct map_block *blocks, size_t count,
	const struct map *map)
{
	struct plan *new;
	size_t room = 0;

	for (size_t i = 0; i < count; i++)
		room += most_parts(&blocks[i], map);
	new = malloc(sizeof *new + room * sizeof new->blocks[0]);
	if (!new)
		return -ENOMEM;
	*new = (struct plan){
		.map = map, .first = blocks, .first_count = count
	};
	plan_reset(new);
	*plan = new;
	return 0;
}

void plan_free(struct plan *plan)
{
	free(plan);
}

void plan_reset(struct plan *plan)
{
	bool has_pack = false;

	plan->count = 0;
	for (size_t i = 0; i < plan->first_count; i++) {
		const struct map_block *block = &plan->first[i];

		if (!block->is_pack || has_pack)
			plan->blocks[plan->count++] = plan_block(plan, block);
		has_pack = has_pack || block->is_pack;
	}
}

struct planned *plan_at(struct plan *plan, size_t n)
{
	return n < plan->count ? &plan->blocks[n] : NULL;
}

void plan_split(struct plan *plan, size_t n)
{
	struct span parts[MODBUS_READ_MAX];
	struct layout layout;
	size_t count;

	layout_init(&layout, plan, &plan->blocks[n].block);
	count = divide(&layout, parts);
	if (count == 0 || parts[0].end - parts[0].first == layout.count)
		plan->blocks[n].is_refused = true;
	else
		replace(plan, n, parts, count);
}

bool plan_run(
	const struct plan *plan, size_t n, size_t run, struct map_block *part)
{
	const struct map_block *block = &plan->blocks[n].block;
	struct span span = { 0 };
	struct layout layout;

	layout_init(&layout, plan, block);
	for (size_t i = 0; i <= run; i++)
		if (!next_run(&layout, span.end, &span))
			return false;
	*part = part_of(block, span);
	return true;
}

void plan_split_runs(struct plan *plan, size_t n)
{
	struct span parts[MODBUS_READ_MAX];
	struct span run = { 0 };
	struct layout layout;
	size_t count = 0;

	layout_init(&layout, plan, &plan->blocks[n].block);
	while (next_run(&layout, run.end, &run))
		parts[count++] = run;
	replace(plan, n, parts, count);
}

bool plan_has_gap(const struct plan *plan, const struct map_block *block,
	unsigned first, unsigned end)
{
	struct layout layout;

	layout_init(&layout, plan, block);
	while (first < end && layout.is_used[first])
		first++;
	return first < end;
}

void plan_doubt(struct plan *plan)
{
	for (size_t n = 0; n < plan->count; n++)
		plan->blocks[n].believed = 0;
}
