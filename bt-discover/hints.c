/*
 * The table has the blocks of the logging lists of warhammerkid/bluetti_mqtt,
 * ftrueck/bluetti_mqtt and CanberraTinkerer/bluetti_mqtt_ep2000, with their
 * lengths, and the block starts of the phone application (mvadim-/
 * bluetti-venus-gateway docs/research/bluetti-modbus-data-map.md,
 * vlad-zeus/bluetti-sdk docs/blocks, nhurman/bluetti_mqtt v2_device.py).
 */
#include "hints.h"

#include <errno.h>
#include <stdlib.h>

/* Fields with a smaller gap between them form a group. */
#define GROUP_GAP 16

struct block {
	uint16_t first;
	uint16_t count; /* 0: not known */
};

struct hints {
	struct block *blocks;
	size_t block_count;
	uint16_t *groups;
	size_t group_count;
};

/* Blocks of every station come first: they show how fast it answers. */
static const struct block known[] = { { 16, 1 }, { 10, 40 }, { 100, 67 },
	{ 0, 70 }, { 1, 16 }, { 70, 66 }, { 91, 119 }, { 136, 74 }, { 0, 21 },
	{ 3000, 62 }, { 3000, 67 }, { 3000, 27 }, { 3001, 61 }, { 3034, 1 },
	{ 3060, 7 }, { 2000, 67 }, { 2000, 89 }, { 1100, 51 }, { 1100, 70 },
	{ 1200, 90 }, { 1200, 92 }, { 1300, 31 }, { 1400, 48 }, { 1400, 60 },
	{ 1500, 30 }, { 1509, 30 }, { 2022, 2 }, { 2200, 29 }, { 2200, 41 },
	{ 2200, 100 }, { 2300, 36 }, { 2400, 40 }, { 6000, 31 }, { 6000, 62 },
	{ 6100, 100 }, { 6300, 52 }, { 6300, 100 }, { 700, 6 }, { 720, 49 },
	{ 7000, 5 }, { 1600, 10 }, { 1700, 0 }, { 1900, 0 }, { 2280, 0 },
	{ 2500, 40 }, { 3500, 50 }, { 3600, 60 }, { 4200, 0 }, { 4400, 0 },
	{ 5000, 50 }, { 7200, 0 }, { 11000, 0 }, { 11106, 0 }, { 12002, 16 },
	{ 12161, 0 }, { 12163, 0 }, { 12205, 0 }, { 13500, 0 }, { 14000, 14 },
	{ 14500, 0 }, { 14700, 0 }, { 15000, 0 }, { 15500, 0 }, { 15600, 0 },
	{ 15700, 0 }, { 15750, 0 }, { 16000, 0 }, { 16100, 0 }, { 16200, 0 },
	{ 16300, 0 }, { 16400, 0 }, { 17000, 0 }, { 17100, 0 }, { 17400, 0 },
	{ 18000, 0 }, { 18100, 0 }, { 18200, 0 }, { 18300, 0 }, { 18400, 0 },
	{ 18500, 0 }, { 18600, 0 }, { 19000, 0 }, { 19100, 0 }, { 19200, 0 },
	{ 19300, 0 }, { 19400, 0 }, { 19485, 0 }, { 21000, 0 }, { 26001, 0 },
	{ 29770, 0 }, { 29772, 0 }, { 30001, 0 }, { 40000, 0 } };

#define KNOWN (sizeof known / sizeof known[0])

static size_t count_blocks(const struct maps *maps)
{
	size_t count = 0;

	for (const struct map *m = NULL; (m = maps_next(maps, m));)
		count += m->block_count;
	return count;
}

static int make_blocks(
	struct hints *hints, const struct maps *maps, uint8_t unit_id)
{
	hints->blocks =
		calloc(KNOWN + count_blocks(maps), sizeof(struct block));
	if (!hints->blocks)
		return -ENOMEM;
	for (size_t i = 0; i < KNOWN; i++)
		hints->blocks[hints->block_count++] = known[i];
	for (const struct map *m = NULL; (m = maps_next(maps, m));)
		for (size_t i = 0; i < m->block_count; i++)
			if (m->blocks[i].unit_id == unit_id)
				hints->blocks[hints->block_count++] =
					(struct block){ m->blocks[i].address,
						m->blocks[i].count };
	return 0;
}

static int make_groups(
	struct hints *hints, const struct maps *maps, uint8_t unit_id)
{
	uint8_t *has_field = calloc(0x10000, 1);
	uint32_t last = 0;

	hints->groups = calloc(0x10000, sizeof *hints->groups);
	if (!has_field || !hints->groups) {
		free(has_field);
		return -ENOMEM;
	}
	for (const struct map *m = NULL; (m = maps_next(maps, m));)
		for (size_t i = 0; i < m->field_count; i++)
			if (m->fields[i].unit_id == unit_id)
				has_field[m->fields[i].address] = 1;
	for (uint32_t a = 0; a < 0x10000; a++) {
		if (!has_field[a])
			continue;
		if (hints->group_count == 0 || a > last + GROUP_GAP)
			hints->groups[hints->group_count++] = (uint16_t)a;
		last = a;
	}
	free(has_field);
	return 0;
}

int hints_new(struct hints **hints, const struct maps *maps, uint8_t unit_id)
{
	struct hints *new = calloc(1, sizeof *new);

	if (!new)
		return -ENOMEM;
	if (make_blocks(new, maps, unit_id) < 0 ||
		make_groups(new, maps, unit_id) < 0) {
		hints_free(new);
		return -ENOMEM;
	}
	*hints = new;
	return 0;
}

void hints_free(struct hints *hints)
{
	if (!hints)
		return;
	free(hints->blocks);
	free(hints->groups);
	free(hints);
}

int32_t hints_block(const struct hints *hints, size_t n)
{
	return n < hints->block_count ? hints->blocks[n].first : -1;
}

int32_t hints_group(const struct hints *hints, size_t n)
{
	return n < hints->group_count ? hints->groups[n] : -1;
}

int32_t hints_end(const struct hints *hints, uint32_t address, uint32_t limit)
{
	int32_t longest = -1;

	for (size_t i = 0; i < hints->block_count; i++) {
		const struct block *block = &hints->blocks[i];
		uint32_t behind = (uint32_t)block->first + block->count;

		if (block->first <= address && address < behind &&
			behind <= limit && (int32_t)behind - 1 > longest)
			longest = (int32_t)behind - 1;
	}
	return longest;
}
