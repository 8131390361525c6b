/* One write to standard error, without control bytes. */
#include "base/message.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wait-for.h"

/* A byte that must not reach a terminal is written \xHH: four bytes. */
#define ESCAPED 4
/* ms that standard error may be full before messages are lost. */
#define PATIENCE 1000

static unsigned long lost; /* messages since the last one written */

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

/* Of two writers that both see the last room, one may still wait. */
static bool has_room(void)
{
	int64_t patience = lost > 0 ? 0 : clock_monotonic() + PATIENCE;

	return wait_for(STDERR_FILENO, POLLOUT, patience, -1) == 0;
}

static void write_line(const char *text)
{
	char line[2 * MESSAGE_MAX];
	size_t used = append_clean(
		line, 0, sizeof line - 1, program_invocation_short_name);

	used = append_clean(line, used, sizeof line - 1, ": ");
	used = append_clean(line, used, sizeof line - 1, text);
	line[used++] = '\n';
	/* A failure of standard error cannot be reported. */
	(void)!write(STDERR_FILENO, line, used);
}

static void report_lost(void)
{
	MESSAGE_ADD("lost messages, as nobody read them: %lu");
	char text[MESSAGE_MAX];

	snprintf(text, sizeof text, message_format_, lost);
	lost = 0;
	write_line(text);
}

static void message_list(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

static void message_list(const char *format, va_list arguments)
{
	char text[MESSAGE_MAX];
	int kept = errno;
	int length;

	length = vsnprintf(text, sizeof text, format, arguments);
	if (length < 0)
		return;
	if ((size_t)length >= sizeof text)
		memcpy(text + sizeof text - 4, "...", 4);
	if (lost > 0 && has_room())
		report_lost();
	if (has_room())
		write_line(text);
	else
		lost++;
	errno = kept;
}

void(message)(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message_list(format, arguments);
	va_end(arguments);
}
