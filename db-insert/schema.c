/* The columns of the tables, and new ones. */
#include "schema.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mysqld_error.h>

#include "base/clock.h"
#include "base/errors.h"
#include "execute.h"
#include "query.h"
#include "table.h"
#include "tables.h"

/* Milliseconds until columns that could not be added are tried again. */
#define RETRY 60000

/* Characters of the texts that get a column: VARCHAR(64). */
#define TEXT_WIDTH 64

/* Bytes of an ALTER TABLE that adds as many columns as there can be. */
#define ALTER_BYTES (SCHEMA_COLUMNS * (SCHEMA_NAME_MAX + 48) + 200)

static const char *const types[] = {
	[COLUMN_BOOLEAN] = "BOOLEAN",
	[COLUMN_NUMBER] = "DOUBLE",
	[COLUMN_TEXT] = "VARCHAR(64)",
	[COLUMN_LIST] = "JSON",
};

struct schema {
	struct table tables[2];
	size_t statement_max; /* bytes of one, with its NUL */
	char statement[ALTER_BYTES];
	bool has_advice;
	struct failure advice;
};

/* --- what is there ------------------------------------------------------- */

static int take_column(void *data, MYSQL_ROW row, struct failure *failure)
{
	struct schema *schema = data;

	(void)failure;
	for (size_t i = 0; i < 2; i++) {
		if (strcmp(schema->tables[i].name, row[0]) == 0)
			table_add(&schema->tables[i],
				(const char *const *)row + 1);
	}
	return 0;
}

int schema_reload(struct schema *schema, MYSQL *handle, struct failure *failure)
{
	const struct query query = {
		.text = "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, "
			"CHARACTER_MAXIMUM_LENGTH, IS_GENERATED "
			"FROM information_schema.COLUMNS "
			"WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN "
			"('sample', 'pack_sample') "
			"ORDER BY TABLE_NAME, ORDINAL_POSITION",
		.columns = 5,
		.may_be_null = 1u << 3,
		.rows_max = 2 * TABLE_COLUMNS,
		.take = take_column,
		.data = schema,
	};

	table_clear(&schema->tables[TABLE_SAMPLE]);
	table_clear(&schema->tables[TABLE_PACK_SAMPLE]);
	return query_run(handle, &query, failure);
}

int schema_open(struct schema **schema, MYSQL *handle, size_t packet_max,
	struct failure *failure)
{
	struct schema *result = calloc(1, sizeof *result);
	int error;

	if (!result)
		return -ENOMEM;
	result->tables[TABLE_SAMPLE].name = "sample";
	result->tables[TABLE_PACK_SAMPLE].name = "pack_sample";
	/* A packet that is just as long would be refused. */
	result->statement_max =
		packet_max <= ALTER_BYTES ? packet_max - 1 : ALTER_BYTES;
	error = tables_prepare(handle, failure);
	if (error == 0)
		error = schema_reload(result, handle, failure);
	if (error < 0) {
		free(result);
		return error;
	}
	*schema = result;
	return 0;
}

void schema_close(struct schema *schema)
{
	free(schema);
}

const struct table *schema_table(
	const struct schema *schema, enum schema_table table)
{
	return &schema->tables[table];
}

/* --- columns for new fields ---------------------------------------------- */

static bool is_wanted(const struct table *table, struct text name)
{
	for (size_t i = 0; i < table->wants; i++) {
		if (text_equals(name, table->wanted[i].name))
			return true;
	}
	return false;
}

/* A full table is reported once. */
static bool is_full(
	struct schema *schema, struct table *table, enum column_kind kind)
{
	if (table->wants < SCHEMA_COLUMNS &&
		table->row_bits + table_column_bits(kind) <=
			8 * TABLE_ROW_BYTES)
		return false;
	if (!table->is_reported) {
		table->is_reported = schema->has_advice = true;
		failure_set(&schema->advice, 0,
			"new fields of %s go to column extra: the table can "
			"have no more columns",
			table->name);
	}
	return true;
}

bool schema_want(struct schema *schema, enum schema_table which,
	const struct field *field)
{
	struct table *table = &schema->tables[which];
	enum column_kind kind = table_kind(field);
	struct column column = { .kind = kind, .width = TEXT_WIDTH };
	struct wanted *wanted;

	if (!column_takes(&column, field) || !table_is_column_name(field->key))
		return false;
	if (clock_left(table->retry) > 0)
		return false;
	if (is_wanted(table, field->key))
		return true;
	if (is_full(schema, table, kind))
		return false;
	wanted = &table->wanted[table->wants++];
	table->row_bits += table_column_bits(kind);
	snprintf(wanted->name, sizeof wanted->name, "%.*s",
		(int)field->key.length, field->key.bytes);
	wanted->kind = kind;
	return true;
}

