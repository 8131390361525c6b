/* JSON (RFC 8259) written into memory. */
#include "writer.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void writer_clear(struct writer *writer)
{
	writer->length = 0;
	writer->failed = false;
}

void writer_release(struct writer *writer)
{
	free(writer->text);
	memset(writer, 0, sizeof *writer);
}

static void append(struct writer *writer, const char *text, size_t length)
{
	if (writer->length + length > writer->room) {
		size_t room = 2 * (writer->length + length) + 256;
		char *more = realloc(writer->text, room);

		if (!more)
			writer->failed = true;
		if (writer->failed)
			return;
		writer->text = more;
		writer->room = room;
	}
	memcpy(writer->text + writer->length, text, length);
	writer->length += length;
}

/* A comma, unless the value is the first in its bracket or follows a key. */
static void separate(struct writer *writer)
{
	char last = writer->length ? writer->text[writer->length - 1] : '\n';

	if (!strchr("{[:\n", last))
		append(writer, ",", 1);
}

void writer_begin(struct writer *writer, char bracket)
{
	separate(writer);
	append(writer, &bracket, 1);
}

void writer_end(struct writer *writer, char bracket)
{
	append(writer, &bracket, 1);
}

void writer_newline(struct writer *writer)
{
	append(writer, "\n", 1);
}

void writer_key(struct writer *writer, const char *key)
{
	separate(writer);
	append(writer, "\"", 1);
	append(writer, key, strlen(key));
	append(writer, "\":", 2);
}

static void append_number(struct writer *writer, const char *digits, int length)
{
	separate(writer);
	append(writer, digits, (size_t)length);
}

void writer_integer(struct writer *writer, int64_t value)
{
	char digits[24];

	append_number(writer, digits,
		snprintf(digits, sizeof digits, "%" PRId64, value));
}

void writer_decimal(struct writer *writer, int64_t value, int decimals)
{
	int64_t unit = 1;
	int64_t magnitude;
	char digits[48];
	int length;

	while (decimals > 0 && value % 10 == 0) {
		value /= 10;
		decimals--;
	}
	for (int i = 0; i < decimals; i++)
		unit *= 10;
	magnitude = value < 0 ? -value : value;
	if (decimals == 0)
		length = snprintf(digits, sizeof digits, "%" PRId64, value);
	else
		length = snprintf(digits, sizeof digits,
			"%s%" PRId64 ".%0*" PRId64, value < 0 ? "-" : "",
			magnitude / unit, decimals, magnitude % unit);
	append_number(writer, digits, length);
}

void writer_bool(struct writer *writer, int value)
{
	separate(writer);
	if (value)
		append(writer, "true", 4);
	else
		append(writer, "false", 5);
}

/* Every byte from 0x80 on as %XX: three times the room at most. */
static json_t *escaped(const char *text)
{
	char *out = malloc(3 * strlen(text) + 1);
	json_t *string = NULL;
	size_t used = 0;

	if (!out)
		return NULL;
	for (; *text; text++) {
		if ((unsigned char)*text < 0x80)
			out[used++] = *text;
		else
			used += (size_t)sprintf(
				out + used, "%%%02x", (unsigned char)*text);
	}
	string = json_stringn(out, used);
	free(out);
	return string;
}

void writer_text(struct writer *writer, const char *text)
{
	json_t *string = json_string(text); /* NULL unless it is UTF-8 */
	char *quoted = NULL;

	if (!string)
		string = escaped(text);
	if (string)
		quoted = json_dumps(string, JSON_ENCODE_ANY);
	if (quoted) {
		separate(writer);
		append(writer, quoted, strlen(quoted));
	} else {
		writer->failed = true;
	}
	free(quoted);
	json_decref(string);
}
