/*
 * The position of each field's registers in the words of a poll. Most polls of
 * a station read the same blocks in the same order, so one layout serves all
 * similar polls.
 */
#ifndef BT_DECODE_LAYOUT_H
#define BT_DECODE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/map.h"
#include "poll-blocks.h"

/* A field whose registers were read. Indices are those of poll.words. */
struct slot {
	const struct map_field *field;
	size_t low;  /* of its first register; the others follow */
	size_t high; /* of the second register: apart from the first one if the
		      * halves of a number of 32 bits come from two reads */
	size_t condition; /* of the register that its condition is about */
	bool is_repeat;	  /* another place of the name of the slot before it */
};

/* The slots of a record, part of its layout. Slots of one name are consecutive;
 * names are in the order of the map. */
struct slots {
	int pack;
	size_t first, count;
};

struct layout {
	struct slot *slots;
	struct slots *records; /* first that of the station, then of packs */
	size_t record_count;
	/* layout.c alone: the polls that it is of. */
	const struct map *map;
	uint64_t *blocks;
	size_t block_count;
	size_t slot_count;
};

struct layouts;

/* With secrets, fields that are secret have slots too. NULL: no memory. */
struct layouts *layouts_new(bool secrets);
void layouts_free(struct layouts *layouts);

/*
 * The layout of a poll whose packs are recorded. map may be NULL: then it has
 * one record without slots. May join words in the poll. Valid until the next
 * call. NULL: no memory.
 */
const struct layout *layouts_find(struct layouts *layouts,
	const struct poll *poll, const struct map *map);

#endif
