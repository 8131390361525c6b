/* Records by way of jansson. */
#include "tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/errors.h"

/* Counts what stands between texts, before jansson takes memory for it. What
 * comes behind an error in the line does not matter: jansson stops there. */
static bool has_too_many_values(const char *line, size_t length)
{
	size_t values = 1, nodes = 0;
	bool in_text = false;

	for (size_t i = 0; i < length; i++) {
		char byte = line[i];

		if (byte == '"')
			in_text = !in_text;
		else if (in_text)
			i += byte == '\\';
		else if (byte == ',')
			values++;
		else
			nodes += byte == ':' || byte == '[' || byte == '{';
	}
	return values > TREE_VALUES || nodes > TREE_NODES;
}

static bool is_too_deep(json_t *value, int depth)
{
	const char *key;
	json_t *item;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value))
		return false;
	if (depth == 0)
		return true;
	json_object_foreach (value, key, item) {
		if (is_too_deep(item, depth - 1))
			return true;
	}
	json_array_foreach (value, i, item) {
		if (is_too_deep(item, depth - 1))
			return true;
	}
	return false;
}

static struct field take_field(const char *key, json_t *value)
{
	struct field field = { .key = { key, strlen(key) }, .value = value };

	switch (json_typeof(value)) {
	case JSON_NULL:
		field.kind = FIELD_NULL;
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		field.kind = FIELD_BOOLEAN;
		field.boolean = json_is_true(value);
		break;
	case JSON_INTEGER:
		field.kind = FIELD_INTEGER;
		field.integer = json_integer_value(value);
		break;
	case JSON_REAL:
		field.kind = FIELD_REAL;
		field.real = json_real_value(value);
		break;
	case JSON_STRING:
		field.kind = FIELD_TEXT;
		field.text = (struct text){ json_string_value(value),
			json_string_length(value) };
		break;
	case JSON_ARRAY:
		field.kind = FIELD_LIST;
		break;
	case JSON_OBJECT:
		field.kind = FIELD_OBJECT;
		break;
	}
	return field;
}

static json_t *parse(const char *line, size_t length, struct failure *failure)
{
	json_error_t error;
	json_t *tree = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);

	if (tree)
		return tree;
	if (json_error_code(&error) == json_error_out_of_memory)
		failure_set(failure, -ENOMEM, "no memory");
	else if (json_error_code(&error) == json_error_null_character)
		failure_set(failure, -BT_ERECORD, "text has a NUL character");
	else
		failure_set(failure, -BT_ERECORD, "not JSON: %s (column %d)",
			error.text, error.column);
	return NULL;
}

int tree_read(struct field fields[TREE_NODES], json_t **tree, const char *line,
	size_t length, struct failure *failure)
{
	const char *key;
	json_t *value;
	int count = 0;

	if (memchr(line, '\0', length))
		return failure_set(failure, -BT_ERECORD, "line has a NUL byte");
	if (has_too_many_values(line, length))
		return failure_set(
			failure, -BT_ERECORD, "record has too many values");
	*tree = parse(line, length, failure);
	if (!*tree)
		return failure->code;
	/* One level is the record itself. */
	if (is_too_deep(*tree, TREE_DEPTH + 1))
		count = failure_set(failure, -BT_ERECORD,
			"values are nested more than %d deep", TREE_DEPTH);
	else if (!json_is_object(*tree))
		count = failure_set(failure, -BT_ERECORD, "not a JSON object");
	if (count < 0) {
		json_decref(*tree);
		*tree = NULL;
		return count;
	}
	json_object_foreach (*tree, key, value)
		fields[count++] = take_field(key, value);
	return count;
}

/* --- writing -------------------------------------------------------------- */

struct writer {
	char *text;
	size_t room, length;
	bool has_failed;
};

static void put_byte(struct writer *w, char byte)
{
	if (w->length < w->room)
		w->text[w->length] = byte;
	w->length++;
}

/* The number of decimal digits that identify the number. */
static size_t digits_of(double number)
{
	char text[32];
	int digits = 15;

	for (; digits < 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	return (size_t)digits;
}

static void put_scalar(struct writer *w, const json_t *value)
{
	size_t used = w->length < w->room ? w->length : w->room;
	size_t flags = JSON_ENCODE_ANY | JSON_COMPACT;
	size_t length;

	if (json_is_real(value))
		flags |= JSON_REAL_PRECISION(digits_of(json_real_value(value)));
	length = json_dumpb(value, w->text + used, w->room - used, flags);
	w->has_failed |= length == 0;
	w->length += length;
}

static void put_value(struct writer *w, const json_t *value);

static void put_key(struct writer *w, const char *key)
{
	json_t *text = json_string(key);

	if (text)
		put_scalar(w, text);
	w->has_failed |= !text;
	json_decref(text);
	put_byte(w, ':');
}

static void put_object(struct writer *w, const json_t *object)
{
	const char *key;
	json_t *value;
	char before = '{';

	json_object_foreach ((json_t *)(uintptr_t)object, key, value) {
		put_byte(w, before);
		put_key(w, key);
		put_value(w, value);
		before = ',';
	}
	if (before == '{')
		put_byte(w, '{');
	put_byte(w, '}');
}

static void put_list(struct writer *w, const json_t *list)
{
	size_t i;
	json_t *value;

	put_byte(w, '[');
	json_array_foreach (list, i, value) {
		if (i > 0)
			put_byte(w, ',');
		put_value(w, value);
	}
	put_byte(w, ']');
}

/* Nested as deeply as tree_read() takes it, and one level more. */
static void put_value(struct writer *w, const json_t *value)
{
	if (json_is_object(value))
		put_object(w, value);
	else if (json_is_array(value))
		put_list(w, value);
	else
		put_scalar(w, value);
}

size_t tree_write(const json_t *value, char *text, size_t room)
{
	struct writer w = { .text = text, .room = room };

	put_value(&w, value);
	return w.has_failed ? 0 : w.length;
}
