/* Which tool's object it is, and its frame lines. */
#include "objects.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cell-voltage.h"
#include "logger.h"
#include "readall.h"

/* A tool whose objects are dumps: struct dump. */
static const struct {
	bool (*fits)(const json_t *object);
	int (*open)(struct dump *dump, const json_t *object,
		struct failure *failure);
} dumps[] = {
	{ readall_fits, readall_open },
	{ cell_voltage_fits, cell_voltage_open },
};
#define DUMPS (sizeof dumps / sizeof dumps[0])

/* The next step of object_lines_next(). */
enum step {
	STEP_EXCHANGE,
	STEP_OPEN, /* the poll before a dump is closed */
	STEP_BLOCKS,
	STEP_DONE,
};

struct object_lines {
	json_t *object;
	const struct local_time *local;
	enum step step;
	struct dump dump;
	bool is_local; /* the time of the exchange, and taken as UTC */
};

static int parse_object(struct object_lines *lines, const char *text,
	size_t length, struct failure *failure)
{
	json_error_t parse;

	lines->object =
		json_loadb(text, length, JSON_REJECT_DUPLICATES, &parse);
	if (lines->object)
		return 0;
	if (json_error_code(&parse) == json_error_out_of_memory)
		return -ENOMEM;
	if (json_error_code(&parse) == json_error_null_character)
		return object_refuse(failure, "text has a NUL character");
	return object_refuse(
		failure, "not JSON: %s (byte %d)", parse.text, parse.position);
}

static int open_object(struct object_lines *lines, struct failure *failure)
{
	const json_t *object = lines->object;

	for (size_t i = 0; i < DUMPS; i++) {
		if (!dumps[i].fits(object))
			continue;
		lines->step = STEP_OPEN;
		lines->dump = (struct dump){ .time = -1 };
		return dumps[i].open(&lines->dump, object, failure);
	}
	lines->step = STEP_EXCHANGE;
	return logger_check(object, failure);
}

int object_lines_read(struct object_lines **result,
	const struct local_time *local, const char *text, size_t length,
	struct failure *failure)
{
	struct object_lines *lines = calloc(1, sizeof *lines);
	int error;

	if (!lines)
		return -ENOMEM;
	lines->local = local;
	error = parse_object(lines, text, length, failure);
	if (error == 0)
		error = open_object(lines, failure);
	if (error < 0)
		object_lines_free(lines);
	else
		*result = lines;
	return error;
}

void object_lines_free(struct object_lines *lines)
{
	if (!lines)
		return;
	json_decref(lines->object);
	free(lines);
}

static int next_of_dump(struct object_lines *lines, struct frame_line *line,
	struct failure *failure)
{
	int result;

	line->time = lines->dump.time;
	memcpy(line->address, lines->dump.address, sizeof lines->dump.address);
	if (lines->step == STEP_BLOCKS) {
		result = dump_next(&lines->dump, line, failure);
		if (result != 0)
			return result;
	}
	line->kind = FRAME_LINE_END;
	lines->step = lines->step == STEP_OPEN ? STEP_BLOCKS : STEP_DONE;
	return 1;
}

int object_lines_next(struct object_lines *lines, struct frame_line *line,
	struct failure *failure)
{
	bool has_zone;
	int error;

	memset(line, 0, sizeof *line);
	line->time = line->start = -1;
	switch (lines->step) {
	case STEP_EXCHANGE:
		lines->step = STEP_DONE;
		error = logger_read(line, &has_zone, lines->object,
			lines->local, failure);
		lines->is_local = error == 0 && !has_zone &&
			!lines->local->has_offset;
		return error < 0 ? error : 1;
	case STEP_OPEN:
	case STEP_BLOCKS:
		return next_of_dump(lines, line, failure);
	case STEP_DONE:
		return 0;
	}
	return 0;
}

bool object_lines_is_local(const struct object_lines *lines)
{
	return lines->is_local;
}
