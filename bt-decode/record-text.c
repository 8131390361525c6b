/* Records as text and as CSV. */
#include "record-text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cells.h"

/* The column of values of the text. */
#define VALUE_COLUMN 32

/* --- text ---------------------------------------------------------------- */

/* The unit of a field; NULL: it has none. */
static const char *unit_of(const struct map *map, const struct cell *cell)
{
	for (size_t i = 0; map && i < map->field_count; i++)
		if (strlen(map->fields[i].name) == cell->key_length &&
			memcmp(map->fields[i].name, cell->key,
				cell->key_length) == 0)
			return map->fields[i].unit;
	return NULL;
}

/* At least one blank after the name. */
static void print_cell(
	struct text *text, const struct map *map, const struct cell *cell)
{
	const char *unit = unit_of(map, cell);
	int pad = cell->key_length < VALUE_COLUMN
		? VALUE_COLUMN - (int)cell->key_length
		: 1;

	text_add(text, cell->key, cell->key_length);
	text_print(text, "%*s", pad, "");
	cell_print(text, cell->value, cell->length);
	if (unit)
		text_print(text, " %s", unit);
	text_add(text, "\n", 1);
}

void records_print_text(struct text *text, const struct map *map,
	const char *records, size_t length)
{
	const char *next = records;
	const char *end = records + length;
	struct cell cell;

	while (next < end) {
		while (cells_next(&cell, &next, end))
			print_cell(text, map, &cell);
		text_add(text, "\n", 1);
		next = memchr(next, '\n', (size_t)(end - next));
		next = next ? next + 1 : end;
	}
}

/* --- CSV ----------------------------------------------------------------- */

int columns_read(
	struct columns *columns, const char *list, struct failure *failure)
{
	columns->count = 0;
	for (;;) {
		size_t length = strcspn(list, ",");

		if (length == 0)
			return failure_set(
				failure, -EINVAL, "columns: a name is empty");
		if (columns->count == COLUMNS_MAX)
			return failure_set(failure, -EINVAL,
				"columns: more than %d", COLUMNS_MAX);
		columns->names[columns->count] = list;
		columns->lengths[columns->count++] = length;
		if (list[length] == '\0')
			return 0;
		list += length + 1;
	}
}

void columns_print_header(struct text *text, const struct columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		if (i > 0)
			text_add(text, ",", 1);
		text_add(text, columns->names[i], columns->lengths[i]);
	}
	text_add(text, "\n", 1);
}

/* A value is in quotes if it has some, a comma or a line's end. */
static void print_quoted(struct text *text, const char *bytes, size_t length)
{
	bool is_plain = true;

	for (size_t i = 0; i < length; i++)
		is_plain &= !strchr("\",\r\n", bytes[i]) || bytes[i] == '\0';
	if (is_plain) {
		text_add(text, bytes, length);
		return;
	}
	text_add(text, "\"", 1);
	for (size_t i = 0; i < length; i++)
		text_add(text, bytes[i] == '"' ? "\"\"" : &bytes[i],
			bytes[i] == '"' ? 2 : 1);
	text_add(text, "\"", 1);
}

/* Texts without the quotes of JSON; lists and objects stay JSON. */
static void print_value(struct text *text, const struct cell *cell)
{
	struct text plain = { .bytes = NULL };

	if (cell->length == 0 || *cell->value != '"') {
		print_quoted(text, cell->value, cell->length);
		return;
	}
	cell_print(&plain, cell->value, cell->length);
	text->failed |= plain.failed;
	print_quoted(text, plain.bytes, plain.length);
	text_release(&plain);
}

static bool is_named(
	const struct columns *columns, size_t column, const struct cell *cell)
{
	return columns->lengths[column] == cell->key_length &&
		memcmp(columns->names[column], cell->key, cell->key_length) ==
		0;
}

/* The record at *next, and *next behind it. */
static void print_row(struct text *text, const struct columns *columns,
	const char **next, const char *end)
{
	struct cell cells[COLUMNS_MAX] = { { .key = NULL } };
	struct cell cell;

	while (cells_next(&cell, next, end))
		for (size_t i = 0; i < columns->count; i++)
			if (is_named(columns, i, &cell))
				cells[i] = cell;
	for (size_t i = 0; i < columns->count; i++) {
		if (i > 0)
			text_add(text, ",", 1);
		if (cells[i].key)
			print_value(text, &cells[i]);
	}
	text_add(text, "\n", 1);
}

void records_print_csv(struct text *text, const struct columns *columns,
	const char *records, size_t length)
{
	const char *next = records;
	const char *end = records + length;

	while (next < end) {
		print_row(text, columns, &next, end);
		next = memchr(next, '\n', (size_t)(end - next));
		next = next ? next + 1 : end;
	}
}
