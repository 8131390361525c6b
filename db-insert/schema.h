/*
 * The tables, which columns they have, and columns added for fields that are
 * new.
 *
 *   device       one row an identity of a station: see device.h
 *   sample       (device_id, time): one row a record of a station
 *   pack_sample  (device_id, pack, time): one row a record of a battery pack
 *   period       (device_id, minutes, start): sums, see sums.h
 *
 * A field's column has the type that the first value seen asks for. What has
 * no column goes into the JSON column extra.
 */
#ifndef BT_DB_INSERT_SCHEMA_H
#define BT_DB_INSERT_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mysql.h>

#include "base/failure.h"
#include "field.h"

/* Longest name of a column, that of MariaDB. */
#define SCHEMA_NAME_MAX 64

/* Columns of a table that are fields; the room of a row ends them earlier. */
#define SCHEMA_COLUMNS 1000

enum column_kind {
	COLUMN_BOOLEAN, /* BOOLEAN */
	COLUMN_NUMBER,	/* DOUBLE */
	COLUMN_TEXT,	/* VARCHAR */
	COLUMN_LIST,	/* JSON */
	COLUMN_OTHER,	/* the table's own, or an administrator's */
};

struct column {
	char name[SCHEMA_NAME_MAX + 1];
	size_t length; /* of the name */
	enum column_kind kind;
	size_t width; /* of text, in characters */
};

struct table;
struct schema;

enum schema_table { TABLE_SAMPLE, TABLE_PACK_SAMPLE };

/* Prepares the tables as tables_prepare() does and reads their columns. No
 * statement of schema_extend() is longer than packet_max, at least 1024.
 * Returns 0, or its error, or -ENOMEM. */
int schema_open(struct schema **schema, MYSQL *handle, size_t packet_max,
	struct failure *failure);
void schema_close(struct schema *schema);

const struct table *schema_table(
	const struct schema *schema, enum schema_table table);

/* The number of a column, or -1. */
int table_find(const struct table *table, struct text name);

static inline bool column_has_name(
	const struct column *column, struct text name)
{
	return column->length == name.length &&
		memcmp(column->name, name.bytes, name.length) == 0;
}

/* Whether the column can hold the value as it is. */
bool column_takes(const struct column *column, const struct field *field);

/*
 * Records that a column for this field is wanted, unless its key is no name
 * for a column, its value has no type of column, or the table can have no more
 * now. Returns whether it was recorded.
 */
bool schema_want(struct schema *schema, enum schema_table table,
	const struct field *field);

/*
 * Adds the columns noted. Columns that cannot be added are no failure: they
 * are wanted in vain for a while, and schema_advice() says why. This ends an
 * open transaction, as any ALTER does. Returns 0 or an error of server_error()
 * with the reason in *failure.
 */
int schema_extend(
	struct schema *schema, MYSQL *handle, struct failure *failure);

/* What an administrator should know, if it was not reported before, else NULL.
 * Valid until the next call of schema_extend(). */
const char *schema_advice(struct schema *schema);

/* Reads the columns again. Returns 0 or an error of query_run(). */
int schema_reload(
	struct schema *schema, MYSQL *handle, struct failure *failure);

#endif
