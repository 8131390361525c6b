/* Frame lines of one station. */
#include "modbus/frame-writer.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/output.h"

void frame_writer_name(struct frame_writer *frame_writer, const char *name)
{
	memset(frame_writer->name, 0, sizeof frame_writer->name);
	memcpy(frame_writer->name, name,
		strnlen(name, sizeof frame_writer->name - 1));
}

void frame_writer_line(
	const struct frame_writer *frame_writer, struct frame_line *line)
{
	memset(line, 0, sizeof *line);
	line->kind = FRAME_LINE_EXCHANGE;
	line->time = clock_wall();
	memcpy(line->address, frame_writer->address, sizeof line->address);
	memcpy(line->name, frame_writer->name, sizeof line->name);
}

void frame_writer_failure(struct frame_line *line, int error)
{
	line->response_length = 0;
	snprintf(line->error_tag, sizeof line->error_tag, "%s",
		error_tag(error));
}

static int print(
	struct frame_writer *frame_writer, const struct frame_line *line)
{
	char text[FRAME_LINE_MAX];
	int error = output_line(text, frame_line_format(text, line));

	if (error == 0)
		return 0;
	frame_writer->output_error = -error;
	return -BT_EOUTPUT;
}

int frame_writer_write(
	struct frame_writer *frame_writer, const struct frame_line *line)
{
	if (frame_writer->start < 0)
		frame_writer->start = line->time;
	return print(frame_writer, line);
}

int frame_writer_end(struct frame_writer *frame_writer)
{
	struct frame_line line;

	if (frame_writer->start < 0)
		return 0;
	frame_writer_line(frame_writer, &line);
	line.kind = FRAME_LINE_END;
	line.start = frame_writer->start;
	frame_writer->start = -1;
	return print(frame_writer, &line);
}
