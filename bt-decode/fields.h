/* The properties of a field as JSON: bt-decode(1), --fields. */
#ifndef BT_DECODE_FIELDS_H
#define BT_DECODE_FIELDS_H

#include "base/json.h"
#include "model/map.h"

/* Writes the line of a field. If memory runs out, the JSON is marked as failed.
 */
void field_write(struct json *json, const struct map *map,
	const struct map_field *field);

#endif
