/* Stations: one row for each name. */
#include "device.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/errors.h"
#include "login.h"

/* Stations remembered; more than anybody has, so that a stream of invented
 * names takes no more memory than this. */
#define DEVICES 1024

#define WHY 512

/* Parameters of the longest statement below. */
#define TEXTS 12

/* "2026-11-22 09:42:00.123" */
#define TIME_TEXT 23

enum query { SELECT_ID, INSERT, UPDATE, QUERIES };

static const char *const queries[QUERIES] = {
	[SELECT_ID] = "SELECT id FROM device WHERE name = ?",

	/* Another session may have been quicker. */
	[INSERT] = "INSERT INTO device (name, first_seen, last_seen) "
		   "VALUES (?, ?, ?) "
		   "ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)",

	/* Old records sent again do not take back what newer ones said.
	 * Assignments go from left to right: last_seen is compared before it
	 * is changed. */
	[UPDATE] =
		"UPDATE device SET "
		"model = IF(last_seen > ?, COALESCE(model, ?), COALESCE(?, "
		"model)), "
		"serial_number = IF(last_seen > ?, COALESCE(serial_number, ?), "
		"COALESCE(?, serial_number)), "
		"address = IF(last_seen > ?, COALESCE(address, ?), "
		"COALESCE(?, address)), "
		"first_seen = LEAST(first_seen, ?), "
		"last_seen = GREATEST(last_seen, ?) WHERE id = ?",
};

struct device {
	uint32_t id; /* 0: not known yet */
	bool noted;
	int64_t first, last;
	/* Of the newest record that has one. */
	const struct record *model, *serial_number, *address;
	const char *name;
};

struct devices {
	MYSQL *handle;
	MYSQL_STMT *statements[QUERIES]; /* NULL: not prepared yet */
	json_t *numbers;		 /* from name to the place in list */
	size_t count;
	struct device list[DEVICES];
	char why[WHY];
};

struct devices *devices_new(MYSQL *handle)
{
	struct devices *devices = calloc(1, sizeof *devices);

	if (!devices)
		return NULL;
	devices->handle = handle;
	devices->numbers = json_object();
	if (!devices->numbers) {
		free(devices);
		return NULL;
	}
	return devices;
}

static void forget_statement(struct devices *devices, enum query query)
{
	if (devices->statements[query])
		mysql_stmt_close(devices->statements[query]);
	devices->statements[query] = NULL;
}

void devices_free(struct devices *devices)
{
	if (!devices)
		return;
	for (size_t i = 0; i < QUERIES; i++)
		forget_statement(devices, i);
	json_decref(devices->numbers);
	free(devices);
}

const char *devices_why(const struct devices *devices)
{
	return devices->why;
}

/* --- what records say ---------------------------------------------------- */

static const struct device *find(
	const struct devices *devices, const struct record *record)
{
	const json_t *place = json_object_get(devices->numbers, record->device);

	return place ? &devices->list[json_integer_value(place)] : NULL;
}

static struct device *find_or_add(
	struct devices *devices, const struct record *record)
{
	json_t *place = json_object_get(devices->numbers, record->device);
	struct device *device;

	if (place)
		return &devices->list[json_integer_value(place)];
	if (json_object_set_new(devices->numbers, record->device,
		    json_integer((json_int_t)devices->count)) != 0)
		return NULL;
	device = &devices->list[devices->count++];
	memset(device, 0, sizeof *device);
	return device;
}

static const struct record *newer(
	const struct record *known, const struct record *record)
{
	return !known || record->time >= known->time ? record : known;
}

int devices_note(struct devices *devices, const struct record *record)
{
	struct device *device = find_or_add(devices, record);

	if (!device)
		return -ENOMEM;
	if (!device->noted) {
		device->noted = true;
		device->first = device->last = record->time;
		device->model = device->serial_number = NULL;
		device->address = NULL;
	}
	device->name = record->device;
	if (record->time < device->first)
		device->first = record->time;
	if (record->time > device->last)
		device->last = record->time;
	if (record->model)
		device->model = newer(device->model, record);
	if (record->serial_number >= 0)
		device->serial_number = newer(device->serial_number, record);
	if (record->address)
		device->address = newer(device->address, record);
	return 0;
}

/* --- what the database gets ---------------------------------------------- */

