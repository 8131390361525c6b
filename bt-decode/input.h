/*
 * Lines of text, of whichever format, become frame lines: those of
 * bt-frames(5), among them what the classic tools recorded. A line may yield
 * none, one or many; a JSON object may take several lines.
 *
 * For each line, and at the end, input_begin(); then input_next() until it
 * says INPUT_USED.
 */
#ifndef BT_DECODE_INPUT_H
#define BT_DECODE_INPUT_H

#include "base/failure.h"
#include "base/lines.h"
#include "modbus/frame-line.h"

/* Bytes of a line, and of an object over several; values and keys in an object.
 * Together they bound the memory. A dump of bluetti-readall with all of its
 * 20,000 registers has 100,000 bytes and 2,000 blocks. */
#define INPUT_LINE_MAX 262144
#define INPUT_VALUES_MAX 4096

struct input;

enum input_event {
	INPUT_FRAMES,	/* *line is what comes next */
	INPUT_REFUSED,	/* a part is bad, see *failure; the rest goes on */
	INPUT_USED,	/* nothing is left of the line */
	INPUT_NO_MEMORY /* and the run should end */
};

struct input *input_new(void); /* NULL: no memory */
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
