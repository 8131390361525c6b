/* From lines to polls, and these to the writer. */
#include "decode.h"

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/errors.h"
#include "base/lines.h"
#include "base/message.h"
#include "base/output.h"
#include "base/watchdog.h"
#include "input.h"
#include "map-commands.h"
#include "modbus/frame-line.h"
#include "model/identity.h"
#include "poll-builder.h"
#include "writer.h"

/* Bytes from which on a list is memory of its own, which grows in place and
 * goes back at once: the C library's first choice, but it would not stay. */
#define OWN_MEMORY (128 * 1024)

/* Counters of the run; printed on SIGUSR1. */
struct counters {
	unsigned long lines, refused, polls;
};

struct decoder {
	const struct options *options;
	struct maps *maps;
	const struct map *map; /* of --model, else NULL */
	struct lines lines;
	struct input *input;
	struct poll_builder *polls;
	struct writer writer;
	struct counters count;
	int status;
};

/* --- diagnostics --------------------------------------------------------- */

/* Later worse news do not hide the first: the status is that of the first
 * kind of trouble. */
static void record_status(struct decoder *d, int status)
{
	if (d->status == EX_OK)
		d->status = status;
}

static void report_refusal(struct decoder *d, const struct failure *failure)
{
	message("%s", failure->text);
	d->count.refused++;
	record_status(d, EX_DATAERR);
}

static void print_counters(const struct decoder *d)
{
	message("%lu lines, %lu refused, %lu polls", d->count.lines,
		d->count.refused, d->count.polls);
}

/* --- input --------------------------------------------------------------- */

/* Hands complete polls to the writer. */
static int write_complete(struct decoder *d)
{
	struct poll *poll;
	int error = 0;

	while (error == 0 && (poll = poll_builder_first(d->polls))) {
		error = writer_poll(&d->writer, poll);
		poll_builder_drop(d->polls);
		d->count.polls++;
	}
	return error;
}

static void fill_in(struct frame_line *line, const struct options *options)
{
	identity_trim_name(line->name);
	if (!line->name[0] && options->name)
		snprintf(line->name, sizeof line->name, "%s", options->name);
	if (!line->address[0])
		snprintf(line->address, sizeof line->address, "%s",
			options->address);
	if (line->time < 0)
		line->time = options->time;
}

static int print_frames(const struct frame_line *line)
{
	char text[FRAME_LINE_MAX];

	return output_line(text, frame_line_format(text, line));
}

static int take_frames(struct decoder *d, struct frame_line *line)
{
	struct failure failure;
	int error;

	fill_in(line, d->options);
	if (d->options->frames)
		return print_frames(line);
	error = poll_builder_add(d->polls, line);
	if (error == 0)
		error = write_complete(d);
	if (error == 0)
		error = writer_line(&d->writer, line);
	if (error != -ENOSPC || !d->options->redact)
		return error;
	failure_set_at(&failure, error, d->lines.file, d->lines.number,
		"too many stations");
	report_refusal(d, &failure);
	return 0;
}

/* Takes a line, or the end of the input. */
static int take_line(struct decoder *d, enum lines_event event)
{
	struct failure failure;
	struct frame_line line;
	int error = 0;

	input_begin(d->input, &d->lines, event);
	while (error == 0) {
		switch (input_next(d->input, &line, &failure)) {
		case INPUT_FRAMES:
			error = take_frames(d, &line);
			break;
		case INPUT_REFUSED:
			report_refusal(d, &failure);
			/* The poll that it is missing from is not complete. */
			if (d->options->strict)
				return 0;
			break;
		case INPUT_NOTED:
			message("%s", failure.text);
			break;
		case INPUT_USED:
			return 0;
		case INPUT_NO_MEMORY:
			return -ENOMEM;
		}
	}
	return error;
}