/* Drops what another session has added in the meantime. */
static void drop_present(struct table *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->wants; i++) {
		const char *name = table->wanted[i].name;

		if (table_find(table, (struct text){ name, strlen(name) }) < 0)
			table->wanted[kept++] = table->wanted[i];
	}
	/* An administrator has helped, who may want to know what is next. */
	if (kept < table->wants)
		table->is_reported = false;
	table->wants = kept;
}

/* ALTER TABLE for the wanted columns from the first one on, or as many as fit
 * size bytes: the number of the one after them. */
static size_t write_alter(
	char *statement, size_t size, const struct table *table, size_t first)
{
	static const char end[] = ", ALGORITHM=INSTANT";
	size_t i,
		used = (size_t)snprintf(
			statement, size, "ALTER TABLE %s", table->name);

	for (i = first; i < table->wants; i++) {
		char clause[SCHEMA_NAME_MAX + 64];
		size_t length = (size_t)snprintf(clause, sizeof clause,
			"%s ADD COLUMN IF NOT EXISTS `%s` %s",
			i > first ? "," : "", table->wanted[i].name,
			types[table->wanted[i].kind]);

		if (used + length + sizeof end > size)
			break;
		memcpy(statement + used, clause, length + 1);
		used += length;
	}
	snprintf(statement + used, size - used, "%s", end);
	return i;
}

/* No columns for a while. The reason is reported once. */
static void give_up(struct schema *schema, struct table *table,
	const struct failure *failure)
{
	struct failure *advice = &schema->advice;
	size_t used;

	table->retry = clock_monotonic() + RETRY;
	if (table->is_reported)
		return;
	table->is_reported = schema->has_advice = true;
	if (failure->code != -BT_EDENIED) {
		failure_set(advice, 0,
			"new fields of %s go to column extra: %.600s",
			table->name, failure->text);
		return;
	}
	failure_set(advice, 0,
		"new fields of %s go to column extra: no right to add columns; "
		"an administrator must GRANT ALTER or run: ",
		table->name);
	used = strlen(advice->text);
	write_alter(advice->text + used, FAILURE_TEXT - used, table, 0);
}

/*
 * Whether it is the server that fails, and not the columns. In a Galera
 * cluster another node's ALTER may have been first; and a node that loses the
 * others reports it only when a table is asked next.
 */
static int check_server(MYSQL *handle, struct failure *failure)
{
	unsigned long version;
	int error = execute_fail(handle, failure);

	if (error == -BT_EAWAY || mysql_errno(handle) == ER_LOCK_DEADLOCK)
		return error;
	if (mysql_errno(handle) == ER_LOCK_WAIT_TIMEOUT)
		error = tables_version(handle, &version, failure);
	return error == -BT_EAWAY ? error : 0;
}

/* Adds the columns. 1; 0 if it cannot be done, for *reason; or an error. */
static int add_columns(struct schema *schema, struct table *table,
	MYSQL *handle, struct failure *reason, struct failure *failure)
{
	size_t done = 0;

	while (done < table->wants) {
		done = write_alter(
			schema->statement, schema->statement_max, table, done);
		if (mysql_query(handle, schema->statement) != 0) {
			execute_fail(handle, reason);
			return check_server(handle, failure);
		}
	}
	return 1;
}

/* One that cannot be added does not keep the others from it. */
static int add_one_by_one(struct schema *schema, struct table *table,
	MYSQL *handle, struct failure *failure)
{
	size_t count = table->wants;
	int result = 1;

	table->wants = 1;
	for (size_t i = 0; i < count && result >= 0; i++) {
		struct failure reason;

		table->wanted[0] = table->wanted[i];
		result = add_columns(schema, table, handle, &reason, failure);
		if (result == 0)
			give_up(schema, table, &reason);
	}
	return result;
}

static int extend_table(struct schema *schema, struct table *table,
	MYSQL *handle, struct failure *failure)
{
	struct failure reason;
	int result;

	drop_present(table);
	if (table->wants == 0)
		return 0;
	result = add_columns(schema, table, handle, &reason, failure);
	if (result == 0 && reason.code != -BT_EDENIED && table->wants > 1)
		result = add_one_by_one(schema, table, handle, failure);
	else if (result == 0)
		give_up(schema, table, &reason);
	table->wants = 0;
	return result < 0 ? result : 0;
}

int schema_extend(struct schema *schema, MYSQL *handle, struct failure *failure)
{
	int error;

	if (schema->tables[TABLE_SAMPLE].wants == 0 &&
		schema->tables[TABLE_PACK_SAMPLE].wants == 0)
		return 0;
	error = schema_reload(schema, handle, failure);
	if (error < 0)
		return error;
	for (size_t i = 0; i < 2 && error == 0; i++)
		error = extend_table(
			schema, &schema->tables[i], handle, failure);
	if (error == 0)
		error = schema_reload(schema, handle, failure);
	return error;
}

const char *schema_advice(struct schema *schema)
{
	bool has_advice = schema->has_advice;

	schema->has_advice = false;
	return has_advice ? schema->advice.text : NULL;
}
