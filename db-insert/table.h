/* A table as it is in the database, its columns found by name. schema.c
 * fills it; the calls for all others are in schema.h. */
#ifndef BT_DB_INSERT_TABLE_H
#define BT_DB_INSERT_TABLE_H

#include <stdbool.h>

#include "schema.h"

/* Twice the columns a table can have at least, and a power of two. */
#define TABLE_SLOTS 4096

/* InnoDB's own limit of columns of all kinds. */
#define TABLE_COLUMNS 1017

/*
 * Bytes that a row takes of its page at most, so that any values fit: half a
 * page of InnoDB less its own header. A text or list takes 40 bytes, beyond
 * which InnoDB moves it to another page, and two for its length.
 */
#define TABLE_ROW_BYTES 8060

struct wanted {
	char name[SCHEMA_NAME_MAX + 1];
	enum column_kind kind;
};

struct table {
	const char *name;
	size_t count;
	struct column columns[TABLE_COLUMNS];
	uint16_t slots[TABLE_SLOTS]; /* number of a column plus 1; 0 is free */

	/* Columns to be added before the next batch. */
	size_t wants;
	struct wanted wanted[SCHEMA_COLUMNS];
	size_t row_bits;  /* of the widest row, columns wanted included */
	int64_t retry;	  /* no columns are added before; monotonic */
	bool is_reported; /* the reason why there are none */
};

/* Forgets all columns. */
void table_clear(struct table *table);

/* Adds a column as information_schema.COLUMNS describes it: name, COLUMN_TYPE,
 * characters (or NULL), IS_GENERATED. */
void table_add(struct table *table, const char *const text[4]);

/* Whether a field may be a column of this name. */
bool table_is_column_name(struct text name);

/* Bits of its page that such a column takes of a row at most. */
size_t table_column_bits(enum column_kind kind);

/* The kind of column that a value asks for; COLUMN_OTHER if none. */
enum column_kind table_kind(const struct field *field);

#endif
