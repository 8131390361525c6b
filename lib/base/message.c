/* One clean write to standard error. */
#include "base/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A byte that must not reach a terminal is written \xHH: four bytes. */
#define ESCAPED 4

static size_t append_clean(char *out, size_t used, size_t size, const char *s)
{
	for (; *s && used + ESCAPED < size; s++) {
		unsigned char byte = (unsigned char)*s;

		if (byte >= 0x20 && byte != 0x7f &&
			(byte < 0x80 || byte > 0x9f))
			out[used++] = (char)byte;
		else
			used += (size_t)snprintf(
				out + used, size - used, "\\x%02x", byte);
	}
	return used;
}

static void message_list(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

static void message_list(const char *format, va_list arguments)
{
	char text[MESSAGE_MAX];
	char line[2 * MESSAGE_MAX];
	size_t used;
	int kept = errno;
	int length;

	length = vsnprintf(text, sizeof text, format, arguments);
	if (length < 0)
		return;
	if ((size_t)length >= sizeof text)
		memcpy(text + sizeof text - 4, "...", 4);

	used = append_clean(
		line, 0, sizeof line - 1, program_invocation_short_name);
	used = append_clean(line, used, sizeof line - 1, ": ");
	used = append_clean(line, used, sizeof line - 1, text);
	line[used++] = '\n';
	/* Nobody is left to tell when standard error itself fails. */
	(void)!write(STDERR_FILENO, line, used);
	errno = kept;
}

void message(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message_list(format, arguments);
	va_end(arguments);
}
