/*
 * From records to committed rows.
 *
 * A part of the batch is sent in one transaction. If the server refuses it
 * for what is in it, half of it is tried, down to the one record that is
 * refused; then the parts grow again.
 */
#include "batch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "error.h"
#include "login.h"
#include "row.h"
#include "statement.h"

/* Twice the records at least, and a power of two. */
#define KEY_SLOTS 8192

struct batch {
	size_t count;
	size_t settled; /* the first so many records */
	size_t bytes;
	struct record records[BATCH_RECORDS];
	struct row rows[BATCH_RECORDS];

	/* Of the part being sent: records by group, those with the same table
	 * and columns; and which rows of the tables it has. */
	size_t groups;
	uint32_t first[BATCH_RECORDS]; /* a record of each group */
	uint32_t list[BATCH_RECORDS];
	uint32_t keys[KEY_SLOTS]; /* number of a record plus 1; 0 is free */
};

struct session {
	MYSQL *handle;
	struct schema *schema;
	struct devices *devices;
	struct statements *statements;
};

/* --- gathering ----------------------------------------------------------- */

struct batch *batch_new(void)
{
	return calloc(1, sizeof(struct batch));
}

void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		row_clear(&batch->rows[i]);
		record_release(&batch->records[i]);
	}
	batch->count = batch->settled = batch->bytes = 0;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	batch_clear(batch);
	for (size_t i = 0; i < BATCH_RECORDS; i++)
		row_release(&batch->rows[i]);
	free(batch);
}

void batch_add(struct batch *batch, const struct record *record, size_t length)
{
	batch->records[batch->count++] = *record;
	batch->bytes += length;
}

bool batch_is_full(const struct batch *batch)
{
	return batch->count == BATCH_RECORDS || batch->bytes >= BATCH_BYTES;
}

size_t batch_count(const struct batch *batch)
{
	return batch->count;
}

size_t batch_open(const struct batch *batch)
{
	return batch->count - batch->settled;
}

const struct record *batch_record(const struct batch *batch, size_t number)
{
	return &batch->records[number];
}

/* --- a connection -------------------------------------------------------- */

void session_close(struct session *session)
{
	if (!session)
		return;
	statements_free(session->statements);
	devices_free(session->devices);
	schema_close(session->schema);
	mysql_close(session->handle);
	free(session);
}

int session_open(struct session **session, MYSQL *handle, bool replace,
	char why[BATCH_WHY])
{
	struct session *result = calloc(1, sizeof *result);
	int error;

	if (!result) {
		mysql_close(handle);
		return -ENOMEM;
	}
	result->handle = handle;
	result->devices = devices_new(handle);
	result->statements = statements_new(handle, replace);
	if (!result->devices || !result->statements)
		error = -ENOMEM;
	else
		error = schema_open(&result->schema, handle, why);
	if (error < 0) {
		session_close(result);
		return error;
	}
	*session = result;
	return 0;
}

const char *session_advice(struct session *session)
{
	return schema_advice(session->schema);
}

/* --- groups -------------------------------------------------------------- */

static size_t find_group(const struct batch *batch, const struct row *row)
{
	size_t group = 0;

	while (group < batch->groups) {
		const struct row *other = &batch->rows[batch->first[group]];

		if (other->table == row->table &&
			memcmp(&other->set, &row->set, sizeof row->set) == 0)
			break;
		group++;
	}
	return group;
}

static bool is_same_row(const struct record *a, const struct record *b)
{
	return a->time == b->time && a->pack == b->pack &&
		strcmp(a->device, b->device) == 0;
}

static size_t hash_key(const struct record *record)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (const char *p = record->device; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	h = (h ^ (uint32_t)record->time) * 16777619u;
	h = (h ^ (uint32_t)record->pack) * 16777619u;
	return (h ^ h >> 16) % KEY_SLOTS;
}

/* The number of an earlier record of the part for the same row of the table;
 * notes and returns this one if there is none. */
static uint32_t note_key(struct batch *batch, uint32_t number)
{
	const struct record *record = &batch->records[number];
	size_t slot = hash_key(record);

	while (batch->keys[slot] != 0 &&
		!is_same_row(&batch->records[batch->keys[slot] - 1], record))
		slot = (slot + 1) % KEY_SLOTS;
	if (batch->keys[slot] == 0)
		batch->keys[slot] = number + 1;
	return batch->keys[slot] - 1;
}

/*
 * Sorts the next count records into groups. Groups go out one after the
 * other, so two records for the same row must be in the same group: the part
 * ends where they would not. Returns the number of records in the part.
 */
