/* Records to rows: which value goes to which column. */
#include "row.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* 15 digits print a decimal as it was written; 17 would give 53.95 as
 * 53.950000000000003. */
#define JSON_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* A record in the making: the fields without a column are gathered here. */
struct filler {
	struct row *row;
	struct schema *schema;
	const struct table *table;
	size_t next;   /* the column after that of the last key */
	json_t *extra; /* NULL while there are none */
	int wanted;
};

bool row_set_has(const struct row_set *set, size_t column)
{
	return set->words[column / 64] >> (column % 64) & 1;
}

static void set_add(struct row_set *set, size_t column)
{
	set->words[column / 64] |= UINT64_C(1) << (column % 64);
}

void row_clear(struct row *row)
{
	for (size_t i = 0; i < row->count; i++)
		free(row->cells[i].text);
	free(row->extra);
	row->extra = NULL;
	row->count = 0;
	memset(&row->set, 0, sizeof row->set);
}

size_t row_cells(const struct record *record)
{
	size_t count = json_object_size(record->object) +
		json_array_size(
			json_object_get(record->object, "out_of_range"));

	return count < TABLE_COLUMNS ? count : TABLE_COLUMNS;
}

static int add_cell(struct row *row, int column, const json_t *value)
{
	struct cell *cell = &row->cells[row->count];

	*cell = (struct cell){ .column = (uint16_t)column, .value = value };
	if (json_is_array(value)) {
		cell->text = json_dumps(value, JSON_FLAGS);
		if (!cell->text)
			return -ENOMEM;
	}
	row->count++;
	set_add(&row->set, (size_t)column);
	return 0;
}

static int add_extra(struct filler *filler, const char *key, json_t *value)
{
	if (!filler->extra)
		filler->extra = json_object();
	if (!filler->extra ||
		json_object_set_nocheck(filler->extra, key, value) != 0)
		return -ENOMEM;
	return 0;
}

/* Keys mostly come in the order of their columns. */
static int find_column(struct filler *filler, const char *key)
{
	size_t next = filler->next;
	int column = (int)next;

	if (next >= table_columns(filler->table) ||
		strcmp(table_column(filler->table, next)->name, key) != 0)
		column = table_find(filler->table, key);
	if (column >= 0)
		filler->next = (size_t)column + 1;
	return column;
}

static int add_field(struct filler *filler, const char *key, json_t *value)
{
	int column = find_column(filler, key);

	/* Absent and null are the same. */
	if (json_is_null(value))
		return 0;
	if (column < 0) {
		if (schema_want(filler->schema, filler->row->table, key, value))
			filler->wanted++;
		return add_extra(filler, key, value);
	}
	if (row_set_has(&filler->row->set, (size_t)column))
		return 0;
	if (!column_takes(table_column(filler->table, (size_t)column), value))
		return add_extra(filler, key, value);
	return add_cell(filler->row, column, value);
}

/* What is out of its range is not known: NULL, whatever was there before. */
static int add_out_of_range(struct filler *filler, const json_t *names)
{
	size_t i;
	json_t *name;

	json_array_foreach (names, i, name) {
		int column = json_is_string(name)
			? table_find(filler->table, json_string_value(name))
			: -1;
		int error = 0;

		if (column < 0 ||
			row_set_has(&filler->row->set, (size_t)column))
			continue;
		if (table_column(filler->table, (size_t)column)->kind !=
			COLUMN_OTHER)
			error = add_cell(filler->row, column, NULL);
		if (error < 0)
			return error;
	}
	return 0;
}

static bool is_always_extra(const char *key)
{
	/* Fields are many and these few: most differ in the first byte. */
	switch (key[0]) {
	case 'o':
		return strcmp(key, "out_of_range") == 0;
	case 'f':
		return strcmp(key, "failed") == 0;
	case 'r':
		return strcmp(key, "registers") == 0;
	}
	return false;
}

static int add_fields(struct filler *filler, const struct record *record)
{
	const char *key;
	json_t *value;
	int error = add_out_of_range(
		filler, json_object_get(record->object, "out_of_range"));

	json_object_foreach (record->object, key, value) {
		if (error < 0)
			break;
		if (record_is_key(record, key))
			continue;
		if (is_always_extra(key))
			error = add_extra(filler, key, value);
		else
			error = add_field(filler, key, value);
	}
	return error;
}

int row_fill(struct row *row, struct cell *cells, const struct record *record,
	struct schema *schema)
{
	struct filler filler = { .row = row, .schema = schema };
	int error;

	row->cells = cells;
	row->table = record->pack ? TABLE_PACK_SAMPLE : TABLE_SAMPLE;
	filler.table = schema_table(schema, row->table);
	error = add_fields(&filler, record);
	if (error == 0 && filler.extra) {
		row->extra = json_dumps(filler.extra, JSON_FLAGS);
		if (!row->extra)
			error = -ENOMEM;
		set_add(&row->set, ROW_SET_EXTRA);
	}
	json_decref(filler.extra);
	return error < 0 ? error : filler.wanted;
}
