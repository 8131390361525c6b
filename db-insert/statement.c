/*
 * Upserts by array binding.
 *
 * A statement names exactly the columns that its rows have, so that a key
 * which is absent leaves its column alone. Values never become part of the
 * text; names of columns are those that the database itself told.
 */
#include "statement.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/errors.h"
#include "login.h"

/* Statements kept prepared: a few models, each with a few kinds of poll. */
#define KEPT 16

/* "INSERT INTO", parameters, and two or three times each name. */
#define TEXT_BYTES (64 + 1024 * (3 * (SCHEMA_NAME_MAX + 20)) + 4096)

#define WHY 512

/* device_id, pack, time and extra come on top of the fields. */
#define BINDS (SCHEMA_COLUMNS + 32)

/* "2026-11-22 09:42:00.123" */
#define TIME_TEXT 23

/*
 * extra of the row with extra of the record put over it, so that sending a
 * record again, or a part of it, changes nothing: what is contained is left
 * as it is; objects are merged key by key; the two lists that grow when a
 * poll is read in parts become the union of both.
 */
#define UNION(key) \
	"JSON_COMPACT(CASE " \
	"WHEN JSON_EXTRACT(VALUES(extra), '$." key "') IS NULL " \
	"THEN JSON_EXTRACT(extra, '$." key "') " \
	"WHEN JSON_EXTRACT(extra, '$." key "') IS NULL OR " \
	"JSON_CONTAINS(JSON_EXTRACT(VALUES(extra), '$." key "'), " \
	"JSON_EXTRACT(extra, '$." key "')) " \
	"THEN JSON_EXTRACT(VALUES(extra), '$." key "') " \
	"WHEN JSON_CONTAINS(JSON_EXTRACT(extra, '$." key "'), " \
	"JSON_EXTRACT(VALUES(extra), '$." key "')) " \
	"THEN JSON_EXTRACT(extra, '$." key "') " \
	"ELSE JSON_MERGE_PRESERVE(JSON_EXTRACT(extra, '$." key "'), " \
	"JSON_EXTRACT(VALUES(extra), '$." key "')) END)"

static const char merge_extra[] =
	"extra=IF(extra IS NULL, VALUES(extra), "
	"IF(JSON_CONTAINS(extra, VALUES(extra)), extra, "
	"JSON_MERGE_PATCH(extra, VALUES(extra), JSON_OBJECT("
	"'failed', " UNION("failed") ", "
				     "'out_of_range', " UNION(
					     "out_of_range") "))))";

struct statement {
	MYSQL_STMT *handle; /* NULL: this place is free */
	enum schema_table table;
	struct row_set set;
};

/* Where the values of one column lie, one a row. */
union value {
	uint32_t number;
	uint8_t small;
	double real;
	const char *text;
};

struct statements {
	MYSQL *handle;
	bool replace;
	unsigned int generation;
	size_t next; /* the place that is used anew when all are taken */
	struct statement kept[KEPT];
	char text[TEXT_BYTES];
	char why[WHY];

	/* Parameters, and the memory they lie in; grows, never shrinks. */
	MYSQL_BIND binds[BINDS];
	size_t bind_count;
	char *memory;
	size_t memory_size;
};

struct statements *statements_new(MYSQL *handle, bool replace)
{
	struct statements *statements = calloc(1, sizeof *statements);

	if (!statements)
		return NULL;
	statements->handle = handle;
	statements->replace = replace;
	return statements;
}

static void forget_all(struct statements *statements)
{
	for (size_t i = 0; i < KEPT; i++) {
		if (statements->kept[i].handle)
			mysql_stmt_close(statements->kept[i].handle);
		statements->kept[i].handle = NULL;
	}
}

void statements_free(struct statements *statements)
{
	if (!statements)
		return;
	forget_all(statements);
	free(statements->memory);
	free(statements);
}

const char *statements_why(const struct statements *statements)
{
	return statements->why;
}

static int fail(struct statements *statements, MYSQL_STMT *handle)
{
	snprintf(statements->why, WHY, "%s", mysql_stmt_error(handle));
	return login_error(mysql_stmt_errno(handle));
}

/* --- the text ------------------------------------------------------------ */

/* Writes the part of the text that is the same for each column of the set;
 * the format takes its name once or twice. */
static size_t append(struct statements *s, size_t used, const char *before,
	const char *name, const char *after)
{
	int n = snprintf(s->text + used, sizeof s->text - used, "%s%s%s",
		before, name, after);

	return used + (size_t)n;
}

static size_t append_update(struct statements *s, size_t used,
	const struct column *column, bool has)
{
	used = append(s, used, ", `", column->name, "`=");
	if (!has)
		return append(s, used, "", "NULL", "");
	return append(s, used, "VALUES(`", column->name, "`)");
}

