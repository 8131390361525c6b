/* What a map says of a field, as JSON: bt-decode(1), --fields. */
#ifndef BT_DECODE_FIELDS_H
#define BT_DECODE_FIELDS_H

#include "base/json.h"
#include "model/map.h"

/* Writes one line for one field of the map. Lack of memory marks it as
 * failed. */
void field_write(struct json *json, const struct map *map,
	const struct map_field *field);

#endif
