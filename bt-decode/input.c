/* Which format a line has, and objects that take several lines. */
#include "input.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "import/json-text.h"
#include "import/objects.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* in UTF-8 */

struct input {
	/* The rest of the line, and its position. */
	const char *text;
	size_t length;
	enum lines_event event;
	const char *file;
	unsigned long number;
	struct json_text object;
	struct object_lines *lines; /* of the object, handed out; or NULL */
	struct local_time local;
	struct import *import; /* logs of other tools */
	bool is_importing;     /* it may have something */
};

#define refuse(failure, file, number, ...) \
	(failure_set_at(failure, -BT_EFIELDS, file, number, __VA_ARGS__), \
		INPUT_REFUSED)

/* --- JSON objects -------------------------------------------------------- */

/*
 * Whether a line can continue an object. No line of another format begins like
 * this, so a broken object does not swallow the lines after it.
 */
static bool can_continue(const struct input *input)
{
	return input->number > 1 && strchr(" \t\"}],", input->text[0]);
}

static bool is_abandoned(const struct input *input)
{
	if (input->object.depth == 0)
		return false;
	if (input->event == LINES_TOO_LONG || input->event == LINES_END)
		return true;
	return input->length > 0 ? !can_continue(input)
				 : input->event == LINES_UNENDED;
}

static enum input_event refuse_object(
	struct input *input, struct failure *failure)
{
	json_text_clear(&input->object);
	return refuse(failure, input->object.file, input->object.number,
		"JSON object has no end");
}

static enum input_event refuse_large(struct input *input,
	struct failure *failure, const char *what, int most)
{
	json_text_clear(&input->object);
	return refuse(failure, input->object.file, input->object.number,
		"JSON object has more than %d %s", most, what);
}

static enum input_event read_object(
	struct input *input, struct failure *failure)
{
	struct json_text *object = &input->object;
	int error = object_lines_read(&input->lines, &input->local,
		object->text, object->length, failure);

	json_text_clear(object);
	if (error == -ENOMEM)
		return INPUT_NO_MEMORY;
	return error < 0 ? refuse(failure, object->file, object->number, "%s",
				   failure->text)
			 : INPUT_USED;
}

/* INPUT_USED in this and the other takers means: go on. */
static enum input_event take_object(
	struct input *input, struct failure *failure)
{
	struct json_text *object = &input->object;
	size_t length;

	if (object->depth == 0) {
		object->file = input->file;
		object->number = input->number;
	}
	length = json_text_scan(object, input->text, input->length);
	input->text += length;
	input->length -= length;
	if (object->values > JSON_TEXT_VALUES)
		return refuse_large(input, failure, "values", JSON_TEXT_VALUES);
	if (object->elements > JSON_TEXT_ELEMENTS)
		return refuse_large(
			input, failure, "elements", JSON_TEXT_ELEMENTS);
	if (json_text_append(object, input->text - length, length) < 0)
		return INPUT_NO_MEMORY;
	if (object->depth == 0)
		return read_object(input, failure);
	/* No string goes on in another line. */
	if (object->in_string)
		return refuse_object(input, failure);
	if (object->length > JSON_TEXT_MAX)
		return refuse_large(input, failure, "bytes", JSON_TEXT_MAX);
	return INPUT_USED;
}

static enum input_event take_lines(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	const struct json_text *object = &input->object;
	int result = object_lines_next(input->lines, line, failure);

	if (result < 0)
		return refuse(failure, object->file, object->number, "%s",
			failure->text);
	if (result > 0)
		return INPUT_FRAMES;
	if (object_lines_is_local(input->lines)) {
		import_local_time(input->import, object->file, object->number);
		input->is_importing = true;
	}
	object_lines_free(input->lines);
	input->lines = NULL;
	/* Dumps have no newline at their end: a line may follow directly. */
	while (input->length > 0 && *input->text == ' ') {
		input->text++;
		input->length--;
	}
	return INPUT_USED;
}

/* --- lines --------------------------------------------------------------- */

