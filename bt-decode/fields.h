/* What a map says of a field, as JSON: bt-decode(1), --fields. */
#ifndef BT_DECODE_FIELDS_H
#define BT_DECODE_FIELDS_H

#include "model/map.h"
#include "writer.h"

/* Writes one line for one field of the map. Lack of memory marks the writer
 * as failed. */
void field_write(struct writer *writer, const struct map *map,
	const struct map_field *field);

#endif
