/*
 * JSON objects of other tools, as frame lines: exchanges of bluetti-logger
 * (logger.h), dumps of bluetti-readall (readall.h) and of
 * bluetti-cell-voltage (cell-voltage.h).
 */
#ifndef BT_DECODE_IMPORT_OBJECTS_H
#define BT_DECODE_IMPORT_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "local-time.h"
#include "modbus/frame-line.h"
#include "object.h"

struct object_lines; /* one object */

/*
 * Reads the text of an object. Returns 0 and an object to be freed; -ENOMEM;
 * or -BT_EOBJECT with the reason in *failure. local must outlive it.
 */
int object_lines_read(struct object_lines **lines,
	const struct local_time *local, const char *text, size_t length,
	struct failure *failure);
void object_lines_free(struct object_lines *lines);

/*
 * The next frame line of the object: its exchange; or a read of a dump, between
 * two lines that close a poll. Returns 1 and the line; 0 at the end;
 * -BT_EOBJECT with the reason in *failure if the line is invalid; the next call
 * continues after it.
 */
int object_lines_next(struct object_lines *lines, struct frame_line *line,
	struct failure *failure);

/* Whether the last line's time is a local one that was taken as UTC. */
bool object_lines_is_local(const struct object_lines *lines);

#endif