/*
 * Whether a line that is no frame line, because of this field, is of the log of
 * another tool. Between the lines of such a log whatever has neither the form
 * of a frame line nor that of two frames is another of its lines.
 */
static bool is_of_log(struct input *input, const char *field, int error)
{
	bool has_form = strcmp(field, "line") != 0 &&
		strcmp(field, "time") != 0 &&
		(error != -BT_EHEX || strcmp(field, "request") != 0);

	input->is_importing = import_line(input->import, input->text,
		input->length, input->file, input->number);
	return input->is_importing ||
		(!has_form &&
			import_other(
				input->import, input->file, input->number));
}

static enum input_event take_frame_line(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	const char *field;
	int error = frame_line_parse(line, input->text, input->length, &field);
	bool is_other = error < 0 && is_of_log(input, field, error);

	input->length = 0;
	if (is_other)
		return INPUT_USED;
	/* Only a word can be cut and still look whole. */
	if (input->event == LINES_UNENDED &&
		(error < 0 ||
			(line->kind == FRAME_LINE_EXCHANGE &&
				line->error_tag[0])))
		return refuse(failure, input->file, input->number,
			"last line is cut off: no newline at its end");
	if (error < 0)
		return refuse(failure, input->file, input->number, "%s: %s",
			field, error_text(error));
	return INPUT_FRAMES;
}

static enum input_event take_import(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	enum input_event event = import_next(input->import, line, failure);

	input->is_importing = event != INPUT_USED;
	return event;
}

static enum input_event take_text(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	if (input->text[0] == '#') {
		input->length = 0;
		return INPUT_USED;
	}
	if (memchr(input->text, '\0', input->length)) {
		input->length = 0;
		return refuse(failure, input->file, input->number,
			"has a zero byte: this is no text file");
	}
	if (input->object.depth > 0 || input->text[0] == '{')
		return take_object(input, failure);
	return take_frame_line(input, line, failure);
}

enum input_event input_next(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	enum input_event event = INPUT_USED;

	while (event == INPUT_USED) {
		if (is_abandoned(input))
			return refuse_object(input, failure);
		if (input->lines)
			event = take_lines(input, line, failure);
		else if (input->is_importing)
			event = take_import(input, line, failure);
		else if (input->length > 0)
			event = take_text(input, line, failure);
		else
			break;
	}
	if (event == INPUT_USED && input->event == LINES_TOO_LONG) {
		input->event = LINES_LINE;
		return refuse(failure, input->file, input->number,
			"line is longer than %d bytes", INPUT_LINE_MAX);
	}
	return event;
}

/* Removes additions of editors on other systems: a byte order mark, the CR of
 * CR LF. */
static void trim(struct input *input)
{
	if (input->number == 1 && input->length >= strlen(BYTE_ORDER_MARK) &&
		memcmp(input->text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) ==
			0) {
		input->text += strlen(BYTE_ORDER_MARK);
		input->length -= strlen(BYTE_ORDER_MARK);
	}
	if (input->length > 0 && input->text[input->length - 1] == '\r')
		input->length--;
}

void input_begin(
	struct input *input, const struct lines *lines, enum lines_event event)
{
	bool has_text = event == LINES_LINE || event == LINES_UNENDED;

	input->event = event;
	input->text = lines->text;
	input->length = has_text ? lines->length : 0;
	input->file = lines->file;
	input->number = lines->number;
	trim(input);
	if (event == LINES_END) {
		import_end(input->import);
		input->is_importing = true;
	}
}

struct input *input_new(const struct input_options *options)
{
	struct input *input = calloc(1, sizeof *input);

	if (!input)
		return NULL;
	local_time_init(&input->local, options->has_offset, options->offset,
		options->day);
	input->import = import_new(&input->local);
	if (input->import)
		return input;
	free(input);
	return NULL;
}

void input_free(struct input *input)
{
	if (!input)
		return;
	object_lines_free(input->lines);
	import_free(input->import);
	free(input->object.text);
	free(input);
}
