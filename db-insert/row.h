/* A record in terms of a table: a value for each of some columns, and the
 * rest as the JSON of column extra. */
#ifndef BT_DB_INSERT_ROW_H
#define BT_DB_INSERT_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "schema.h"

/* A set of columns: one bit for the number of each, and one for extra. */
#define ROW_SET_WORDS 16
#define ROW_SET_EXTRA 1023

struct row_set {
	uint64_t words[ROW_SET_WORDS];
};

struct cell {
	uint16_t column;
	const json_t *value; /* of the record; NULL is NULL */
	char *text;	     /* JSON of a list, owned */
};

struct row {
	enum schema_table table;
	struct row_set set;
	size_t count;
	struct cell *cells; /* the batch's */
	char *extra;	    /* JSON of an object, or NULL; owned */
	size_t group;	    /* of the batch, see batch.c */
	uint32_t device;
};

bool row_set_has(const struct row_set *set, size_t column);

/* Cells that the row of a record has at most. */
size_t row_cells(const struct record *record);

/*
 * Fills the row from a record, which must outlive it, with room for
 * row_cells() in cells. Fields that have no column are noted in the schema as
 * wanted and go to extra. Returns the number of columns wanted, or -ENOMEM.
 * The row must be clear.
 */
int row_fill(struct row *row, struct cell *cells, const struct record *record,
	struct schema *schema);

/* Forgets the record. A row of zeros is clear. */
void row_clear(struct row *row);

#endif
