/* One table's columns. */
#include "table.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "record.h"

/* Integers up to here are the same as DOUBLE. */
#define EXACT_MAX (INT64_C(1) << 53)

/* The slot of a name, or the free one where it would be. */
static size_t find_slot(const struct table *table, struct text name)
{
	size_t slot = hash_text(name) % TABLE_SLOTS;

	while (table->slots[slot] != 0 &&
		!column_has_name(&table->columns[table->slots[slot] - 1], name))
		slot = (slot + 1) % TABLE_SLOTS;
	return slot;
}

void table_clear(struct table *table)
{
	table->count = 0;
	table->row_bits = 0;
	memset(table->slots, 0, sizeof table->slots);
}

static enum column_kind kind_of_type(const char *type)
{
	if (strcmp(type, "tinyint(1)") == 0)
		return COLUMN_BOOLEAN;
	if (strcmp(type, "double") == 0)
		return COLUMN_NUMBER;
	if (strncmp(type, "varchar(", 8) == 0)
		return COLUMN_TEXT;
	if (strcmp(type, "longtext") == 0)
		return COLUMN_LIST;
	return COLUMN_OTHER;
}

static bool is_own(const char *name)
{
	return strcmp(name, "device_id") == 0 || strcmp(name, "time") == 0 ||
		strcmp(name, "pack") == 0 || strcmp(name, "extra") == 0;
}

void table_add(struct table *table, const char *const text[4])
{
	struct column *column = &table->columns[table->count];
	size_t length = strlen(text[0]);

	if (table->count == TABLE_COLUMNS || length > SCHEMA_NAME_MAX)
		return;
	/* Names of columns are the same in either case. */
	for (size_t i = 0; i <= length; i++)
		column->name[i] = (char)tolower((unsigned char)text[0][i]);
	column->length = length;
	column->kind = kind_of_type(text[1]);
	column->width = text[2] ? strtoul(text[2], NULL, 10) : 0;
	if (is_own(column->name) || strcmp(text[3], "NEVER") != 0)
		column->kind = COLUMN_OTHER;
	table->row_bits += table_column_bits(column->kind);
	table->slots[find_slot(table, (struct text){ column->name, length })] =
		(uint16_t)++table->count;
}

int table_find(const struct table *table, struct text name)
{
	return table->slots[find_slot(table, name)] - 1;
}

bool table_is_column_name(struct text name)
{
	if (name.length == 0 || name.length > SCHEMA_NAME_MAX ||
		name.bytes[0] < 'a' || name.bytes[0] > 'z')
		return false;
	for (size_t i = 0; i < name.length; i++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_",
			    name.bytes[i]))
			return false;
	}
	return true;
}

size_t table_column_bits(enum column_kind kind)
{
	switch (kind) {
	case COLUMN_BOOLEAN:
		return 8 + 1;
	case COLUMN_NUMBER:
		return 8 * 8 + 1;
	case COLUMN_TEXT:
	case COLUMN_LIST:
	case COLUMN_OTHER:
		break;
	}
	return 42 * 8 + 1;
}

enum column_kind table_kind(const struct field *field)
{
	switch (field->kind) {
	case FIELD_BOOLEAN:
		return COLUMN_BOOLEAN;
	case FIELD_INTEGER:
	case FIELD_REAL:
		return COLUMN_NUMBER;
	case FIELD_TEXT:
		return COLUMN_TEXT;
	case FIELD_LIST:
		return COLUMN_LIST;
	case FIELD_NULL:
	case FIELD_OBJECT:
		break;
	}
	return COLUMN_OTHER;
}

bool column_takes(const struct column *column, const struct field *field)
{
	if (column->kind == COLUMN_OTHER || column->kind != table_kind(field))
		return false;
	if (column->kind == COLUMN_TEXT)
		return field->text.length <= column->width ||
			record_characters(field->text) <= column->width;
	return field->kind != FIELD_INTEGER ||
		(field->integer >= -EXACT_MAX && field->integer <= EXACT_MAX);
}
