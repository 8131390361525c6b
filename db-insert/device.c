/* Stations: a row for each identity, and which are of one device. */
#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "base/message.h"
#include "batch.h"
#include "device-table.h"
#include "hash.h"
#include "execute.h"

/* Twice the stations at least, and a power of two. */
#define SLOTS (2 * BATCH_LINES)

/* Bytes of an identity: the name, 17 and 20 of ASCII, two blanks, a zero. */
#define IDENTITY_TEXT (4 * RECORD_NAME_MAX + 40)

/* Another session may have been quicker. */
static const char insert[] =
	"INSERT INTO device (identity, name, first_seen, last_seen) "
	"VALUES (?, ?, ?, ?) "
	"ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)";

static const char rename_identity[] =
	"UPDATE device SET identity = ? WHERE id = ?";

/* An older record does not overwrite the values of a newer one, except one from
 * the future. Assignments are evaluated from left to right: last_seen is
 * compared before it changes. */
#define OLDER "last_seen > ? AND last_seen <= ?"
static const char update[] =
	"UPDATE device SET "
	"name = IF(" OLDER ", COALESCE(name, ?), COALESCE(?, name)), "
	"model = IF(" OLDER ", COALESCE(model, ?), COALESCE(?, model)), "
	"address = IF(" OLDER ", COALESCE(address, ?), COALESCE(?, address)), "
	"first_seen = LEAST(first_seen, ?), "
	"last_seen = IF(" OLDER ", last_seen, ?) WHERE id = ?";

static const char update_future[] =
	"UPDATE device SET first_seen = LEAST(first_seen, ?), "
	"last_seen = GREATEST(last_seen, ?) WHERE id = ? AND last_seen > ?";

/* What the records of a transaction say of a station; times are -1 if none is
 * of the present. */
struct station {
	const struct identity *identity;
	int64_t first, last, first_future, last_future;
	/* Of the newest record that has one. */
	const struct identity *name, *model, *address;
	size_t row; /* its number in the table */
	char serial_number[DEVICE_NUMBER];
};

struct stations {
	size_t count;
	struct station list[BATCH_LINES];
	uint16_t slots[SLOTS]; /* number of a station plus 1; 0 is free */
	struct device_table table;
};

/* --- identities ----------------------------------------------------------- */

static struct text name_of(const struct identity *identity)
{
	/* The address stands in for the name. */
	if (identity->is_bluetooth &&
		identity->device.bytes == identity->address.bytes)
		return (struct text){ 0 };
	return identity->device;
}

bool device_may_be_same(const struct identity *a, const struct identity *b)
{
	if (a->is_bluetooth != b->is_bluetooth)
		return false;
	return a->is_bluetooth ? strncasecmp(a->address.bytes, b->address.bytes,
					 a->address.length) == 0
			       : text_is_same(name_of(a), name_of(b));
}

uint32_t device_hash(const struct identity *identity)
{
	uint64_t number = 0;

	if (!identity->is_bluetooth)
		return hash_text(identity->device);
	/* Addresses in either case are the same. */
	for (size_t i = 0; i < identity->address.length; i++)
		number = 31 * number + (identity->address.bytes[i] | 0x20);
	return hash_number(0, number);
}

static bool is_same(const struct identity *a, const struct identity *b)
{
	/* A slot of find_or_add() is empty, or a station's, which has one. */
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	return a->serial_number == b->serial_number && device_may_be_same(a, b);
}

static struct text format_identity(
	char text[IDENTITY_TEXT], const struct station *station)
{
	const struct identity *identity = station->identity;
	struct text name = name_of(identity);
	struct text address = { "-", 1 };
	int length;

	if (identity->is_bluetooth)
		address = identity->address;
	/* The name may change. */
	if (identity->is_bluetooth)
		name = (struct text){ 0 };
	length = snprintf(text, IDENTITY_TEXT, "%.*s %s %.*s",
		(int)address.length, address.bytes, station->serial_number,
		(int)name.length, name.bytes ? name.bytes : "");
	for (size_t i = 0; i < address.length; i++) {
		if (text[i] >= 'a' && text[i] <= 'f')
			text[i] = (char)(text[i] - 'a' + 'A');
	}
	return (struct text){ text, (size_t)length };
}

/* --- what records say ----------------------------------------------------- */

/* The number of the station of this identity; a new one if there is none. */
static uint32_t find_or_add(
	struct stations *stations, const struct identity *identity)
{
	size_t slot = device_hash(identity) % SLOTS;
	struct station *station;
	uint16_t number;

