/*
 * The keys and values of a record as it was written, poll-record.h: a flat JSON
 * object whose values are kept as they stand, so that 53.95 stays 53.95.
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

/* The first key of a record is behind its bracket; *next points there. False
 * behind the last one, and *next at what follows the object. */
bool cells_next(struct cell *cell, const char **next, const char *end);

/* Adds a value for people: texts without quotes, "a, b" for a list, "k: v" for
 * an object. What is escaped but quotes and backslashes stays so. */
void cell_print(struct text *text, const char *value, size_t length);

#endif
