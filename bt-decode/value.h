/*
 * Decodes the registers of a poll to the value of a field. Encodings:
 * bt-map(5).
 */
#ifndef BT_DECODE_VALUE_H
#define BT_DECODE_VALUE_H

#include <stdint.h>

#include "base/json.h"
#include "model/map.h"

enum value_kind {
	VALUE_ABSENT,	    /* an empty text */
	VALUE_OUT_OF_RANGE, /* not valid for the field */
	VALUE_NUMBER,
	VALUE_LIST, /* of numbers */
	VALUE_BITS,
	VALUE_BOOL,
	VALUE_CHOICE, /* a number that may have a name */
	VALUE_TEXT,
	VALUE_VERSION,
};

struct value {
	enum value_kind kind;
	const struct map_field *field;
	const uint16_t *registers; /* field->count of them, borrowed */
	int64_t number;		   /* where it is one, with field->offset */
};

/* Decodes the registers of a field, which must outlive the value. */
void value_decode(struct value *value, const struct map_field *field,
	const uint16_t *registers);

/* Writes a value that is neither absent nor out of range. */
void value_write(struct json *json, const struct value *value);

#endif
