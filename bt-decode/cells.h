/*
 * The keys and values of a written record, poll-record.h: a flat JSON object.
 * Values are kept as text, so that 53.95 stays 53.95.
 */
#ifndef BT_DECODE_CELLS_H
#define BT_DECODE_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/* A key and its value, in the record. */
struct cell {
	const char *key;
	size_t key_length;
	const char *value;
	size_t length;
};

/* Initially *next points behind the opening bracket of the record. Returns
 * false after the last key, with *next behind the object. */
bool cells_next(struct cell *cell, const char **next, const char *end);

/* Adds a value in readable form: texts without quotes, "a, b" for a list, "k:
 * v" for an object. Escapes stay, except those of quotes and backslashes. */
void cell_print(struct text *text, const char *value, size_t length);

#endif
