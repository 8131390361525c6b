/*
 * Lines that are on their way to the database together.
 *
 * batch_add() until there is no room or nothing more waits;
 * transaction_send() until all are delivered, over as many connections as that
 * takes; batch_clear(). A line is delivered when its record is committed or
 * refused: what a lost connection left open is sent again.
 */
#ifndef BT_DB_INSERT_BATCH_H
#define BT_DB_INSERT_BATCH_H

#include "record.h"
#include "spool-reader.h"

/* Lines that a batch takes, and their bytes; one line more has room. */
#define BATCH_LINES 1024
#define BATCH_TEXT (1u << 20)

struct line {
	const char *text; /* ends with a zero */
	size_t length;
	int64_t number; /* of the caller's */
	bool is_cut;	/* the same */
	enum spool_line_state state;
	char *why;	/* it is refused; owned */
	bool is_record; /* that the database refuses */
};

struct batch {
	size_t count, delivered; /* of the lines */
	size_t rows;		 /* committed */
	size_t part;	   /* lines to be sent together, at most; 0: all */
	bool has_reloaded; /* the columns, before a record was refused */
	int timeouts;	   /* in a row, of the next record alone */
	size_t used;	   /* of the text */
	struct line lines[BATCH_LINES];
	struct transaction *transaction; /* the part being sent */
	char text[BATCH_TEXT + SPOOL_LINE_HEAD + RECORD_MAX + BATCH_LINES];
};

/* NULL if there is no memory. */
struct batch *batch_new(void);
void batch_free(struct batch *batch);

/* Whether there is room for one more line. */
bool batch_has_room(const struct batch *batch);

/* Copies a line. */
void batch_add(
	struct batch *batch, const struct spool_line *line, int64_t number);

/* Forgets all; for the next lines. */
void batch_clear(struct batch *batch);

#endif