/* 1: go on; 0: the end; negative: an error that ends the run. */
static int take_event(struct decoder *d)
{
	enum lines_event event = lines_next(&d->lines, INT64_MAX);
	int error;

	switch (event) {
	case LINES_LINE:
	case LINES_UNENDED:
	case LINES_TOO_LONG:
		d->count.lines++;
		error = take_line(d, event);
		if (error == 0 && event == LINES_LINE && d->lines.length == 0)
			error = watchdog_show_life();
		return error < 0 ? error : 1;
	case LINES_FAILED:
		message("cannot read %s: %s", d->lines.file,
			error_text(d->lines.error));
		record_status(d, error_status(d->lines.error));
		return 1;
	case LINES_COUNTERS:
		print_counters(d);
		return 1;
	case LINES_IDLE:
	case LINES_WOKEN:
		return 1;
	case LINES_UNREAD:
		return output_unread();
	case LINES_CUT:
		message("input did not end in time after a signal: stopped");
		record_status(d, EX_TEMPFAIL);
		return take_line(d, LINES_END);
	case LINES_END:
		return take_line(d, LINES_END);
	}
	return 0;
}

/* is_cut: the input was left before its end. */
static int finish(struct decoder *d, bool is_cut)
{
	int error;

	if (!is_cut)
		poll_builder_finish(d->polls);
	error = write_complete(d);
	return error < 0 ? error : writer_end(&d->writer, is_cut);
}

static int decode_all(struct decoder *d)
{
	bool is_cut = false;
	int more = writer_begin(&d->writer);

	if (more == 0)
		more = 1;
	while (more > 0 && !is_cut) {
		more = take_event(d);
		is_cut = d->options->strict && d->status != EX_OK;
	}
	return more < 0 ? more : finish(d, is_cut);
}

/* Returns 0 or the code of *failure; close_all() is due in both cases. */
static int open_all(struct decoder *d, struct failure *failure)
{
	const struct options *options = d->options;
	int error = writer_open(&d->writer, options, d->maps, d->map, failure);

	d->input = input_new(&(struct input_options){
		.has_offset = options->has_utc_offset,
		.offset = options->utc_offset,
		.day = options->time,
	});
	d->polls = poll_builder_new();
	if (error == 0 && !(d->input && d->polls))
		error = failure_set(failure, -ENOMEM, "cannot begin: %s",
			error_text(-ENOMEM));
	return error;
}

static void close_all(struct decoder *d)
{
	writer_close(&d->writer);
	poll_builder_free(d->polls);
	input_free(d->input);
}

/* Once the maps are open. 0, or an error that has been reported. */
static int decode_lines(struct decoder *d)
{
	struct failure failure;
	int error = lines_open(&d->lines, d->options->files, INPUT_LINE_MAX);

	if (error < 0) {
		message("cannot begin: %s", error_text(error));
		return error;
	}
	d->lines.output = output_pipe();
	if (lines_reads_terminal(&d->lines))
		message("reading from the terminal: end with Ctrl-D");
	error = open_all(d, &failure);
	if (error < 0) {
		message("%s", failure.text);
	} else {
		error = decode_all(d);
		if (error < 0 && error != -BT_EMAP)
			message("cannot go on: %s", error_text(error));
	}
	close_all(d);
	lines_close(&d->lines);
	return error;
}

int decode(const struct options *options)
{
	struct decoder d = { .options = options };
	struct failure bad; /* map */
	/* Of a station that nothing is known of all maps are needed. */
	int error = options->redact || options->format == FORMAT_CSV
		? maps_load(&d.maps, options->maps, &bad)
		: maps_open(&d.maps, options->maps, &bad);

	if (error == 0 && options->model &&
		!(d.map = maps_of_option(d.maps, options->model, options)))
		error = -BT_EMAP;
	if (error == 0 && options->format == FORMAT_CSV &&
		!check_columns(&options->columns, d.maps)) {
		maps_free(d.maps);
		return EX_USAGE;
	}
	if (error == 0) {
		mallopt(M_MMAP_THRESHOLD, OWN_MEMORY);
		error = decode_lines(&d);
	}
	if (error == -BT_EMAP && bad.code < 0)
		message("%s", bad.text);
	maps_free(d.maps);
	return error < 0 ? error_status(error) : d.status;
}
