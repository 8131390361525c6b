/* A record in terms of a table: a value for each of some columns, and the
 * rest as the JSON of column extra. */
#ifndef BT_DB_INSERT_ROW_H
#define BT_DB_INSERT_ROW_H

#include "base/clock.h"
#include "record.h"
#include "schema.h"

/* A set of columns: one bit for the number of each, and one for extra. */
#define ROW_SET_WORDS 16
#define ROW_SET_EXTRA 1023

struct row_set {
	uint64_t words[ROW_SET_WORDS];
};

enum cell_kind { CELL_NULL, CELL_BOOLEAN, CELL_NUMBER, CELL_TEXT };

struct cell {
	union {
		bool boolean;
		double number;
		const char *text; /* in the line, or in the row's memory */
	};
	uint32_t length; /* of a text */
	uint16_t column;
	uint8_t kind;
};

/* What rows are made of, taken from the front. */
struct row_memory {
	struct cell *cells;
	size_t cells_left;
	char *texts;
	size_t texts_left;
};

struct row {
	struct identity identity;
	enum schema_table table;
	struct row_set set;
	size_t count;
	struct cell *cells;
	struct text extra;  /* JSON of an object; without bytes if none */
	size_t line, group; /* of the batch: see transaction.c */
	uint32_t device;    /* its identity's id in the database */
	uint32_t part_of;   /* and its device's */
};

enum row_result {
	ROW_FILLED,
	ROW_WANTS,	/* columns were noted in the schema as wanted */
	ROW_NEEDS_TREE, /* the record must be read as RECORD_TREE */
	ROW_FULL,	/* the memory does not suffice */
};

/* Writes a time as MariaDB reads it: "2026-11-22 09:42:00.123". */
struct text row_format_time(char text[CLOCK_TEXT + 1], int64_t time);

bool row_set_has(const struct row_set *set, size_t column);

/*
 * Fills the row from a record. What lies in the line stays there, what lies in
 * the record's tree is copied. Fields that have no column are noted in the
 * schema as wanted and go to extra. Returns a row_result or -ENOMEM; memory is
 * taken by ROW_FILLED and ROW_WANTS only.
 */
int row_fill(struct row *row, struct row_memory *memory,
	const struct record *record, struct schema *schema);

#endif