static void write_text(
	struct statements *s, const struct table *table, const struct row *row)
{
	int pack = row->table == TABLE_PACK_SAMPLE;
	size_t columns = table_columns(table), used, i;

	used = append(s, 0, "INSERT INTO ", table_name(table),
		pack ? " (device_id, pack, time" : " (device_id, time");
	for (i = 0; i < columns; i++) {
		if (row_set_has(&row->set, i))
			used = append(s, used, ", `",
				table_column(table, i)->name, "`");
	}
	used = append(s, used, row->extra ? ", extra" : "", ") VALUES (",
		pack ? "?, ?, ?" : "?, ?");
	for (i = 0; i < row->count + (row->extra != NULL); i++)
		used = append(s, used, ", ?", "", "");
	/* There must be something to update: this changes nothing. */
	used = append(s, used, ") ON DUPLICATE KEY UPDATE ",
		"device_id=VALUES(device_id)", "");
	for (i = 0; i < columns; i++) {
		const struct column *column = table_column(table, i);
		bool has = row_set_has(&row->set, i);

		if (has || (s->replace && column->kind != COLUMN_OTHER))
			used = append_update(s, used, column, has);
	}
	if (s->replace)
		append(s, used,
			", extra=", row->extra ? "VALUES(extra)" : "NULL", "");
	else if (row->extra)
		append(s, used, ", ", merge_extra, "");
}

static struct statement *find_kept(struct statements *s, const struct row *row)
{
	for (size_t i = 0; i < KEPT; i++) {
		if (s->kept[i].handle && s->kept[i].table == row->table &&
			memcmp(&s->kept[i].set, &row->set, sizeof row->set) ==
				0)
			return &s->kept[i];
	}
	return NULL;
}

/* The statement for rows like this one, prepared. */
static int prepare(struct statements *s, const struct schema *schema,
	const struct row *row, MYSQL_STMT **handle)
{
	struct statement *kept;
	int error;

	if (s->generation != schema_generation(schema))
		forget_all(s);
	s->generation = schema_generation(schema);
	kept = find_kept(s, row);
	if (kept) {
		*handle = kept->handle;
		return 0;
	}
	kept = &s->kept[s->next++ % KEPT];
	if (kept->handle)
		mysql_stmt_close(kept->handle);
	kept->handle = mysql_stmt_init(s->handle);
	if (!kept->handle)
		return -ENOMEM;
	kept->table = row->table;
	kept->set = row->set;
	write_text(s, schema_table(schema, row->table), row);
	if (mysql_stmt_prepare(kept->handle, s->text, strlen(s->text)) != 0) {
		error = fail(s, kept->handle);
		mysql_stmt_close(kept->handle);
		kept->handle = NULL;
		return error;
	}
	*handle = kept->handle;
	return 0;
}

/* --- the values ---------------------------------------------------------- */

/*
 * The memory of count rows: for each parameter its values, the lengths of
 * its texts and its indicators; at last the texts of the times.
 */
#define VALUE_BYTES (sizeof(union value) + sizeof(unsigned long) + sizeof(char))

static int reserve(struct statements *s, size_t binds, size_t count)
{
	size_t size = count * (binds * VALUE_BYTES + TIME_TEXT + 1) +
		binds * sizeof(union value);
	char *memory;

	if (size <= s->memory_size)
		return 0;
	memory = realloc(s->memory, size);
	if (!memory)
		return -ENOMEM;
	s->memory = memory;
	s->memory_size = size;
	return 0;
}

/* Prepares the parameter with this number; its arrays have count places. */
static MYSQL_BIND *start_bind(struct statements *s, size_t number,
	enum enum_field_types type, size_t count)
{
	size_t eight = sizeof(union value);
	size_t stride = (count * VALUE_BYTES + eight - 1) / eight * eight;
	char *memory = s->memory + number * stride;
	MYSQL_BIND *bind = &s->binds[number];

	memset(bind, 0, sizeof *bind);
	bind->buffer_type = type;
	bind->is_unsigned = 1;
	bind->buffer = memory;
	bind->length = (unsigned long *)(void *)(memory + count * eight);
	bind->u.indicator = memory + count * (eight + sizeof(unsigned long));
	memset(bind->u.indicator, STMT_INDICATOR_NONE, count);
	return bind;
}

static void set_text(MYSQL_BIND *bind, size_t row, const char *text)
{
	((const char **)bind->buffer)[row] = text;
	bind->length[row] = strlen(text);
}

