/*
 * Lines that are on their way to the database together.
 *
 * batch_add() until the next line does not fit or nothing more waits;
 * batch_parse() makes records of them, in whichever thread has the time;
 * batch_send() until all are settled, over as many connections as that takes;
 * batch_clear(). A record is settled when it is committed or refused: what a
 * lost connection left open is sent again.
 */
#ifndef BT_DB_INSERT_BATCH_H
#define BT_DB_INSERT_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "input-position.h"
#include "record.h"
#include "session.h"
#include "spool.h"

/* A reason, for people. */
#define BATCH_WHY SCHEMA_WHY

/* Lines that a batch takes. */
#define BATCH_LINES 512

struct refusal {
	struct origin origin;
	char *why;
	const json_t *object; /* NULL: the line is no record */
};

struct batch;

/* The batch has its records in the arena of this number. NULL if there is no
 * memory. */
struct batch *batch_new(int arena);
void batch_free(struct batch *batch);

/* Copies a line, RECORD_MAX bytes at most. Returns false if there is no room
 * for it now. */
bool batch_add(struct batch *batch, const struct spool_line *line,
	const struct origin *origin);

/* Makes a record of the next line: 1; 0 if there is no line left; -ENOMEM. */
int batch_parse(struct batch *batch);

/* Lines, and those of them that are records. */
size_t batch_lines(const struct batch *batch);
size_t batch_records(const struct batch *batch);

/* Where its lines end in the spool. */
const struct spool_position *batch_end(const struct batch *batch);

/*
 * Sends the records that are not settled; all lines must have been parsed.
 * Returns 0 when all are, or the error that stopped it, with the reason in
 * why: -BT_EAWAY (close the session), -BT_ECONFLICT (try again later),
 * -BT_EDENIED, -BT_ESETUP, -ENOMEM.
 */
int batch_send(
	struct batch *batch, struct session *session, char why[BATCH_WHY]);

/* Lines and records that were refused; valid until batch_clear(). */
size_t batch_refusals(const struct batch *batch);
const struct refusal *batch_refusal(const struct batch *batch, size_t number);

/* Forgets all; for the next lines. */
void batch_clear(struct batch *batch);

#endif
