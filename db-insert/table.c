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
static size_t find_slot(const struct table *table, const char *name)
{
	size_t slot = hash_text(HASH_START, name) % TABLE_SLOTS;

	while (table->slots[slot] != 0 &&
		strcmp(table->columns[table->slots[slot] - 1].name, name) != 0)
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

	if (table->count == TABLE_COLUMNS || strlen(text[0]) > SCHEMA_NAME_MAX)
		return;
	/* Names of columns are the same in either case. */
	for (size_t i = 0; i <= strlen(text[0]); i++)
		column->name[i] = (char)tolower((unsigned char)text[0][i]);
	column->kind = kind_of_type(text[1]);
	column->width = text[2] ? strtoul(text[2], NULL, 10) : 0;
	if (is_own(column->name) || strcmp(text[3], "NEVER") != 0)
		column->kind = COLUMN_OTHER;
	table->row_bits += table_column_bits(column->kind);
	table->slots[find_slot(table, column->name)] = (uint16_t)++table->count;
}

const char *table_name(const struct table *table)
{
	return table->name;
}

size_t table_columns(const struct table *table)
{
	return table->count;
}

const struct column *table_column(const struct table *table, size_t number)
{
	return &table->columns[number];
}

int table_find(const struct table *table, const char *name)
{
	return table->slots[find_slot(table, name)] - 1;
}

bool table_is_column_name(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return name[0] >= 'a' && name[0] <= 'z' && name[length] == '\0' &&
		length <= SCHEMA_NAME_MAX;
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

enum column_kind table_kind(const json_t *value)
{
	if (json_is_boolean(value))
		return COLUMN_BOOLEAN;
	if (json_is_number(value))
		return COLUMN_NUMBER;
	if (json_is_string(value))
		return COLUMN_TEXT;
	return json_is_array(value) ? COLUMN_LIST : COLUMN_OTHER;
}

bool column_takes(const struct column *column, const json_t *value)
{
	json_int_t integer;

	if (column->kind == COLUMN_OTHER || column->kind != table_kind(value))
		return false;
	if (column->kind == COLUMN_TEXT)
		return json_string_length(value) <= column->width ||
			record_characters(json_string_value(value)) <=
			column->width;
	if (!json_is_integer(value))
		return true;
	integer = json_integer_value(value);
	return integer >= -EXACT_MAX && integer <= EXACT_MAX;
}
