/* Which format a line has, and objects that take several lines. */
#include "input.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "classic.h"

/* A JSON object as far as it has come. */
struct object {
	char *text;
	size_t length, room;
	int depth;  /* of brackets; above 0: it goes on */
	int values; /* commas and opening brackets */
	bool in_string, escaped;
	/* Where it begins. */
	const char *file;
	unsigned long number;
};

struct input {
	/* The line: what is left of it, and where it is from. */
	const char *text;
	size_t length;
	enum lines_event event;
	const char *file;
	unsigned long number;
	const char *bad; /* why no format can be looked for; NULL: it can */

	struct object object;
	struct classic *classic; /* made of the object, handed out; or NULL */
};

#define refuse(failure, file, number, ...) \
	(failure_set_at(failure, -BT_EFIELDS, file, number, __VA_ARGS__), \
		INPUT_REFUSED)

/* --- JSON objects -------------------------------------------------------- */

static void count_bracket(struct object *object, char c)
{
	bool opens = c == '{' || c == '[';

	object->depth += opens - (c == '}' || c == ']');
	object->values += opens || c == ',';
}

/* How much of the text belongs to the object: all, or up to the bracket that
 * closes it. What is between the brackets is for the JSON parser. */
static size_t scan_object(
	struct object *object, const char *text, size_t length)
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

static int append(struct object *object, const char *text, size_t length)
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

/* Its memory and its place stay. */
static void drop_object(struct object *object)
{
	object->length = 0;
	object->depth = object->values = 0;
	object->in_string = object->escaped = false;
}

/*
 * Whether a line can belong to an object that an earlier one began. No line of
 * any format begins like this, so a broken object does not swallow what comes
 * after it.
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
	drop_object(&input->object);
	return refuse(failure, input->object.file, input->object.number,
		"JSON object has no end");
}

static enum input_event refuse_large(struct input *input,
	struct failure *failure, const char *what, int most)
{
	drop_object(&input->object);
	return refuse(failure, input->object.file, input->object.number,
		"JSON object has more than %d %s", most, what);
}

static enum input_event read_object(
	struct input *input, struct failure *failure)
{
	struct object *object = &input->object;
	int error = classic_read(
		&input->classic, object->text, object->length, failure);

	drop_object(object);
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
	struct object *object = &input->object;
	size_t length;

	if (object->depth == 0) {
		object->file = input->file;
		object->number = input->number;
	}
	length = scan_object(object, input->text, input->length);
	input->text += length;
	input->length -= length;
	if (object->values > INPUT_VALUES_MAX)
		return refuse_large(input, failure, "values", INPUT_VALUES_MAX);
	if (append(object, input->text - length, length) < 0)
		return INPUT_NO_MEMORY;
	if (object->depth == 0)
		return read_object(input, failure);
	/* No string goes on in another line. */
	if (object->in_string)
		return refuse_object(input, failure);
	if (object->length > INPUT_LINE_MAX)
		return refuse_large(input, failure, "bytes", INPUT_LINE_MAX);
	return INPUT_USED;
}

static enum input_event take_classic(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	const struct object *object = &input->object;
	int result = classic_next(input->classic, line, failure);

	if (result < 0)
		return refuse(failure, object->file, object->number, "%s",
			failure->text);
	if (result > 0)
		return INPUT_FRAMES;
	classic_free(input->classic);
	input->classic = NULL;
	/* Dumps have no newline at their end: what is behind one is a line. */
	while (input->length > 0 && *input->text == ' ') {
		input->text++;
		input->length--;
	}
	return INPUT_USED;
}

/* --- lines --------------------------------------------------------------- */

/* A reason to refuse the line before it is looked at. */
static const char *bad_text(const char *text, size_t length)
{
	if (memchr(text, '\0', length))
		return "has a zero byte: this is no text file";
	if (length > 0 && text[length - 1] == '\r')
		return "ends with CR LF: remove the CR, "
		       "for example with tr -d '\\r'";
	return NULL;
}

static enum input_event take_frame_line(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	const char *field;
	int error = frame_line_parse(line, input->text, input->length, &field);

	input->length = 0;
	/* Only a word can be cut and still look whole. */
	if (input->event == LINES_UNENDED &&
		(error < 0 ||
			(line->kind == FRAME_LINE_EXCHANGE && line->word[0])))
		return refuse(failure, input->file, input->number,
			"last line is cut off: no newline at its end");
	if (error < 0)
		return refuse(failure, input->file, input->number, "%s: %s",
			field, error_text(error));
	return INPUT_FRAMES;
}

static enum input_event take_text(
	struct input *input, struct frame_line *line, struct failure *failure)
{
	if (input->text[0] == '#') {
		input->length = 0;
		return INPUT_USED;
	}
	if (input->bad) {
		input->length = 0;
		return refuse(
			failure, input->file, input->number, "%s", input->bad);
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
		if (input->classic)
			event = take_classic(input, line, failure);
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

void input_begin(
	struct input *input, const struct lines *lines, enum lines_event event)
{
	bool has_text = event == LINES_LINE || event == LINES_UNENDED;

	input->event = event;
	input->text = lines->text;
	input->length = has_text ? lines->length : 0;
	input->file = lines->file;
	input->number = lines->number;
	input->bad = has_text ? bad_text(lines->text, lines->length) : NULL;
}

struct input *input_new(void)
{
	return calloc(1, sizeof(struct input));
}

void input_free(struct input *input)
{
	if (!input)
		return;
	classic_free(input->classic);
	free(input->object.text);
	free(input);
}
