/*
 * Fuzz target: the reader of frame lines. A line that is good is written, and
 * what is written is read as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "modbus/frame-line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame_line line = { 0 }, again = { 0 };
	char text[FRAME_LINE_MAX], twice[FRAME_LINE_MAX];
	const char *field = NULL;
	size_t length;

	if (frame_line_parse(&line, (const char *)data, size, &field) < 0) {
		must(field != NULL);
		return 0;
	}
	length = frame_line_format(text, &line);
	must(length > 0 && length < sizeof text && text[length - 1] == '\n');
	must(strlen(text) == length);
	must(frame_line_parse(&again, text, length - 1, &field) == 0);
	must(frame_line_format(twice, &again) == length);
	must(strcmp(text, twice) == 0);
	return 0;
}
