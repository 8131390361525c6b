/*
 * Logs of other tools, line by line: one file each, and a table of them. Their
 * lines have pieces of frames, which are assembled to the exchanges of frame
 * lines.
 *
 * Call import_line() for each line, and import_end() at the end; after each of
 * them import_next() until it returns INPUT_USED.
 */
#ifndef BT_DECODE_IMPORT_IMPORT_H
#define BT_DECODE_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"
#include "local-time.h"
#include "modbus/frame-line.h"

enum input_event {
	INPUT_FRAMES,	/* *line is the next exchange */
	INPUT_REFUSED,	/* a part is bad, see *failure; the rest goes on */
	INPUT_NOTED,	/* the same, but nothing was lost by it */
	INPUT_USED,	/* nothing is left of the line */
	INPUT_NO_MEMORY /* and the run should end */
};

struct import;

/* local must outlive it. NULL: no memory. */
struct import *import_new(struct local_time *local);
void import_free(struct import *import);

/* Takes a line, which must stay until it is used up. False if it is of none of
 * the formats. */
bool import_line(struct import *import, const char *text, size_t length,
	const char *file, unsigned long number);

/* Takes a line of no known format as a line of the surrounding log. False if
 * there was no line of a log yet. */
bool import_other(
	struct import *import, const char *file, unsigned long number);

/* Notes that the local time of a JSON object was taken as UTC. */
void import_local_time(
	struct import *import, const char *file, unsigned long number);

/* There are no more lines. */
void import_end(struct import *import);

enum input_event import_next(struct import *import, struct frame_line *line,
	struct failure *failure);

#endif
