/* Writes the frame lines of polls to standard output, bt-frames(5). */
#ifndef BT_MODBUS_FRAME_WRITER_H
#define BT_MODBUS_FRAME_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "modbus/frame-line.h"

struct frame_writer {
	char address[FRAME_LINE_STRING_MAX + 1];
	char name[FRAME_LINE_STRING_MAX + 1];
	int64_t start;	  /* time of the open poll's first line; -1: none yet */
	int output_error; /* the errno of -BT_EOUTPUT */
};

/* Sets the station's name as received; cuts off what is too long for a line. */
void frame_writer_name(struct frame_writer *frame_writer, const char *name);

/* Starts the line of an exchange that completes now, without its frames. */
void frame_writer_line(
	const struct frame_writer *frame_writer, struct frame_line *line);

/* Replaces the answer by a negative error. */
void frame_writer_failure(struct frame_line *line, int error);

/* Writes the line; the first line starts a poll. Returns 0 or -BT_EOUTPUT. */
int frame_writer_write(
	struct frame_writer *frame_writer, const struct frame_line *line);

/* Closes the poll, if it has a line. Returns 0 or -BT_EOUTPUT. */
int frame_writer_end(struct frame_writer *frame_writer);

#endif