	while ((number = stations->slots[slot]) != 0 &&
		!is_same(stations->list[number - 1].identity, identity))
		slot = (slot + 1) % SLOTS;
	if (number != 0)
		return number - 1u;
	number = stations->slots[slot] = (uint16_t)++stations->count;
	station = &stations->list[number - 1];
	*station = (struct station){ .identity = identity,
		.first = -1,
		.last = -1,
		.first_future = -1,
		.last_future = -1,
		.serial_number = "-" };
	if (identity->serial_number >= 0)
		device_format_number(
			station->serial_number, identity->serial_number);
	return number - 1u;
}

static const struct identity *newer(
	const struct identity *known, const struct identity *record)
{
	return !known || record->time >= known->time ? record : known;
}

static void widen(int64_t *first, int64_t *last, int64_t time)
{
	if (*first < 0 || time < *first)
		*first = time;
	if (time > *last)
		*last = time;
}

static void take(
	struct station *station, const struct identity *record, int64_t now)
{
	if (record->time > now + DEVICE_FUTURE) {
		widen(&station->first_future, &station->last_future,
			record->time);
		return;
	}
	widen(&station->first, &station->last, record->time);
	if (name_of(record).bytes)
		station->name = newer(station->name, record);
	if (record->model.bytes)
		station->model = newer(station->model, record);
	if (record->address.bytes)
		station->address = newer(station->address, record);
}

/* --- what it gets --------------------------------------------------------- */

/* Says once that a station at an address has another serial number. */
static void report_twin(
	const struct device_table *table, const struct history_identity *added)
{
	for (size_t i = 0; added->serial_number.bytes && i + 1 < table->count;
		i++) {
		const struct history_identity *other = &table->identities[i];
		bool is_near = added->address.bytes ? other->address.bytes &&
				text_is_same(added->address, other->address)
						    : !other->address.bytes &&
				text_is_same(added->name, other->name);

		if (!is_near || !other->serial_number.bytes ||
			text_is_same(
				added->serial_number, other->serial_number))
			continue;
		message("%.*s: serial number %.*s is another device than %.*s",
			added->address.bytes ? (int)added->address.length
					     : (int)added->name.length,
			added->address.bytes ? added->address.bytes
					     : added->name.bytes,
			(int)added->serial_number.length,
			added->serial_number.bytes,
			(int)other->serial_number.length,
			other->serial_number.bytes);
		return;
	}
}

/* Adds the row of a new identity. The text must outlive the stations. */
static int add_row(struct device_table *table, struct station *station,
	struct text identity, struct failure *failure)
{
	char first[CLOCK_TEXT + 1], last[CLOCK_TEXT + 1];
	bool is_future = station->last < 0;
	const struct text texts[] = { identity, station->identity->device,
		row_format_time(first,
			is_future ? station->first_future : station->first),
		row_format_time(last,
			is_future ? station->last_future : station->last) };
	int error = execute_with(table->statement, insert, texts, 4, failure);

	if (error < 0)
		return error;
	last[CLOCK_TEXT - 1] = '\0';
	station->row = device_table_add(table,
		(uint32_t)mysql_stmt_insert_id(table->statement), identity,
		station->identity->device, last);
	report_twin(table, &table->identities[station->row]);
	return 0;
}

/* The first record with a serial number gives it to the row that has none yet.
 */
static int rename_row(struct device_table *table, size_t row,
	struct text identity, struct failure *failure)
{
	char id[DEVICE_NUMBER];

	history_parse(&table->identities[row], identity);
	device_table_name(table, row, table->rows[row].name);
	return execute_with(table->statement, rename_identity,
		(const struct text[]){ identity,
			device_format_number(id, table->identities[row].id) },
		2, failure);
}

/*
 * Parts of a poll sent again may lack the serial number, and meet their own
 * rows all the same: they share a row with the only serial number of their
 * address and name.
 */
static int store_identity(struct device_table *table, struct station *station,
	char **memory, struct failure *failure)
{
	struct text identity = format_identity(*memory, station);
	struct history_identity entry;
	size_t sibling;

	history_parse(&entry, identity);
	station->row = device_table_find(table, &entry);
	if (station->row < table->count)
		return 0;
	sibling = device_table_find_sibling(table, &entry);
	if (sibling < table->count)
		station->row = sibling;
	if (sibling < table->count && !entry.serial_number.bytes)
		return 0;
	*memory += identity.length + 1;
	if (sibling < table->count)
		return rename_row(table, sibling, identity, failure);
	return add_row(table, station, identity, failure);
}

