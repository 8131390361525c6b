/* Texts of failures. */
#include "base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a file's name, so that the reason behind it has room. */
#define FILE_ROOM 640

static int fill(struct failure *failure, int code, const char *place,
	const char *format, va_list arguments)
	__attribute__((format(printf, 4, 0)));

static int fill(struct failure *failure, int code, const char *place,
	const char *format, va_list arguments)
{
	static const char cut[] = "...";
	char text[FAILURE_TEXT];
	size_t used = (size_t)snprintf(text, sizeof text, "%s", place);
	int length =
		vsnprintf(text + used, sizeof text - used, format, arguments);

	if (length >= 0 && (size_t)length >= sizeof text - used)
		memcpy(text + sizeof text - sizeof cut, cut, sizeof cut);
	memcpy(failure->text, text, sizeof text);
	return failure->code = code;
}

int(failure_set)(struct failure *failure, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fill(failure, code, "", format, arguments);
	va_end(arguments);
	return code;
}

int(failure_set_at)(struct failure *failure, int code, const char *file,
	unsigned long line, const char *format, ...)
{
	char place[FILE_ROOM + 32], number[24] = "";
	va_list arguments;

	if (line > 0)
		snprintf(number, sizeof number, ":%lu", line);
	snprintf(place, sizeof place, "%.*s%s: ", FILE_ROOM, file, number);
	va_start(arguments, format);
	fill(failure, code, place, format, arguments);
	va_end(arguments);
	return code;
}
