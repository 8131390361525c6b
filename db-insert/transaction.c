/*
 * Each part of the batch is one transaction. If the server rejects its contents
 * or the connection is lost, the part is halved, down to the single record that
 * is rejected; then the parts grow again.
 */
#include "transaction.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message-table.h"
#include "device.h"
#include "execute.h"
#include "hash.h"
#include "login.h"
#include "statement.h"
#include "sums.h"

/* Twice the rows at least, and a power of two. */
#define KEY_SLOTS 2048

/* Cells of a part: those of 1,300 polls of an AC300, and more than one row
 * can have. Bytes of texts that came by way of jansson: four times a line is
 * more than it makes of one. */
#define CELLS (1u << 16)
#define TEXTS (2u << 20)

/* Time-outs after which a single record is rejected. */
#define TRIES 3

struct transaction {
	size_t lines; /* of the part */
	size_t count;
	struct row rows[BATCH_LINES];
	size_t groups;		     /* rows with the same table and columns */
	uint32_t first[BATCH_LINES]; /* a row of each group */
	uint32_t list[BATCH_LINES];  /* rows of one group */
	uint32_t keys[KEY_SLOTS];    /* number of a row plus 1; 0 is free */
	struct record record;	     /* of the line that is read now */
	struct cell cells[CELLS];
	char texts[TEXTS];
};

_Static_assert(KEY_SLOTS >= 2 * BATCH_LINES, "keys are found by hashing");
_Static_assert(CELLS >= SCHEMA_COLUMNS && TEXTS >= 4 * RECORD_MAX,
	"any record has room");

struct transaction *transaction_new(void)
{
	return calloc(1, sizeof(struct transaction));
}

void transaction_free(struct transaction *t)
{
	record_release(&t->record);
	free(t);
}

/* --- rows ----------------------------------------------------------------- */

static bool is_blank(const char *text, size_t length)
{
	while (length > 0 && strchr(" \t\r", text[length - 1]) &&
		text[length - 1])
		length--;
	return length == 0;
}

static int refuse(struct line *line, const char *why)
{
	line->why = strdup(why);
	return line->why ? 0 : -ENOMEM;
}

/* A row of the record in the line: a row_result or an error, -BT_ERECORD with
 * a reason in *failure. */
static int read_row(struct transaction *t, struct row_memory *memory,
	struct schema *schema, const struct line *line, struct failure *failure)
{
	struct row *row = &t->rows[t->count];
	int result = record_read(
		&t->record, RECORD_ANY, line->text, line->length, failure);

	if (result == 0)
		result = row_fill(row, memory, &t->record, schema);
	if (result != ROW_NEEDS_TREE)
		return result;
	result = record_read(
		&t->record, RECORD_TREE, line->text, line->length, failure);
	return result < 0 ? result : row_fill(row, memory, &t->record, schema);
}

/* Reads at most count of the remaining lines, as many as fit the memory.
 * Returns whether columns are missing, or -ENOMEM. */
static int read_rows(struct transaction *t, struct batch *batch, size_t count,
	struct schema *schema)
{
	struct row_memory memory = { t->cells, CELLS, t->texts, TEXTS };
	bool is_wanting = false;
	int result = 0;

	t->count = 0;
	for (t->lines = 0; t->lines < count; t->lines++) {
		size_t number = batch->delivered + t->lines;
		struct line *line = &batch->lines[number];
		struct failure failure;

		if (line->why || is_blank(line->text, line->length))
			continue;
		result = line->state == SPOOL_LINE_DAMAGED
			? failure_set(&failure, -BT_ERECORD,
				  "wrong checksum in the spool")
			: read_row(t, &memory, schema, line, &failure);
		if (result == ROW_FULL && t->count > 0)
			break;
		if (result == ROW_FULL)
			result = refuse(line, "record has too many values");
		else if (result == -BT_ERECORD)
			result = refuse(line, failure.text);
		else if (result >= 0)
			t->rows[t->count++].line = number;
		if (result < 0)
			break;
		is_wanting |= result == ROW_WANTS;
	}
	record_release(&t->record);
	return result < 0 ? result : is_wanting;
}

/* The same, again after adding missing columns. Returns 0 or an error. */
static int prepare_rows(struct transaction *t, struct batch *batch,
	size_t count, struct session *session, struct failure *failure)
{
	int result = read_rows(t, batch, count, session->schema);

	if (result <= 0)
		return result;
	result = schema_extend(session->schema, session->handle, failure);
	if (result < 0)
		return result;
	result = read_rows(t, batch, count, session->schema);
	return result < 0 ? result : 0;
}

/* --- groups --------------------------------------------------------------- */

static size_t find_group(const struct transaction *t, const struct row *row)
{
	size_t group = 0;

	while (group < t->groups) {
		const struct row *other = &t->rows[t->first[group]];

		if (other->table == row->table &&
			memcmp(&other->set, &row->set, sizeof row->set) == 0)
			break;
		group++;
	}
	return group;
}

static bool is_same_row(const struct identity *a, const struct identity *b)
{
	return a->time == b->time && a->pack == b->pack &&
		device_may_be_same(a, b);
}

static size_t hash_identity(const struct identity *identity)
{
	uint32_t hash = device_hash(identity);

	hash = hash_number(hash, (uint64_t)identity->time);
	return hash_number(hash, (uint64_t)identity->pack) % KEY_SLOTS;
}

/* Returns the number of an earlier row for the same row of the table, or
 * records and returns this one. */
