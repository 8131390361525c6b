/* What a batch is made of: for batch.c, which gathers it, and transaction.c,
 * which sends it. */
#ifndef BT_DB_INSERT_BATCH_INTERNAL_H
#define BT_DB_INSERT_BATCH_INTERNAL_H

#include <stdint.h>

#include "batch.h"
#include "row.h"

/* Bytes of lines that a batch takes, and one more line. */
#define BATCH_TEXT (512u << 10)

/* Twice the records at least, and a power of two. */
#define KEY_SLOTS 1024

struct line {
	size_t offset, length; /* in text */
	size_t weight;
	bool is_too_large; /* for the arena: it will be refused */
	struct origin origin;
};

struct batch {
	int arena;
	struct spool_position end;

	/* Lines, of which the first so many were parsed. */
	size_t lines, parsed;
	size_t used;	 /* bytes of text */
	size_t reserved; /* of the arena, for lines that were not parsed */
	struct line line[BATCH_LINES];

	/* Records, of which the first so many are settled. */
	size_t count, settled;
	struct record records[BATCH_LINES];
	const struct line *from[BATCH_LINES]; /* the line of each */
	struct row rows[BATCH_LINES];

	size_t refusals;
	struct refusal refusal[BATCH_LINES];

	/* The cells of all rows of a part; grows, never shrinks. */
	struct cell *cells;
	size_t capacity;

	/* Of the part being sent: records by group, those with the same table
	 * and columns; and which rows of the tables it has. */
	size_t groups;
	uint32_t first[BATCH_LINES]; /* a record of each group */
	uint32_t list[BATCH_LINES];
	uint32_t keys[KEY_SLOTS]; /* number of a record plus 1; 0 is free */

	char text[BATCH_TEXT + RECORD_MAX];
};

_Static_assert(KEY_SLOTS >= 2 * BATCH_LINES, "keys are found by hashing");

/* Notes that a line is refused; object is NULL if it is no record. 0 or
 * -ENOMEM. */
int batch_refuse(struct batch *batch, const struct line *line,
	const json_t *object, const char *why);

#endif
