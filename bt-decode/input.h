/*
 * Converts lines of all formats to frame lines: those of bt-frames(5), and the
 * logs of other tools, see import/. A line may yield no, one or many frame
 * lines; a JSON object may take several lines.
 *
 * Call input_begin() for each line and at the end; then input_next() until it
 * returns INPUT_USED.
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

/* For logs with incomplete times. */
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
 * Takes the line of lines, which must stay valid until INPUT_USED. event is the
 * result of lines_next(): LINES_LINE, LINES_UNENDED, LINES_TOO_LONG, or
 * LINES_END at the end.
 */
void input_begin(
	struct input *input, const struct lines *lines, enum lines_event event);

/* A failure has the line where the invalid part begins. */
enum input_event input_next(
	struct input *input, struct frame_line *line, struct failure *failure);

#endif
