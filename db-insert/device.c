/* Stations: one row for each name. */
#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/errors.h"
#include "batch.h"
#include "hash.h"
#include "server-error.h"

/* Twice the stations at least, and a power of two. */
#define SLOTS (2 * BATCH_LINES)

/* An integer with its sign and terminating zero. */
#define NUMBER_TEXT 24

/* Parameters of the longer statement below. */
#define TEXTS 12

/* Locks nothing, other than an UPDATE that finds no row: two that do so, and
 * then insert, would wait for each other. */
static const char select_id[] = "SELECT id FROM device WHERE name = ?";

/* Another session may have been quicker. */
static const char insert[] =
	"INSERT INTO device (name, first_seen, last_seen) VALUES (?, ?, ?) "
	"ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)";

/* Old records sent again do not take back what newer ones said. Assignments go
 * from left to right: last_seen is compared before it is changed. */
static const char update[] =
	"UPDATE device SET "
	"model = IF(last_seen > ?, COALESCE(model, ?), COALESCE(?, model)), "
	"serial_number = IF(last_seen > ?, COALESCE(serial_number, ?), "
	"COALESCE(?, serial_number)), "
	"address = IF(last_seen > ?, COALESCE(address, ?), "
	"COALESCE(?, address)), "
	"first_seen = LEAST(first_seen, ?), "
	"last_seen = GREATEST(last_seen, ?) WHERE id = ?";

/* What the records of a transaction say of a station. */
struct station {
	struct text name;
	int64_t first, last;
	/* Of the newest record that has one. */
	const struct identity *model, *serial_number, *address;
	uint32_t id;
};

struct stations {
	size_t count;
	struct station list[BATCH_LINES];
	uint16_t slots[SLOTS]; /* number of a station plus 1; 0 is free */
};

/* --- what records say ----------------------------------------------------- */

/* The number of the station of this name; a new one if there is none. */
static uint32_t find_or_add(struct stations *stations, struct text name)
{
	size_t slot = hash_text(name) % SLOTS;
	uint16_t number;

	while ((number = stations->slots[slot]) != 0 &&
		!text_is_same(stations->list[number - 1].name, name))
		slot = (slot + 1) % SLOTS;
	if (number == 0) {
		number = stations->slots[slot] = (uint16_t)++stations->count;
		stations->list[number - 1] = (struct station){
			.name = name, .first = CLOCK_MAX, .last = -1
		};
	}
	return number - 1u;
}

static const struct identity *newer(
	const struct identity *known, const struct identity *record)
{
	return !known || record->time >= known->time ? record : known;
}

static void take(struct station *station, const struct identity *record)
{
	if (record->time < station->first)
		station->first = record->time;
	if (record->time > station->last)
		station->last = record->time;
	if (record->model.bytes)
		station->model = newer(station->model, record);
	if (record->serial_number >= 0)
		station->serial_number = newer(station->serial_number, record);
	if (record->address.bytes)
		station->address = newer(station->address, record);
}

/* --- what the database gets ----------------------------------------------- */

static int fail(MYSQL_STMT *statement, struct failure *failure)
{
	return failure_set(failure, server_error(mysql_stmt_errno(statement)),
		"%s", mysql_stmt_error(statement));
}

/* Runs a statement with texts for its parameters; none is NULL. */
static int run(MYSQL_STMT *statement, const char *text,
	const struct text *texts, size_t count, struct failure *failure)
{
	MYSQL_BIND binds[TEXTS] = { 0 };

	for (size_t i = 0; i < count; i++) {
		binds[i].buffer_type =
			texts[i].bytes ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
		binds[i].buffer = (void *)(uintptr_t)texts[i].bytes;
		binds[i].buffer_length = texts[i].length;
	}
	if (mysql_stmt_prepare(statement, text, strlen(text)) == 0 &&
		mysql_stmt_bind_param(statement, binds) == 0 &&
		mysql_stmt_execute(statement) == 0)
		return 0;
	return fail(statement, failure);
}

/* The first column of the first row into *id; 0 if there is none. */
static int fetch(MYSQL_STMT *statement, uint32_t *id, struct failure *failure)
{
	MYSQL_BIND result = {
		.buffer_type = MYSQL_TYPE_LONG, .is_unsigned = 1, .buffer = id
	};
	int error = 0;

	*id = 0;
	if (mysql_stmt_bind_result(statement, &result) != 0 ||
		mysql_stmt_fetch(statement) == 1)
		error = fail(statement, failure);
	mysql_stmt_free_result(statement);
	return error;
}

/* The number of the row of this name, which may have to be made. */
static int store_name(MYSQL_STMT *statement, struct station *station,
	struct text first, struct text last, struct failure *failure)
{
	const struct text texts[] = { station->name, first, last };
	int error = run(statement, select_id, texts, 1, failure);

	if (error == 0)
		error = fetch(statement, &station->id, failure);
	if (error < 0 || station->id != 0)
		return error;
	error = run(statement, insert, texts, 3, failure);
	if (error == 0)
		station->id = (uint32_t)mysql_stmt_insert_id(statement);
	return error;
}

static struct text format_number(char text[NUMBER_TEXT], int64_t number)
{
	int length = snprintf(text, NUMBER_TEXT, "%lld", (long long)number);

	return (struct text){ text, (size_t)length };
}

static int store(
	MYSQL_STMT *statement, struct station *station, struct failure *failure)
{
	char first_text[CLOCK_TEXT + 1], last_text[CLOCK_TEXT + 1];
	char serial_text[NUMBER_TEXT], id_text[NUMBER_TEXT];
	struct text first = row_format_time(first_text, station->first);
	struct text last = row_format_time(last_text, station->last);
	struct text model = { 0 }, serial = { 0 }, address = { 0 };
	int error = store_name(statement, station, first, last, failure);

	if (error < 0)
		return error;
	if (station->model)
		model = station->model->model;
	if (station->serial_number)
		serial = format_number(
			serial_text, station->serial_number->serial_number);
	if (station->address)
		address = station->address->address;
	return run(statement, update,
		(const struct text[TEXTS]){ last, model, model, last, serial,
			serial, last, address, address, first, last,
			format_number(id_text, station->id) },
		TEXTS, failure);
}

static int store_all(
	struct stations *stations, MYSQL *handle, struct failure *failure)
{
	MYSQL_STMT *statement = mysql_stmt_init(handle);
	int error = statement ? 0 : -ENOMEM;

	for (size_t i = 0; i < stations->count && error == 0; i++)
		error = store(statement, &stations->list[i], failure);
	if (statement)
		mysql_stmt_close(statement);
	return error;
}

int devices_store(
	MYSQL *handle, struct row *rows, size_t count, struct failure *failure)
{
	struct stations *stations = calloc(1, sizeof *stations);
	int error;

	if (!stations)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		rows[i].device = find_or_add(stations, rows[i].identity.device);
		take(&stations->list[rows[i].device], &rows[i].identity);
	}
	error = store_all(stations, handle, failure);
	for (size_t i = 0; i < count; i++)
		rows[i].device = stations->list[rows[i].device].id;
	free(stations);
	return error;
}
