/*
 * The samples of other tools' logs, test/data/import-*.log, cut off at every
 * byte: nothing crashes, and no exchange is made up that the whole log does not
 * have. Run from the top.
 */
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../bt-decode/input.h"
#include "base/lines.h"
#include "modbus/frame-line.h"

#define LOG_MAX 65536
#define EXCHANGES 256

/* Answered exchanges of a log, without time and station. */
struct exchanges {
	char *list[EXCHANGES];
	size_t count;
};

static bool has(const struct exchanges *all, const char *text)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->list[i], text) == 0)
			return true;
	return false;
}

/* Adds what is new; or if they are complete, checks that nothing is. */
static bool take(
	struct exchanges *all, const struct frame_line *line, bool is_complete)
{
	struct frame_line bare = { .time = -1, .kind = line->kind };
	char text[FRAME_LINE_MAX];

	if (line->kind != FRAME_LINE_EXCHANGE || line->response_length == 0)
		return true;
	bare.request_length = line->request_length;
	bare.response_length = line->response_length;
	memcpy(bare.request, line->request, line->request_length);
	memcpy(bare.response, line->response, line->response_length);
	frame_line_format(text, &bare);
	if (has(all, text))
		return true;
	if (is_complete || all->count == EXCHANGES)
		return false;
	all->list[all->count++] = strdup(text);
	return true;
}

static bool use(struct exchanges *all, struct input *input,
	const struct lines *lines, enum lines_event event, bool is_complete)
{
	struct failure failure;
	struct frame_line line;
	enum input_event what;
	bool good = true;

	input_begin(input, lines, event);
	while ((what = input_next(input, &line, &failure)) != INPUT_USED)
		if (what == INPUT_NO_MEMORY ||
			(what == INPUT_FRAMES &&
				!take(all, &line, is_complete)))
			good = false;
	return good;
}

/* Reads the first length bytes of a log. */
static bool read_log(
	struct exchanges *all, const char *log, size_t length, bool is_complete)
{
	/* As large as it is, so that a read beyond it is seen. */
	char *copy = malloc(length + 1);
	struct input *input = input_new(
		&(struct input_options){ .has_offset = true, .day = 0 });
	struct lines lines = { .file = "log", .text = copy };
	char *end = copy + length;
	bool good = true;

	memcpy(copy, log, length);
	while (lines.text < end) {
		char *newline =
			memchr(lines.text, '\n', (size_t)(end - lines.text));

		lines.length = (size_t)((newline ? newline : end) - lines.text);
		lines.number++;
		good &= use(all, input, &lines,
			newline ? LINES_LINE : LINES_UNENDED, is_complete);
		lines.text = newline ? newline + 1 : end;
	}
	lines.length = 0;
	good &= use(all, input, &lines, LINES_END, is_complete);
	input_free(input);
	free(copy);
	return good;
}

static bool try_log(const char *path)
{
	static char log[LOG_MAX];
	struct exchanges all = { .count = 0 };
	FILE *file = fopen(path, "re");
	size_t length = file ? fread(log, 1, sizeof log, file) : 0;
	bool good = length > 0 && length < sizeof log &&
		read_log(&all, log, length, false) && all.count > 0;

	if (file)
		fclose(file);
	if (!good)
		printf("%s: cannot be read\n", path);
	for (size_t n = 1; good && n < length; n++) {
		good = read_log(&all, log, n, true);
		if (!good)
			printf("%s: cut off at byte %zu\n", path, n);
	}
	for (size_t i = 0; i < all.count; i++)
		free(all.list[i]);
	return good;
}

int main(void)
{
	glob_t samples;
	bool good = glob("test/data/import-*.log", 0, NULL, &samples) == 0;

	for (size_t i = 0; good && i < samples.gl_pathc; i++)
		good = try_log(samples.gl_pathv[i]);
	globfree(&samples);
	return !good;
}
