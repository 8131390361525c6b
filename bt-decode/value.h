/*
 * From registers to values: what a field of a map says about the registers
 * that a poll brought. Encodings: bt-map(5).
 */
#ifndef BT_DECODE_VALUE_H
#define BT_DECODE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/map.h"

enum value_kind {
	VALUE_UNKNOWN, /* absent: not told, or an empty text */
	VALUE_BAD,     /* told, but outside of what the field can have */
	VALUE_NUMBER,  /* number / 10^decimals */
	VALUE_LIST,    /* numbers, of list_count registers */
	VALUE_BITS,    /* those of list_count registers */
	VALUE_BOOL,
	VALUE_TEXT,
	VALUE_VERSION, /* number in hundredths, always with two decimals */
};

#define VALUE_TEXT_MAX (2 * 127) /* bytes of the longest string field */

struct value {
	enum value_kind kind;
	int64_t number;
	int decimals;
	char text[VALUE_TEXT_MAX + 1];
	/* VALUE_LIST and VALUE_BITS: borrowed from the registers. */
	const uint16_t *list;
	unsigned list_count;
	const struct map_field *field;
};

/* Decodes the field; registers are its own, map_field.count of them, and must
 * outlive the value if it is a list. */
void value_decode(struct value *value, const struct map_field *field,
	const uint16_t *registers);

/* The name that the field has for a value or a bit, else the number. */
void value_name(char name[VALUE_TEXT_MAX + 1], const struct map_field *field,
	unsigned number);

#endif