static void set_cell(MYSQL_BIND *bind, size_t row, const struct cell *cell)
{
	const json_t *value = cell->value;

	bind->u.indicator[row] =
		value ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL;
	switch (bind->buffer_type) {
	case MYSQL_TYPE_TINY:
		((uint8_t *)bind->buffer)[row] = json_is_true(value);
		break;
	case MYSQL_TYPE_DOUBLE:
		((double *)bind->buffer)[row] = json_number_value(value);
		break;
	default:
		if (cell->text)
			set_text(bind, row, cell->text);
		else
			set_text(bind, row,
				value ? json_string_value(value) : "");
	}
}

static void bind_keys(struct statements *s, const struct record *records,
	const struct row *rows, const uint32_t *list, size_t count, char *times)
{
	int has_pack = rows[list[0]].table == TABLE_PACK_SAMPLE;
	MYSQL_BIND *device = start_bind(s, 0, MYSQL_TYPE_LONG, count);
	MYSQL_BIND *pack = start_bind(s, 1, MYSQL_TYPE_TINY, count);
	MYSQL_BIND *time =
		has_pack ? start_bind(s, 2, MYSQL_TYPE_STRING, count) : pack;

	if (!has_pack)
		start_bind(s, 1, MYSQL_TYPE_STRING, count);
	for (size_t i = 0; i < count; i++) {
		char *text = times + i * (TIME_TEXT + 1);
		char utc[CLOCK_TEXT + 1];

		((uint32_t *)device->buffer)[i] = rows[list[i]].device;
		if (has_pack)
			((uint8_t *)pack->buffer)[i] =
				(uint8_t)records[list[i]].pack;
		clock_format(utc, records[list[i]].time);
		memcpy(text, utc, TIME_TEXT);
		text[10] = ' ';
		text[TIME_TEXT] = '\0';
		set_text(time, i, text);
	}
	s->bind_count = has_pack ? 3 : 2;
}

static enum enum_field_types type_of(const struct column *column)
{
	switch (column->kind) {
	case COLUMN_BOOLEAN:
		return MYSQL_TYPE_TINY;
	case COLUMN_NUMBER:
		return MYSQL_TYPE_DOUBLE;
	case COLUMN_TEXT:
	case COLUMN_LIST:
	case COLUMN_OTHER:
		break;
	}
	return MYSQL_TYPE_STRING;
}

static void bind_fields(struct statements *s, const struct table *table,
	const struct row *rows, const uint32_t *list, size_t count)
{
	const struct row *first = &rows[list[0]];
	uint16_t places[SCHEMA_COLUMNS + 32];

	for (size_t i = 0; i < table_columns(table); i++) {
		if (!row_set_has(&first->set, i))
			continue;
		places[i] = (uint16_t)s->bind_count++;
		start_bind(
			s, places[i], type_of(table_column(table, i)), count);
	}
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[list[i]];

		for (size_t k = 0; k < row->count; k++)
			set_cell(&s->binds[places[row->cells[k].column]], i,
				&row->cells[k]);
	}
	if (!first->extra)
		return;
	start_bind(s, s->bind_count, MYSQL_TYPE_STRING, count);
	for (size_t i = 0; i < count; i++)
		set_text(&s->binds[s->bind_count], i, rows[list[i]].extra);
	s->bind_count++;
}

/*
 * A bulk execute that an ALTER of another node of a Galera cluster aborts is
 * rolled back with all that was before it in the transaction, and is said to
 * have succeeded, as is the COMMIT (seen with MariaDB 10.11.19). What gives it
 * away is that there is no transaction any more.
 */
static int check_transaction(struct statements *s)
{
	unsigned int status = 0;

	if (mariadb_get_infov(s->handle, MARIADB_CONNECTION_SERVER_STATUS,
		    &status) != 0 ||
		status & SERVER_STATUS_IN_TRANS)
		return 0;
	snprintf(s->why, WHY,
		"the transaction was rolled back for another one, or the "
		"table is not InnoDB's");
	return -BT_ECONFLICT;
}

int statements_send(struct statements *s, const struct schema *schema,
	const struct record *records, const struct row *rows,
	const uint32_t *list, size_t count)
{
	const struct row *first = &rows[list[0]];
	size_t binds = first->count + 4;
	unsigned int array = (unsigned int)count;
	MYSQL_STMT *handle = NULL;
	int error;

	error = prepare(s, schema, first, &handle);
	if (error == 0)
		error = reserve(s, binds, count);
	if (error < 0)
		return error;
	bind_keys(s, records, rows, list, count,
		s->memory + s->memory_size - count * (TIME_TEXT + 1));
	bind_fields(s, schema_table(schema, first->table), rows, list, count);
	if (mysql_stmt_attr_set(handle, STMT_ATTR_ARRAY_SIZE, &array) != 0 ||
		mysql_stmt_bind_param(handle, s->binds) != 0 ||
		mysql_stmt_execute(handle) != 0)
		return fail(s, handle);
	return check_transaction(s);
}
