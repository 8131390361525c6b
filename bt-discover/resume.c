/* The lines of a former output. */
#include "resume.h"

#include <stddef.h>
#include <string.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/lines.h"
#include "base/message.h"
#include "modbus/frame-line.h"

struct reader {
	struct probe *probe;
	const char *path;
	unsigned long lines, own; /* all, and those of the station */
	bool is_cut;
};

/* The last line may be truncated: its registers are read again. */
static void take_line(struct reader *r, const struct lines *lines)
{
	struct frame_line line;
	const char *field;
	int error;

	if (lines->length == 0 || lines->text[0] == '#')
		return;
	error = frame_line_parse(&line, lines->text, lines->length, &field);
	if (error < 0) {
		if (!r->is_cut)
			message("%s:%lu: %s: %s: skipped", r->path,
				lines->number, field, error_text(error));
		return;
	}
	r->lines++;
	if (line.kind != FRAME_LINE_EXCHANGE ||
		strcmp(line.address, r->probe->talk.frame_writer.address) != 0)
		return;
	r->own++;
	probe_recall(r->probe, &line);
}

static int read_all(struct reader *r, struct lines *lines)
{
	for (;;) {
		switch (lines_next(lines, INT64_MAX)) {
		case LINES_UNENDED:
			r->is_cut = true;
			take_line(r, lines);
			break;
		case LINES_LINE:
			take_line(r, lines);
			break;
		case LINES_FAILED:
			message("%s: %s", r->path, error_text(lines->error));
			return EX_IOERR;
		case LINES_CUT:
			return EX_TEMPFAIL;
		case LINES_END:
			return EX_OK;
		case LINES_TOO_LONG:
		case LINES_IDLE:
		case LINES_COUNTERS:
		case LINES_WOKEN:
		case LINES_UNREAD:
			break;
		}
	}
}

int resume_read(struct probe *probe, const char *path, bool *is_cut)
{
	char *const files[] = { (char *)path, NULL };
	struct reader r = { .probe = probe, .path = path };
	struct lines lines;
	int error = lines_open(&lines, files, FRAME_LINE_MAX);
	int status;

	if (error < 0) {
		message("%s: %s", path, error_text(error));
		return error_status(error);
	}
	status = read_all(&r, &lines);
	lines_close(&lines);
	*is_cut = r.is_cut;
	if (status == EX_OK && r.lines > 0 && r.own == 0) {
		message("%s: has no line of %s", path,
			probe->talk.frame_writer.address);
		return EX_DATAERR;
	}
	return status;
}
