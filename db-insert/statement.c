/*
 * Upserts by array binding.
 *
 * A statement names exactly the columns that its rows have, so that a key
 * which is absent leaves its column alone. Values never become part of the
 * text; names of columns are those that the database itself has returned.
 */
#include "statement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/errors.h"
#include "extra.h"
#include "server-error.h"
#include "table.h"

/* Bytes of a packet besides the values: command and statement numbers. */
#define PACKET_HEAD 64

/* --- the text ------------------------------------------------------------- */

static void write_columns(
	FILE *text, const struct table *table, const struct row *row)
{
	bool has_pack = row->table == TABLE_PACK_SAMPLE;

	fprintf(text, "INSERT INTO %s (device_id, %stime", table->name,
		has_pack ? "pack, " : "");
	for (size_t i = 0; i < table->count; i++) {
		if (row_set_has(&row->set, i))
			fprintf(text, ", `%s`", table->columns[i].name);
	}
	fprintf(text, "%s) VALUES (?, ?%s", row->extra.bytes ? ", extra" : "",
		has_pack ? ", ?" : "");
	for (size_t i = 0; i < row->count + (row->extra.bytes != NULL); i++)
		fputs(", ?", text);
}

static void write_update(FILE *text, const struct table *table,
	const struct row *row, bool replace)
{
	/* There must be something to update: this changes nothing. */
	fputs(") ON DUPLICATE KEY UPDATE device_id=VALUES(device_id)", text);
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];

		if (row_set_has(&row->set, i))
			fprintf(text, ", `%s`=VALUES(`%s`)", column->name,
				column->name);
		else if (replace && column->kind != COLUMN_OTHER)
			fprintf(text, ", `%s`=NULL", column->name);
	}
	if (replace)
		fprintf(text, ", extra=%s",
			row->extra.bytes ? "VALUES(extra)" : "NULL");
	else if (row->extra.bytes)
		fputs(", " EXTRA_UPSERT, text);
}

/* For free(); NULL if there is no memory. */
static char *make_text(
	const struct table *table, const struct row *row, bool replace)
{
	char *bytes = NULL;
	size_t length;
	FILE *text = open_memstream(&bytes, &length);

	if (!text)
		return NULL;
	write_columns(text, table, row);
	write_update(text, table, row, replace);
	if (fclose(text) == 0)
		return bytes;
	free(bytes);
	return NULL;
}

/* --- the values ----------------------------------------------------------- */

/* Where the values of one column lie, one a row. */
union value {
	uint32_t number;
	uint8_t small;
	double real;
	const char *text;
};

/* Parameters in the order of their columns, each with the values, the lengths
 * of texts and the indicators of all rows. */
struct parameters {
	size_t rows, count;
	MYSQL_BIND *binds;
	char *memory; /* unused rest */
	char *times;
};

static MYSQL_BIND *add(struct parameters *p, enum enum_field_types type)
{
	MYSQL_BIND *bind = &p->binds[p->count++];

	bind->buffer_type = type;
	bind->is_unsigned = 1;
	bind->buffer = p->memory;
	p->memory += p->rows * sizeof(union value);
	bind->length = (unsigned long *)(void *)p->memory;
	p->memory += p->rows * sizeof(union value);
	bind->u.indicator = p->memory;
	p->memory += (p->rows + 7) / 8 * 8;
	return bind;
}

static void set_text(MYSQL_BIND *bind, size_t row, struct text text)
{
	((const char **)bind->buffer)[row] = text.bytes;
	bind->length[row] = text.length;
}

static void set_cell(MYSQL_BIND *bind, size_t row, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_NULL:
		bind->u.indicator[row] = STMT_INDICATOR_NULL;
		break;
	case CELL_BOOLEAN:
		((uint8_t *)bind->buffer)[row] = cell->boolean;
		break;
	case CELL_NUMBER:
		((double *)bind->buffer)[row] = cell->number;
		break;
	case CELL_TEXT:
		set_text(bind, row, (struct text){ cell->text, cell->length });
		break;
	}
}

static void add_keys(
	struct parameters *p, const struct row *rows, const uint32_t *list)
{
	bool has_pack = rows[list[0]].table == TABLE_PACK_SAMPLE;
	MYSQL_BIND *device = add(p, MYSQL_TYPE_LONG);
	MYSQL_BIND *pack = has_pack ? add(p, MYSQL_TYPE_TINY) : NULL;
	MYSQL_BIND *time = add(p, MYSQL_TYPE_STRING);

	for (size_t i = 0; i < p->rows; i++) {
		const struct row *row = &rows[list[i]];
		char *text = p->times + i * (CLOCK_TEXT + 1);

		((uint32_t *)device->buffer)[i] = row->device;
		if (pack)
			((uint8_t *)pack->buffer)[i] =
				(uint8_t)row->identity.pack;
		set_text(time, i, row_format_time(text, row->identity.time));
	}
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

static void add_fields(struct parameters *p, const struct table *table,
	const struct row *rows, const uint32_t *list)
{
	const struct row *first = &rows[list[0]];
	MYSQL_BIND *of_column[ROW_SET_EXTRA];

	for (size_t i = 0; i < table->count; i++) {
		if (row_set_has(&first->set, i))
			of_column[i] = add(p, type_of(&table->columns[i]));
	}
	for (size_t i = 0; i < p->rows; i++) {
		const struct row *row = &rows[list[i]];

		for (size_t k = 0; k < row->count; k++)
			set_cell(of_column[row->cells[k].column], i,
				&row->cells[k]);
	}
}

static void add_extra(
	struct parameters *p, const struct row *rows, const uint32_t *list)
{
	MYSQL_BIND *extra;

