/* JSON objects, bracket by bracket. */
#include "json-text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void count_bracket(struct json_text *object, char c)
{
	if (c == '{' || c == '[') {
		object->depth++;
		object->values++;
		object->lists = object->lists << 1 | (c == '[');
	} else if (c == '}' || c == ']') {
		object->depth--;
		object->lists >>= 1;
	} else if (c == ',') {
		*(object->lists & 1 ? &object->elements : &object->values) += 1;
	}
}

size_t json_text_scan(struct json_text *object, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (object->escaped)
			object->escaped = false;
		else if (c == '\\')
			object->escaped = object->in_string;
		else if (c == '"')
			object->in_string = !object->in_string;
		else if (!object->in_string)
			count_bracket(object, c);
		if (object->depth == 0)
			return i + 1;
	}
	return length;
}

int json_text_append(struct json_text *object, const char *text, size_t length)
{
	if (object->length + length > object->room) {
		size_t room = 2 * (object->length + length);
		char *more = realloc(object->text, room);

		if (!more)
			return -ENOMEM;
		object->text = more;
		object->room = room;
	}
	memcpy(object->text + object->length, text, length);
	object->length += length;
	return 0;
}

void json_text_clear(struct json_text *object)
{
	object->length = 0;
	object->depth = object->values = object->elements = 0;
	object->in_string = object->escaped = false;
	object->lists = 0;
}
