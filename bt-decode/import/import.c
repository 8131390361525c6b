/* Which log a line is of, and the exchanges that come of it. */
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "base/hex.h"
#include "format.h"

static const struct import_format *const formats[] = {
	&hass_log,
	&tshark_fields,
	&serial_log,
	&hex_text,
};
#define FORMATS (sizeof formats / sizeof formats[0])

struct import *import_new(struct local_time *local)
{
	struct import *import = calloc(1, sizeof *import);

	if (!import)
		return NULL;
	import->local = local;
	import->log.time = -1;
	return import;
}

void import_free(struct import *import)
{
	free(import);
}

/* --- results of a line --------------------------------------------------- */

void import_note(struct import *import, enum note note)
{
	notes_add(&import->notes, note, import->file, import->number);
}

static struct outcome begin(struct import *import)
{
	size_t n = import->ready_first + import->ready_count;

	return (struct outcome){ .line = &import->ready[n % READY] };
}

static void finish(struct import *import, const struct outcome *outcome)
{
	import->ready_count += outcome->has_line;
	if (outcome->has_note)
		import_note(import, outcome->note);
}

void import_ask(struct import *import, struct conversation *c,
	const uint8_t *request, size_t length)
{
	struct outcome outcome = begin(import);

	conversation_ask(c, request, length, &outcome);
	finish(import, &outcome);
}

void import_data(struct import *import, struct conversation *c,
	const uint8_t *data, size_t length)
{
	struct outcome outcome = begin(import);

	conversation_data(c, data, length, &outcome);
	finish(import, &outcome);
}

void import_echo(struct import *import, struct conversation *c)
{
	struct outcome outcome = begin(import);

	conversation_echo(c, &outcome);
	finish(import, &outcome);
}

void import_close(
	struct import *import, struct conversation *c, const char *word)
{
	struct outcome outcome = begin(import);

	conversation_close(c, word, &outcome);
	finish(import, &outcome);
}

bool import_byte(struct import *import, struct conversation *c, uint8_t byte)
{
	struct outcome outcome = begin(import);
	bool fits = conversation_byte(c, byte, &outcome);

	finish(import, &outcome);
	return fits;
}

/* Whether the bytes are a whole frame, an answer to whatever request. */
static bool is_answer(const uint8_t *bytes, size_t length)
{
	return modbus_answer_length(bytes, length) == (int)length &&
		modbus_crc(bytes, length) == 0;
}

void import_hex(struct import *import, const char *text, size_t length)
{
	uint8_t bytes[MODBUS_FRAME_MAX];
	bool is_all;
	size_t n = hex_text_bytes(bytes, sizeof bytes, &is_all, text, length);

	if (is_all && conversation_begins(&import->log, bytes, n))
		import_close(import, &import->log, CONVERSATION_UNLOGGED);
	else if (is_all && !conversation_is_asked(&import->log) &&
		is_answer(bytes, n)) {
		import_close(import, &import->log, CONVERSATION_UNLOGGED);
		import_note(import, NOTE_NO_REQUEST);
		return;
	}
	import->digits = text;
	import->digits_length = length;
}

/* --- lines --------------------------------------------------------------- */

bool import_line(struct import *import, const char *text, size_t length,
	const char *file, unsigned long number)
{
	for (size_t i = 0; i < FORMATS; i++) {
		if (!formats[i]->fits(text, length))
			continue;
		import->is_log = true;
		import->file = file;
		import->number = number;
		formats[i]->take(import, text, length);
		return true;
	}
	return false;
}

bool import_other(struct import *import, const char *file, unsigned long number)
{
	if (import->is_log)
		notes_add(&import->notes, NOTE_OTHER_LINE, file, number);
	return import->is_log;
}

void import_local_time(
	struct import *import, const char *file, unsigned long number)
{
	notes_add(&import->notes, NOTE_LOCAL, file, number);
}

void import_end(struct import *import)
{
	import->at_end = true;
}

/* --- the next result ----------------------------------------------------- */

/* Takes the digits up to the end of an exchange, or an error. */
static void use_digits(struct import *import)
{
	while (import->digits_length > 0 && import->ready_count == 0) {
		const char *text = import->digits;
		uint8_t byte;
		size_t used = 1;

		if (import->digits_length > 1 &&
			hex_decode(&byte, 1, text, 2) == 1) {
			used = 2;
			if (!import_byte(import, &import->log, byte))
				used = import->digits_length;
		}
		import->digits += used;
		import->digits_length -= used;
	}
}

/* Closes the next open exchange; false if there is none. */
static bool close_open(struct import *import)
{
	for (size_t i = 0; i <= CONVERSATIONS; i++) {
		struct conversation *c =
			i < CONVERSATIONS ? &import->captured[i] : &import->log;

		if (!conversation_is_open(c))
			continue;
		import_close(import, c, CONVERSATION_UNLOGGED);
		return true;
	}
	return false;
}

static bool has_note(
	struct import *import, bool at_end, struct failure *failure)
{
	return notes_take(&import->notes, at_end, failure) > 0;
}

enum input_event import_next(
	struct import *import, struct frame_line *line, struct failure *failure)
{
	bool has_more;

	do {
		if (has_note(import, false, failure))
			return failure->code < 0 ? INPUT_REFUSED : INPUT_NOTED;
		if (import->ready_count > 0) {
			*line = import->ready[import->ready_first];
			import->ready_first = (import->ready_first + 1) % READY;
			import->ready_count--;
			return INPUT_FRAMES;
		}
		has_more = import->digits_length > 0;
		if (has_more)
			use_digits(import);
		else if (import->at_end)
			has_more = close_open(import);
	} while (has_more || import->ready_count > 0);
	if (has_note(import, false, failure))
		return failure->code < 0 ? INPUT_REFUSED : INPUT_NOTED;
	if (import->at_end && has_note(import, true, failure))
		return INPUT_NOTED;
	return INPUT_USED;
}

/* --- text ---------------------------------------------------------------- */

bool skip_text(const char **text, size_t *length, const char *beginning)
{
	size_t n = strlen(beginning);

	if (*length < n || memcmp(*text, beginning, n) != 0)
		return false;
	*text += n;
	*length -= n;
	return true;
}
