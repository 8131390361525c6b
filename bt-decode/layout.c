/* Layouts, of which the latest few are kept. */
#include "layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LAYOUTS 16
#define BLOCKS_MAX 64 /* polls with more are looked up each time */
#define PACKS 256     /* numbers that a pack can have */

struct layouts {
	bool secrets;
	struct layout list[LAYOUTS];
	size_t next; /* to be given up */
};

/* --- slots --------------------------------------------------------------- */

/* Finds the registers of a field; for a number of 32 bits its halves, if no
 * single read has both. False if a register was not read. A condition that was
 * not read is false. */
static bool find_words(struct slot *slot, const struct poll *poll, int pack)
{
	const struct map_field *f = slot->field;
	int32_t condition = 0, high;
	int32_t low = poll_find(poll, pack, f->unit_id, f->address, f->count);

	high = low + 1;
	if (low < 0 && map_type_count(f->type) == 2) {
		low = poll_find(poll, pack, f->unit_id, f->address, 1);
		high = poll_find(
			poll, pack, f->unit_id, (uint16_t)(f->address + 1), 1);
	}
	if (f->has_condition)
		condition = poll_find(
			poll, pack, f->unit_id, f->condition.address, 1);
	slot->low = (size_t)low;
	slot->high = (size_t)high;
	slot->condition = (size_t)condition;
	return low >= 0 && high >= 0 && condition >= 0;
}

/* Pack fields are in the records of packs; the station's record has them only
 * if the selected pack was unknown during the read. */
static void add_slot(struct layout *layout, const struct poll *poll, int pack,
	const struct map_field *field, bool is_repeat)
{
	struct slot *slot = &layout->slots[layout->slot_count];

	if (pack != POLL_NO_PACK && !field->is_pack)
		return;
	slot->field = field;
	slot->is_repeat = is_repeat;
	layout->slot_count +=
		find_words(slot, poll, field->is_pack ? pack : POLL_ANY_PACK);
}

/* Adds all places of a name. */
static void add_name(struct layout *layout, const struct poll *poll, int pack,
	size_t first, bool secrets)
{
	const struct map_field *fields = layout->map->fields;
	size_t before = layout->slot_count;
	size_t i = first;

	do {
		if (secrets || !fields[i].is_secret)
			add_slot(layout, poll, pack, &fields[i],
				layout->slot_count > before);
		i = fields[i].next_repeat;
	} while (i > 0);
}

static void add_record(
	struct layout *layout, const struct poll *poll, int pack, bool secrets)
{
	struct slots *record = &layout->records[layout->record_count++];

	record->pack = pack;
	record->first = layout->slot_count;
	for (size_t i = 0; layout->map && i < layout->map->field_count; i++)
		if (!layout->map->fields[i].is_repeat)
			add_name(layout, poll, pack, i, secrets);
	record->count = layout->slot_count - record->first;
}

/* --- layouts ------------------------------------------------------------- */

/* All of an exchange that the layout depends on. */
static uint64_t block_key(const struct exchange *e)
{
	return (uint64_t)e->request.address << 48 |
		(uint64_t)e->request.count << 32 |
		(uint64_t)e->request.unit_id << 24 | (uint64_t)e->pack << 16 |
		(uint64_t)e->word_count << 8 | exchange_is_good_read(e);
}

static bool fits(const struct layout *layout, const struct poll *poll,
	const struct map *map)
{
	if (layout->map != map || layout->block_count != poll->count)
		return false;
	for (size_t i = 0; i < poll->count; i++)
		if (layout->blocks[i] != block_key(&poll->exchanges[i]))
			return false;
	return true;
}

static void clear(struct layout *layout)
{
	free(layout->slots);
	free(layout->records);
	free(layout->blocks);
	memset(layout, 0, sizeof *layout);
}

/* Records which polls the layout is of; of none if there are too many blocks.
 */
static int record_blocks(struct layout *layout, const struct poll *poll)
{
	if (poll->count > BLOCKS_MAX)
		return 0;
	layout->blocks = calloc(poll->count, sizeof *layout->blocks);
	if (!layout->blocks)
		return -ENOMEM;
	layout->block_count = poll->count;
	for (size_t i = 0; i < poll->count; i++)
		layout->blocks[i] = block_key(&poll->exchanges[i]);
	return 0;
}

/* How many packs have reads in the poll, and which. */
static size_t find_packs(bool packs[PACKS], const struct poll *poll)
{
	size_t count = 0;

	for (size_t i = 0; i < poll->count; i++) {
		bool *is_read = &packs[poll->exchanges[i].pack];

		count += !*is_read;
		*is_read = true;
	}
	return count;
}

static int build(struct layout *layout, const struct poll *poll,
	const struct map *map, bool secrets)
{
	bool packs[PACKS] = { [POLL_NO_PACK] = true };
	size_t records = 1 + find_packs(packs, poll);

	layout->map = map;
	layout->records = calloc(records, sizeof *layout->records);
	layout->slots = calloc(records * (map ? map->field_count : 0) + 1,
		sizeof *layout->slots);
	if (!layout->records || !layout->slots)
		return -ENOMEM;
	for (int pack = 0; pack < PACKS; pack++)
		if (packs[pack])
			add_record(layout, poll, pack, secrets);
	return record_blocks(layout, poll);
}

const struct layout *layouts_find(
	struct layouts *layouts, const struct poll *poll, const struct map *map)
{
	struct layout *layout = layouts->list;

	while (layout < layouts->list + LAYOUTS && !fits(layout, poll, map))
		layout++;
	if (layout < layouts->list + LAYOUTS)
		return layout;
	layout = &layouts->list[layouts->next];
	layouts->next = (layouts->next + 1) % LAYOUTS;
	clear(layout);
	if (build(layout, poll, map, layouts->secrets) == 0)
		return layout;
	clear(layout);
	return NULL;
}

struct layouts *layouts_new(bool secrets)
{
	struct layouts *layouts = calloc(1, sizeof *layouts);

	if (layouts)
		layouts->secrets = secrets;
	return layouts;
}

void layouts_free(struct layouts *layouts)
{
	if (!layouts)
		return;
	for (size_t i = 0; i < LAYOUTS; i++)
		clear(&layouts->list[i]);
	free(layouts);
}
