/* Text that grows. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether there is room for more bytes. */
static bool reserve(struct text *text, size_t more)
{
	size_t room = 2 * (text->length + more);
	char *larger;

	if (text->failed || text->length + more <= text->room)
		return !text->failed;
	larger = realloc(text->bytes, room);
	text->failed = !larger;
	if (larger) {
		text->bytes = larger;
		text->room = room;
	}
	return !text->failed;
}

void text_add(struct text *text, const char *bytes, size_t length)
{
	if (length == 0 || !reserve(text, length))
		return;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

void text_print(struct text *text, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (length < 0 || length >= (int)sizeof line)
		text->failed = true;
	else
		text_add(text, line, (size_t)length);
}

void text_clear(struct text *text)
{
	text->length = 0;
}

void text_release(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ .bytes = NULL };
}