static size_t sort_part(struct batch *batch, size_t count)
{
	size_t begin = batch->settled, n;

	batch->groups = 0;
	memset(batch->keys, 0, sizeof batch->keys);
	for (n = 0; n < count; n++) {
		uint32_t number = (uint32_t)(begin + n);
		struct row *row = &batch->rows[number];
		uint32_t earlier = note_key(batch, number);

		row->group = find_group(batch, row);
		if (earlier != number &&
			batch->rows[earlier].group != row->group)
			break;
		if (row->group == batch->groups)
			batch->first[batch->groups++] = number;
	}
	return n;
}

/* --- a part of the batch ------------------------------------------------- */

/* Rows for all records of the part; returns the number of columns that are
 * wanted for them. */
static int fill_rows(struct batch *batch, struct session *session, size_t count)
{
	int wanted = 0;

	for (size_t i = batch->settled; i < batch->settled + count; i++) {
		int n = row_fill(
			&batch->rows[i], &batch->records[i], session->schema);

		if (n < 0)
			return n;
		wanted |= n > 0;
	}
	return wanted;
}

static int prepare_rows(struct batch *batch, struct session *session,
	size_t count, char why[BATCH_WHY])
{
	int wanted = fill_rows(batch, session, count);
	int error;

	if (wanted <= 0)
		return wanted;
	error = schema_extend(session->schema, session->handle, why);
	if (error < 0)
		return error;
	wanted = fill_rows(batch, session, count);
	return wanted < 0 ? wanted : 0;
}

static int send_devices(struct batch *batch, struct session *session,
	size_t count, char why[BATCH_WHY])
{
	size_t end = batch->settled + count;
	int error = 0;

	if (devices_are_many(session->devices, count))
		devices_forget(session->devices);
	for (size_t i = batch->settled; i < end && error == 0; i++)
		error = devices_note(session->devices, &batch->records[i]);
	if (error == 0) {
		error = devices_store(session->devices);
		if (error < 0)
			snprintf(why, BATCH_WHY, "%s",
				devices_why(session->devices));
	}
	for (size_t i = batch->settled; i < end && error == 0; i++)
		batch->rows[i].device =
			devices_number(session->devices, &batch->records[i]);
	return error;
}

static int send_groups(struct batch *batch, struct session *session,
	size_t count, char why[BATCH_WHY])
{
	size_t end = batch->settled + count;
	int error = 0;

	for (size_t group = 0; group < batch->groups && error == 0; group++) {
		size_t n = 0;

		for (size_t i = batch->settled; i < end; i++) {
			if (batch->rows[i].group == group)
				batch->list[n++] = (uint32_t)i;
		}
		error = statements_send(session->statements, session->schema,
			batch->records, batch->rows, batch->list, n);
		if (error < 0)
			snprintf(why, BATCH_WHY, "%s",
				statements_why(session->statements));
	}
	return error;
}

static int commit(struct session *session, char why[BATCH_WHY])
{
	if (mysql_commit(session->handle) == 0)
		return 0;
	snprintf(why, BATCH_WHY, "%s", mysql_error(session->handle));
	return login_error(mysql_errno(session->handle));
}

/* After a failure nothing of the part may stay, nor what was learned from
 * it. */
static int roll_back(struct session *session, int error)
{
	devices_forget(session->devices);
	if (error == -BT_EAWAY)
		return error;
	if (mysql_rollback(session->handle) != 0)
		return -BT_EAWAY;
	/* The tables may not be what they were. */
	if (error == -BT_ECONFLICT &&
		schema_reload(session->schema, session->handle) < 0)
		return -BT_EAWAY;
	return error;
}

/* Sends at most *count records; *count is then how many it was. */
static int send_part(struct batch *batch, struct session *session,
	size_t *count, char why[BATCH_WHY])
{
	int error = prepare_rows(batch, session, *count, why);

	if (error == 0) {
		*count = sort_part(batch, *count);
		error = send_devices(batch, session, *count, why);
	}
	if (error == 0)
		error = send_groups(batch, session, *count, why);
	if (error == 0)
		error = commit(session, why);
	return error < 0 ? roll_back(session, error) : 0;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Marks the next record as refused. */
static int refuse(struct batch *batch, const char *why)
{
	char *refusal = strdup(why);

	if (!refusal)
		return -ENOMEM;
	batch->records[batch->settled++].refusal = refusal;
	return 0;
}

int batch_send(
	struct batch *batch, struct session *session, char why[BATCH_WHY])
{
	size_t size = batch_open(batch);

	while (batch_open(batch) > 0) {
		size_t count = least(size, batch_open(batch));
		int error = send_part(batch, session, &count, why);

		if (error == 0) {
			batch->settled += count;
			size = 2 * size;
		} else if (error == -BT_ERECORD && count > 1) {
			size = count / 2;
		} else {
			if (error == -BT_ERECORD)
				error = refuse(batch, why);
			if (error < 0)
				return error;
			size = 1;
		}
	}
	return 0;
}
