/*
 * Lines of text, of whichever format, become frame lines: those of
 * bt-frames(5), and what other tools recorded, which is in import/. A line may
 * yield none, one or many; a JSON object may take several lines.
 *
 * For each line, and at the end, input_begin(); then input_next() until it
 * says INPUT_USED.
 */
#ifndef BT_DECODE_INPUT_H
#define BT_DECODE_INPUT_H

#include "base/failure.h"
#include "base/lines.h"
#include "import/import.h"
#include "import/json-text.h"
#include "modbus/frame-line.h"

/* Bytes of a line. */
#define INPUT_LINE_MAX JSON_TEXT_MAX

/* What is known of the times of logs that do not tell all. */
struct input_options {
	bool has_offset; /* else local times are taken as UTC */
	int64_t offset;	 /* of local time east of UTC, ms */
	int64_t day;	 /* a time within the first day, ms; -1: not known */
};

struct input;

struct input *input_new(const struct input_options *options); /* NULL: no
							       * memory */
void input_free(struct input *input);

/*
 * The line that lines has got, which must stay until it is used up. event is
 * what lines_next() returned: LINES_LINE, LINES_UNENDED, LINES_TOO_LONG, or
 * LINES_END when there is no more.
 */
void input_begin(
	struct input *input, const struct lines *lines, enum lines_event event);

/* A failure names the line where the bad part begins. */
enum input_event input_next(
	struct input *input, struct frame_line *line, struct failure *failure);

#endif
