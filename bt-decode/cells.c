/* Splits records into keys and values. Its input was written by json.c. */
#include "cells.h"

#include <string.h>

/* The end of the string that starts here. */
static const char *string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p + 1 : end;
}

/* The end of the value that starts here. */
static const char *value_end(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '"') {
			p = string_end(p, end) - 1;
			continue;
		}
		if (depth == 0 && strchr(",}]", *p))
			break;
		depth += *p == '{' || *p == '[';
		depth -= *p == '}' || *p == ']';
	}
	return p;
}

bool cells_next(struct cell *cell, const char **next, const char *end)
{
	const char *p = *next;

	p += p < end && (*p == '{' || *p == ',');
	if (p >= end || *p != '"') {
		*next = p;
		return false;
	}
	cell->key = p + 1;
	p = string_end(p, end);
	cell->key_length = (size_t)(p - 1 - cell->key);
	cell->value = p < end ? p + 1 : end; /* behind the colon */
	p = value_end(cell->value, end);
	cell->length = (size_t)(p - cell->value);
	*next = p;
	return true;
}

static void print_string(struct text *text, const char *p, const char *end)
{
	for (p++; p + 1 < end; p++) {
		if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		text_add(text, p, 1);
	}
}

static void print_object(struct text *text, const char *p, const char *end)
{
	struct cell cell;
	const char *separator = "";

	while (cells_next(&cell, &p, end)) {
		text_print(text, "%s%.*s: ", separator, (int)cell.key_length,
			cell.key);
		text_add(text, cell.value, cell.length);
		separator = ", ";
	}
}

static void print_list(struct text *text, const char *p, const char *end)
{
	for (p++; p < end && *p != ']';) {
		const char *stop = value_end(p, end);

		cell_print(text, p, (size_t)(stop - p));
		p = stop + (stop < end && *stop == ',');
		if (stop < end && *stop == ',')
			text_add(text, ", ", 2);
	}
}

void cell_print(struct text *text, const char *value, size_t length)
{
	const char *end = value + length;

	switch (length > 0 ? *value : '\0') {
	case '"':
		print_string(text, value, end);
		break;
	case '[':
		print_list(text, value, end);
		break;
	case '{':
		print_object(text, value, end);
		break;
	default:
		text_add(text, value, length);
	}
}
