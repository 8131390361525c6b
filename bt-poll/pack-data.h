/*
 * Evaluates an answer to the first block of the battery packs: its pack, and
 * whether there is a pack.
 *
 * The register with the pack's number may be newer than the data: an AC300 and
 * an AC500 served data of the previous pack, or zeros, for seconds
 * (warhammerkid/bluetti_mqtt issue 71, Patrick762/hassio-bluetti-bt issues 35
 * and 106).
 */
#ifndef BT_POLL_PACK_DATA_H
#define BT_POLL_PACK_DATA_H

#include <stdbool.h>

#include "modbus/frame-line.h"
#include "model/map.h"

/* The first block of a pack. */
const struct map_block *pack_data_block(const struct map *map);

/* Whether the station shows this pack. */
bool pack_data_is_shown(
	const struct map *map, const struct frame_line *line, int pack);

/* Whether the slot is empty: the cells of an empty slot have no voltage.
 * Without a selector there is one slot, which is not empty. */
bool pack_data_is_empty(const struct map *map, const struct frame_line *line);

/*
 * Whether the data are not yet those of the pack: all cells are zero, or each
 * number with a unit of measurement equals that of the previous pack, whose
 * answer is before (NULL: none).
 */
bool pack_data_is_late(const struct map *map, const struct frame_line *line,
	const struct frame_line *before);

#endif