/* Times and model of the row. */
static int store_facts(struct device_table *table,
	const struct station *station, struct failure *failure)
{
	struct device_row *row = &table->rows[station->row];
	char first_text[CLOCK_TEXT + 1], last_text[CLOCK_TEXT + 1];
	char id_text[DEVICE_NUMBER];
	struct text id = device_format_number(
		id_text, table->identities[station->row].id);
	struct text limit = table->limit, name = { 0 }, model = { 0 },
		    address = { 0 }, first, last;

	if (station->last < 0) {
		first = row_format_time(first_text, station->first_future);
		last = row_format_time(last_text, station->last_future);
		return execute_with(table->statement, update_future,
			(const struct text[]){ first, last, id, limit }, 4,
			failure);
	}
	first = row_format_time(first_text, station->first);
	last = row_format_time(last_text, station->last);
	if (station->model)
		model = station->model->model;
	if (station->address)
		address = station->address->address;
	if (station->name)
		name = name_of(station->name);
	last_text[last.length] = '\0';
	if (strcmp(row->last, last_text) <= 0 ||
		strcmp(row->last, table->limit_text) > 0) {
		memcpy(row->last, last_text, sizeof row->last);
		device_table_name(table, station->row, name);
	}
	return execute_with(table->statement, update,
		(const struct text[]){ last, limit, name, name, last, limit,
			model, model, last, limit, address, address, first,
			last, limit, last, id },
		17, failure);
}

static int store_all(
	struct stations *stations, char *memory, struct failure *failure)
{
	struct device_table *table = &stations->table;
	int error = memory ? 0 : -ENOMEM;

	for (size_t i = 0; i < stations->count && error == 0; i++) {
		struct station *station = &stations->list[i];

		error = store_identity(table, station, &memory, failure);
		if (error == 0)
			error = store_facts(table, station, failure);
	}
	return error < 0 ? error : device_table_join(table, failure);
}

/* --- records of strange times --------------------------------------------- */

static void report_future(struct session *session, const struct row *row)
{
	char time[CLOCK_TEXT + 1];

	if (session->has_reported_future)
		return;
	session->has_reported_future = true;
	clock_format(time, row->identity.time);
	message("a record of %.*s is dated in the future (%s): it is stored, "
		"but never counts as the newest",
		(int)row->identity.device.length, row->identity.device.bytes,
		time);
}

static void report_old(struct session *session, const struct row *row)
{
	char time[CLOCK_TEXT + 1];

	if (session->has_reported_old)
		return;
	session->has_reported_old = true;
	clock_format(time, row->identity.time);
	message("a record of %.*s is older than the rows that are kept (%s): "
		"it is stored, but the sums do not change",
		(int)row->identity.device.length, row->identity.device.bytes,
		time);
}

static void finish_row(struct session *session, const struct stations *stations,
	struct row *row, int64_t now)
{
	size_t number = stations->list[row->device].row;
	char time[CLOCK_TEXT + 1];

	row->device = stations->table.identities[number].id;
	row->part_of = stations->table.identities[number].part_of;
	row_format_time(time, row->identity.time);
	if (row->identity.time > now + DEVICE_FUTURE)
		report_future(session, row);
	if (strcmp(time, stations->table.rows[number].kept_from) < 0)
		report_old(session, row);
}

/* --- all of it ------------------------------------------------------------ */

/* Memory for texts of identities, which the table refers to. */
static int store_stations(struct stations *stations, MYSQL *handle, int64_t now,
	struct failure *failure)
{
	char *memory = malloc((stations->count + 1) * IDENTITY_TEXT);
	int error = device_table_load(
		&stations->table, handle, stations->count, now, failure);

	if (error == 0)
		error = store_all(stations, memory, failure);
	free(memory);
	return error;
}

int devices_store(struct session *session, struct row *rows, size_t count,
	struct failure *failure)
{
	int64_t now = clock_wall();
	struct stations *stations = calloc(1, sizeof *stations);
	int error;

	if (!stations)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		rows[i].device = find_or_add(stations, &rows[i].identity);
		take(&stations->list[rows[i].device], &rows[i].identity, now);
	}
	error = store_stations(stations, session->handle, now, failure);
	for (size_t i = 0; i < count && error == 0; i++)
		finish_row(session, stations, &rows[i], now);
	device_table_release(&stations->table);
	free(stations);
	return error;
}

int devices_join(MYSQL *handle, struct failure *failure)
{
	struct device_table table;
	int error = device_table_load(&table, handle, 0, clock_wall(), failure);

	if (error == 0)
		error = device_table_join(&table, failure);
	device_table_release(&table);
	return error;
}