static int fail(struct devices *devices, MYSQL_STMT *statement)
{
	if (!statement)
		return -ENOMEM;
	snprintf(devices->why, WHY, "%s", mysql_stmt_error(statement));
	return login_error(mysql_stmt_errno(statement));
}

/* The statement, prepared once for a connection. */
static MYSQL_STMT *prepare(struct devices *devices, enum query query)
{
	MYSQL_STMT **kept = &devices->statements[query];

	if (*kept)
		return *kept;
	*kept = mysql_stmt_init(devices->handle);
	if (*kept &&
		mysql_stmt_prepare(
			*kept, queries[query], strlen(queries[query])) == 0)
		return *kept;
	return NULL;
}

static int fetch(
	struct devices *devices, MYSQL_STMT *statement, uint32_t *number)
{
	MYSQL_BIND result = { .buffer_type = MYSQL_TYPE_LONG,
		.is_unsigned = 1,
		.buffer = number };
	int error = 0;

	if (mysql_stmt_bind_result(statement, &result) != 0 ||
		mysql_stmt_fetch(statement) == 1)
		error = fail(devices, statement);
	mysql_stmt_free_result(statement);
	return error;
}

/* Runs a query with texts for its parameters; NULL is NULL. *id is the first
 * column of the first row, or what was inserted; 0 if neither. */
static int run(struct devices *devices, enum query query,
	const char *const *texts, size_t count, uint32_t *id)
{
	MYSQL_STMT *statement = prepare(devices, query);
	MYSQL_BIND binds[TEXTS] = { 0 };
	uint32_t number = 0;
	int error = 0;

	for (size_t i = 0; i < count; i++) {
		binds[i].buffer_type =
			texts[i] ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
		binds[i].buffer = (void *)(uintptr_t)texts[i];
		binds[i].buffer_length = texts[i] ? strlen(texts[i]) : 0;
	}
	if (!statement || mysql_stmt_bind_param(statement, binds) != 0 ||
		mysql_stmt_execute(statement) != 0)
		error = fail(devices, devices->statements[query]);
	else if (mysql_stmt_field_count(statement) == 0)
		number = (uint32_t)mysql_stmt_insert_id(statement);
	else
		error = fetch(devices, statement, &number);
	/* The table may have been changed under it. */
	if (error < 0)
		forget_statement(devices, query);
	if (error == 0)
		*id = number;
	return error;
}

static void format_time(char text[CLOCK_TEXT + 1], int64_t time)
{
	clock_format(text, time);
	text[10] = ' ';
	text[TIME_TEXT] = '\0';
}

static int store(struct devices *devices, struct device *device)
{
	char first[CLOCK_TEXT + 1], last[CLOCK_TEXT + 1];
	char serial[24], id[16];
	const char *model = device->model ? device->model->model : NULL;
	const char *number = device->serial_number ? serial : NULL;
	const char *address = device->address ? device->address->address : NULL;
	const char *const names[] = { device->name, first, last };
	const char *const texts[TEXTS] = { last, model, model, last, number,
		number, last, address, address, first, last, id };
	uint32_t ignored;
	int error = 0;

	format_time(first, device->first);
	format_time(last, device->last);
	if (device->serial_number)
		snprintf(serial, sizeof serial, "%lld",
			(long long)device->serial_number->serial_number);
	if (device->id == 0)
		error = run(devices, SELECT_ID, names, 1, &device->id);
	if (error == 0 && device->id == 0)
		error = run(devices, INSERT, names, 3, &device->id);
	if (error < 0)
		return error;
	snprintf(id, sizeof id, "%lu", (unsigned long)device->id);
	return run(devices, UPDATE, texts, TEXTS, &ignored);
}

int devices_store(struct devices *devices)
{
	int error = 0;

	for (size_t i = 0; i < devices->count && error == 0; i++) {
		if (!devices->list[i].noted)
			continue;
		error = store(devices, &devices->list[i]);
		devices->list[i].noted = 0;
	}
	return error;
}

uint32_t devices_number(
	const struct devices *devices, const struct record *record)
{
	const struct device *device = find(devices, record);

	return device ? device->id : 0;
}

bool devices_are_many(const struct devices *devices, size_t more)
{
	return devices->count + more > DEVICES;
}

void devices_forget(struct devices *devices)
{
	json_object_clear(devices->numbers);
	devices->count = 0;
}
