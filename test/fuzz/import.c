/*
 * Fuzz target: the readers of bt-decode, all formats.
 *
 * The input is a file. Whatever is in it, each line that comes of it is one
 * that can be written and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "../../bt-decode/input.h"
#include "base/lines.h"
#include "modbus/frame-line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static void check_line(const struct frame_line *line)
{
	char text[FRAME_LINE_MAX], again[FRAME_LINE_MAX];
	size_t length = frame_line_format(text, line);
	struct frame_line parsed = { 0 };
	const char *field;

	must(frame_line_parse(&parsed, text, length - 1, &field) == 0);
	must(frame_line_format(again, &parsed) == length);
	must(memcmp(text, again, length) == 0);
}

static void use(
	struct input *input, const struct lines *lines, enum lines_event event)
{
	struct failure failure;
	struct frame_line line;
	enum input_event what;

	input_begin(input, lines, event);
	do {
		what = input_next(input, &line, &failure);
		must(what != INPUT_NO_MEMORY);
		if (what == INPUT_FRAMES)
			check_line(&line);
		else if (what != INPUT_USED)
			must(strlen(failure.text) > 0);
	} while (what != INPUT_USED);
}

/* A line as large as it is, so that a read beyond it is seen. */
static void use_line(struct input *input, struct lines *lines,
	const uint8_t *data, size_t length, bool is_ended)
{
	lines->text = malloc(length + !length);
	must(lines->text != NULL);
	memcpy(lines->text, data, length);
	lines->length = length;
	lines->number++;
	use(input, lines, is_ended ? LINES_LINE : LINES_UNENDED);
	free(lines->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input *input = input_new(&(struct input_options){ .day = 0 });
	struct lines lines = { .file = "log" };
	const uint8_t *end = data + size;

	must(input != NULL);
	while (data < end) {
		const uint8_t *newline =
			memchr(data, '\n', (size_t)(end - data));
		const uint8_t *stop = newline ? newline : end;

		use_line(input, &lines, data, (size_t)(stop - data), newline);
		data = newline ? newline + 1 : end;
	}
	lines.text = NULL;
	lines.length = 0;
	use(input, &lines, LINES_END);
	input_free(input);
	return 0;
}