static uint32_t record_key(struct transaction *t, uint32_t number)
{
	const struct identity *identity = &t->rows[number].identity;
	size_t slot = hash_identity(identity);

	while (t->keys[slot] != 0 &&
		!is_same_row(&t->rows[t->keys[slot] - 1].identity, identity))
		slot = (slot + 1) % KEY_SLOTS;
	if (t->keys[slot] == 0)
		t->keys[slot] = number + 1;
	return t->keys[slot] - 1;
}

/*
 * Sorts the rows into groups, which are sent one after the other. Records for
 * the same row of the table must be in the same group: otherwise the
 * transaction ends before the second one.
 */
static void sort_rows(struct transaction *t, const struct batch *batch)
{
	t->groups = 0;
	memset(t->keys, 0, sizeof t->keys);
	for (uint32_t n = 0; n < t->count; n++) {
		struct row *row = &t->rows[n];
		uint32_t earlier = record_key(t, n);

		row->group = find_group(t, row);
		if (earlier != n && t->rows[earlier].group != row->group) {
			t->count = n;
			t->lines = row->line - batch->delivered;
			break;
		}
		if (row->group == t->groups)
			t->first[t->groups++] = n;
	}
}

/* --- one transaction ------------------------------------------------------ */

static int send_groups(
	struct transaction *t, struct session *session, struct failure *failure)
{
	int error = 0;

	for (size_t group = 0; group < t->groups && error == 0; group++) {
		size_t n = 0;

		for (uint32_t i = 0; i < t->count; i++) {
			if (t->rows[i].group == group)
				t->list[n++] = i;
		}
		error = statement_send(session, t->rows, t->list, n, failure);
	}
	return error;
}

static int commit(struct session *session, struct failure *failure)
{
	return mysql_commit(session->handle) == 0
		? 0
		: execute_fail(session->handle, failure);
}

/* Rolls back after a failure. A server that hangs up because a packet is too
 * long has already done so. */
static int roll_back(struct session *session, int error)
{
	struct failure reason;

	if (error == -BT_EAWAY)
		return error;
	if (mysql_rollback(session->handle) != 0)
		return error == -BT_ERECORD ? error : -BT_EAWAY;
	/* The tables may have changed. */
	if (error == -BT_ECONFLICT &&
		schema_reload(session->schema, session->handle, &reason) < 0)
		return -BT_EAWAY;
	return error;
}

/* Sends at most the next part of the batch and sets t->lines to its length. */
static int send_lines(struct transaction *t, struct batch *batch,
	struct session *session, struct failure *failure)
{
	size_t left = batch->count - batch->delivered;
	size_t count = batch->part < left ? batch->part : left;
	int error = prepare_rows(t, batch, count, session, failure);

	if (error < 0)
		return roll_back(session, error);
	sort_rows(t, batch);
	if (t->count == 0)
		return 0;
	error = devices_store(session, t->rows, t->count, failure);
	if (error == 0)
		error = send_groups(t, session, failure);
	if (error == 0)
		error = sums_touch(session, t->rows, t->count, failure);
	if (error == 0)
		error = commit(session, failure);
	return error < 0 ? roll_back(session, error) : 0;
}

/* --- the batch ------------------------------------------------------------ */

static int refuse_record(struct line *line, const char *why)
{
	line->is_record = true;
	return refuse(line, why);
}

/* Halves the part that has failed, which had more than one record. */
static int halve(struct batch *batch, const struct transaction *t, int error)
{
	batch->part = t->lines / 2;
	return error == -BT_ERECORD ? 0 : error;
}

/* A single record has failed. If an administrator has changed columns, its
 * values may fit once the columns are read again. A server that responds
 * otherwise, but times out on this record three times in a row, cannot accept
 * it. */
static int fail_alone(struct batch *batch, struct session *session, int error,
	bool is_timeout, struct failure *failure)
{
	const struct transaction *t = batch->transaction;
	struct line *line = &batch->lines[t->rows[0].line];
	int result;

	batch->part = 1;
	if (error == -BT_ERECORD && !batch->has_reloaded) {
		batch->has_reloaded = true;
		return schema_reload(
			       session->schema, session->handle, failure) < 0
			? -BT_EAWAY
			: 0;
	}
	batch->timeouts = is_timeout ? batch->timeouts + 1 : 0;
	if (error != -BT_ERECORD && batch->timeouts < TRIES)
		return error;
	result = refuse_record(line,
		error == -BT_ERECORD
			? failure->text
			: MESSAGE_TEXT(
				  "the server does not accept it in time"));
	batch->timeouts = 0;
	if (result < 0)
		return result;
	return error == -BT_ERECORD ? 0 : error;
}

int transaction_send(
	struct batch *batch, struct session *session, struct failure *failure)
{
	struct transaction *t = batch->transaction;
	int error = 0;

	if (batch->part == 0)
		batch->part = batch->count;
	while (batch->delivered < batch->count && error == 0) {
		int64_t begin = clock_monotonic();
		bool is_about_it;

		error = send_lines(t, batch, session, failure);
		is_about_it = error == -BT_ERECORD || error == -BT_EAWAY;
		if (error == 0) {
			batch->delivered += t->lines;
			batch->rows += t->count;
			batch->timeouts = 0;
			if (batch->part < BATCH_LINES)
				batch->part *= 2;
		} else if (is_about_it && t->count > 1) {
			error = halve(batch, t, error);
		} else if (is_about_it && t->count == 1) {
			error = fail_alone(batch, session, error,
				clock_monotonic() - begin >= ANSWER_TIMEOUT,
				failure);
		}
	}
	return error;
}
