/*
 * What an answer to the first block of the battery packs says: of which pack it
 * is, and whether there is one.
 *
 * The register with the number of a pack may be newer than its data: an AC300
 * and an AC500 were seen to serve those of the pack before, or zeros, for
 * seconds (warhammerkid/bluetti_mqtt issue 71, Patrick762/hassio-bluetti-bt
 * issues 35 and 106).
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

/* Whether there is no pack: the cells of an empty place have no voltage.
 * Without a selector there is one place, which is taken. */
bool pack_data_is_empty(const struct map *map, const struct frame_line *line);

/*
 * Whether the data are not those of the pack yet: all cells are zero, or each
 * number with a unit of measurement is that of another pack, whose answer is
 * before (NULL: none).
 */
bool pack_data_is_late(const struct map *map, const struct frame_line *line,
	const struct frame_line *before);

#endif