	if (!rows[list[0]].extra.bytes)
		return;
	extra = add(p, MYSQL_TYPE_STRING);
	for (size_t i = 0; i < p->rows; i++)
		set_text(extra, i, rows[list[i]].extra);
}

/* All in one piece, for free(); NULL if there is no memory. */
static void *add_all(struct parameters *p, const struct table *table,
	const struct row *rows, const uint32_t *list)
{
	/* device_id, pack, time and extra come on top of the fields. */
	size_t most = rows[list[0]].count + 4;
	size_t binds = most * sizeof *p->binds;
	size_t times = p->rows * (CLOCK_TEXT + 1);
	size_t values = most *
		(2 * p->rows * sizeof(union value) + (p->rows + 7) / 8 * 8);
	char *memory = calloc(1, binds + values + times);

	if (!memory)
		return NULL;
	p->binds = (MYSQL_BIND *)(void *)memory;
	p->memory = memory + binds;
	p->times = memory + binds + values;
	add_keys(p, rows, list);
	add_fields(p, table, rows, list);
	add_extra(p, rows, list);
	return memory;
}

/* --- sending -------------------------------------------------------------- */

/*
 * If an ALTER on another node of a Galera cluster aborts a bulk execute, the
 * whole transaction is rolled back, but the bulk execute and the COMMIT report
 * success (seen with MariaDB 10.11.19). Only the missing transaction shows it.
 */
static int check_transaction(MYSQL *handle, struct failure *failure)
{
	unsigned int status = 0;

	if (mariadb_get_infov(
		    handle, MARIADB_CONNECTION_SERVER_STATUS, &status) != 0 ||
		status & SERVER_STATUS_IN_TRANS)
		return 0;
	return failure_set(failure, -BT_ECONFLICT,
		"the transaction was rolled back in favour of another one, or "
		"the table does not use InnoDB");
}

static int execute(MYSQL *handle, const char *text, struct parameters *p,
	struct failure *failure)
{
	MYSQL_STMT *statement = mysql_stmt_init(handle);
	unsigned int rows = (unsigned int)p->rows;
	int error = 0;

	if (!statement)
		return -ENOMEM;
	if (mysql_stmt_prepare(statement, text, strlen(text)) != 0 ||
		mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &rows) !=
			0 ||
		mysql_stmt_bind_param(statement, p->binds) != 0 ||
		mysql_stmt_execute(statement) != 0) {
		error = failure_set(failure,
			server_error(mysql_stmt_errno(statement)), "%s",
			mysql_stmt_error(statement));
	}
	mysql_stmt_close(statement);
	return error < 0 ? error : check_transaction(handle, failure);
}

/* Bytes of the values in one packet, at most: a number has 8, a length 9, and
 * each an indicator. */
static size_t packet_bytes(
	const struct row *rows, const uint32_t *list, size_t count)
{
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[list[i]];

		bytes += 10 * (row->count + 4) + CLOCK_TEXT + row->extra.length;
		for (size_t k = 0; k < row->count; k++) {
			if (row->cells[k].kind == CELL_TEXT)
				bytes += row->cells[k].length;
		}
	}
	return bytes;
}

/* The server closes the connection on a packet that is too long. */
static int check_length(
	const struct session *session, size_t bytes, struct failure *failure)
{
	if (bytes + PACKET_HEAD <= session->packet_max)
		return 0;
	return failure_set(failure, -BT_ERECORD,
		"it exceeds max_allowed_packet of the server (%zu "
		"bytes)",
		session->packet_max);
}

static int send_all(const struct session *session, const char *text,
	struct parameters *parameters, size_t bytes, struct failure *failure)
{
	int error = check_length(session, strlen(text), failure);

	/* Each parameter has a type in front of the values. */
	if (error == 0)
		error = check_length(
			session, bytes + 2 * parameters->count, failure);
	if (error == 0)
		error = execute(session->handle, text, parameters, failure);
	return error;
}

int statement_send(const struct session *session, const struct row *rows,
	const uint32_t *list, size_t count, struct failure *failure)
{
	const struct row *first = &rows[list[0]];
	const struct table *table = schema_table(session->schema, first->table);
	struct parameters parameters = { .rows = count };
	void *memory = add_all(&parameters, table, rows, list);
	char *text = make_text(table, first, session->replace);
	int error = -ENOMEM;

	if (memory && text)
		error = send_all(session, text, &parameters,
			packet_bytes(rows, list, count), failure);
	free(text);
	free(memory);
	if (error == 0 && first->extra.bytes && !session->replace)
		error = extra_merge(session, rows, list, count, failure);
	return error;
}
