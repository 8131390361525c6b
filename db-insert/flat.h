/*
 * Reads flat records in one pass: objects of numbers, plain texts, true,
 * false, null and lists of numbers, as bt-decode writes nearly all of them.
 *
 * It refuses nothing. What it does not take is for tree_read(): escapes, bytes
 * beyond ASCII, duplicate keys, other values within values, exponents, more
 * than 15 digits, lists whose text jansson would write in another way, and
 * whatever is not JSON. What it takes, tree_read() takes too, with the same
 * fields bit for bit.
 */
#ifndef BT_DB_INSERT_FLAT_H
#define BT_DB_INSERT_FLAT_H

#include <stdint.h>

#include "field.h"

/* Fields of a record at most, and numbers of all its lists. */
#define FLAT_FIELDS 1024
#define FLAT_NUMBERS 16384

/* Four times the fields, and a power of two. */
#define FLAT_SLOTS 4096

/* Memory of the search for duplicate keys: zeros in the beginning. */
struct flat_keys {
	uint32_t record;
	struct {
		uint32_t record; /* in use if it is that of the keys */
		uint32_t field;
	} slots[FLAT_SLOTS];
};

/*
 * Reads a line of length bytes, behind which there is a zero. The
 * texts of the fields lie in the line. Returns the number of fields, or -1:
 * ask tree_read().
 */
int flat_read(struct field fields[FLAT_FIELDS], struct flat_keys *keys,
	const char *line, size_t length);

#endif
