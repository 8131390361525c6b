/*
 * From records to committed rows.
 *
 * A part of the batch is sent in one transaction. If the server refuses it
 * for what is in it, half of it is tried, down to the one record that is
 * refused; then the parts grow again.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "batch-internal.h"
#include "batch.h"
#include "hash.h"
#include "login.h"

static size_t count_open(const struct batch *batch)
{
	return batch->count - batch->settled;
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
	uint32_t hash = hash_text(HASH_START, record->device);

	hash = hash_number(hash, (uint32_t)record->time);
	hash = hash_number(hash, (uint32_t)record->pack);
	return (hash ^ hash >> 16) % KEY_SLOTS;
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

/* Room for the cells of all rows of the part, which takes the place of those
 * before. */
static int reserve_cells(struct batch *batch, size_t count)
{
	struct cell *cells;
	size_t needed = 0;

	for (size_t i = 0; i < batch->count; i++)
		row_clear(&batch->rows[i]);
	for (size_t i = batch->settled; i < batch->settled + count; i++)
		needed += row_cells(&batch->records[i]);
	if (needed <= batch->capacity)
		return 0;
	cells = realloc(batch->cells, needed * sizeof *cells);
	if (!cells)
		return -ENOMEM;
	batch->cells = cells;
	batch->capacity = needed;
	return 0;
}

/* Rows for all records of the part; returns the number of columns that are
 * wanted for them. */
static int fill_rows(struct batch *batch, struct session *session, size_t count)
{
	int wanted = 0, error = reserve_cells(batch, count);
	struct cell *cells = batch->cells;

	for (size_t i = batch->settled;
		i < batch->settled + count && error >= 0; i++) {
		struct row *row = &batch->rows[i];

		error = row_fill(
			row, cells, &batch->records[i], session->schema);
		cells += row->count;
		wanted |= error > 0;
	}
	return error < 0 ? error : wanted;
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

/* The server refuses the next record. */
static int refuse_next(struct batch *batch, const char *why)
{
	size_t next = batch->settled;
	int error = batch_refuse(
		batch, batch->from[next], batch->records[next].object, why);

	batch->settled += error == 0;
	return error;
}

/*
 * How many of the next records, size at most, the server takes in one packet.
 * In the protocol no value is twice as long as in JSON, but the shortest ones
 * of the shortest names; 0: the first record alone is too long.
 */
static size_t fit_packet(
	const struct batch *batch, const struct session *session, size_t size)
{
	size_t bytes = 0, count = 0, left = count_open(batch);

	while (count < size && count < left) {
		bytes += 64 + 2 * batch->from[batch->settled + count]->length;
		if (bytes > session->packet_max)
			break;
		count++;
	}
	return count;
}

int batch_send(
	struct batch *batch, struct session *session, char why[BATCH_WHY])
{
	size_t size = count_open(batch);

	while (count_open(batch) > 0) {
		size_t count = fit_packet(batch, session, size);
		int error = count == 0 ? -BT_ERECORD : 0;

		if (count == 0)
			snprintf(why, BATCH_WHY,
				"it is too long for max_allowed_packet of "
				"the server (%zu bytes)",
				session->packet_max);
		else
			error = send_part(batch, session, &count, why);
		if (error == 0) {
			batch->settled += count;
			size = 2 * size;
		} else if (error == -BT_ERECORD && count > 1) {
			size = count / 2;
		} else {
			if (error == -BT_ERECORD)
				error = refuse_next(batch, why);
			if (error < 0)
				return error;
			size = 1;
		}
	}
	return 0;
}
