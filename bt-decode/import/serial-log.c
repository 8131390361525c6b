/*
 * The output of the ESP32 bridge on its serial line (mariolukas/
 * Bluetti_ESP32_Bridge BTooth.cpp; issues 50 and 70), seen in a terminal that
 * puts the time of day before each line:
 *
 *   21:36:58.209 -> Write Request FF02 - Value:  0103 0bb9 0001 57cb
 *   21:36:58.405 -> F01 - Write Response
 *   21:36:58.405 -> 0103 0200 0239 85
 *
 * An answer takes several lines, of 16 bytes each, and perhaps several
 * notifications, each with the line in front.
 */
#include "format.h"

#define REQUEST "Write Request FF02 - Value:"
#define ANSWER "F01 - Write Response"

/* Takes the time of day at the beginning of a line, if any. */
static bool skip_time(
	struct import *import, int64_t *time, const char **text, size_t *length)
{
	struct local_time none = { .day = -1 };
	struct local_time *local = import ? import->local : &none;
	size_t n = local_time_read_of_day(time, local, *text, *length);
	const char *rest = *text + n;
	size_t left = *length - n;

	if (n == 0 || !skip_text(&rest, &left, " ->"))
		return false;
	*text = rest;
	*length = left;
	return true;
}

static bool fits(const char *text, size_t length)
{
	int64_t time;

	return skip_time(NULL, &time, &text, &length) ||
		skip_text(&text, &length, REQUEST) ||
		skip_text(&text, &length, ANSWER);
}

static void take(struct import *import, const char *text, size_t length)
{
	int64_t time = -1;

	if (skip_time(import, &time, &text, &length)) {
		if (import->local->day < 0)
			import_note(import, NOTE_NO_DAY);
		else if (!import->local->has_offset)
			import_note(import, NOTE_LOCAL);
		skip_text(&text, &length, " ");
	}
	if (length == 0 || skip_text(&text, &length, ANSWER))
		return;
	if (skip_text(&text, &length, REQUEST))
		import_close(import, &import->log, CONVERSATION_UNLOGGED);
	import->log.time = time;
	if (hex_text.fits(text, length))
		hex_text.take(import, text, length);
	else
		import_note(import, NOTE_OTHER_LINE);
}

const struct import_format serial_log = { fits, take };
