/* bt-decode(1): frame lines in, records out. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "address.h"
#include "clock.h"
#include "error.h"
#include "frameline.h"
#include "lines.h"
#include "maps.h"
#include "message.h"
#include "output.h"
#include "polls.h"
#include "record.h"
#include "writer.h"

/* A frame line has less than FRAMELINE_MAX bytes; longer ones are shown by
 * their number only. */
#define LINE_MAX_BYTES 65536

static const char help[] =
	"Usage: bt-decode [option...] [file...]\n"
	"Turns frame lines of bt-poll, or recorded ones, into JSON records.\n"
	"\n"
	"  -m, --model=MODEL    decode every station with this model's map\n"
	"  -n, --name=NAME      name of the station where a line has none\n"
	"  -a, --address=ADDR   address where a line has none\n"
	"  -t, --time=TIME      time where a line has none (RFC 3339)\n"
	"  -M, --maps=DIR       maps, instead of $BT_MAPS or the installed "
	"ones\n"
	"  -s, --strict         end at the first line that is refused\n"
	"  -h, --help           show this help\n"
	"  -V, --version        show the version\n"
	"\n"
	"A file \"-\", or none, is standard input. See bt-decode(1).\n";

static const struct option long_options[] = {
	{ "model", required_argument, NULL, 'm' },
	{ "name", required_argument, NULL, 'n' },
	{ "address", required_argument, NULL, 'a' },
	{ "time", required_argument, NULL, 't' },
	{ "maps", required_argument, NULL, 'M' },
	{ "strict", no_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

struct options {
	const char *model;
	const char *name;
	char address[ADDRESS_TEXT]; /* empty: none */
	int64_t time;		    /* -1: none */
	const char *maps;
	bool strict;
	char **files;
};

/* What the run has come to; printed on SIGUSR1. */
struct counters {
	unsigned long lines, refused, polls;
};

struct decoder {
	const struct options *options;
	struct maps *maps;
	const struct map *map; /* of --model, else NULL */
	struct lines lines;
	struct polls *polls;
	struct writer writer;
	struct counters count;
	int status;
};

/* --- diagnostics --------------------------------------------------------- */

/* Later worse news do not hide the first: the status is that of the first
 * kind of trouble. */
static void note_status(struct decoder *d, int status)
{
	if (d->status == EX_OK)
		d->status = status;
}

static void refuse(struct decoder *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void refuse(struct decoder *d, const char *format, ...)
{
	char reason[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof reason, format, arguments);
	va_end(arguments);
	message("%s:%lu: %s", d->lines.file, d->lines.number, reason);
	d->count.refused++;
	note_status(d, EX_DATAERR);
}

static void print_counters(const struct decoder *d)
{
	message("%lu lines, %lu refused, %lu polls", d->count.lines,
		d->count.refused, d->count.polls);
}

/* --- output -------------------------------------------------------------- */

/* 0, or a negative error when nothing more can be written. */
static int print_complete(struct decoder *d)
{
	struct poll *poll;
	int error = 0;

	while (error == 0 && (poll = polls_take(d->polls))) {
		writer_clear(&d->writer);
		record_write(&d->writer, poll, d->maps, d->map);
		poll_free(poll);
		d->count.polls++;
		if (d->writer.failed)
			return -ENOMEM;
		error = output_line(d->writer.text, d->writer.length);
	}
	return error;
}

/* --- input --------------------------------------------------------------- */

static void fill_in(struct frameline *line, const struct options *options)
{
	if (!line->name[0] && options->name)
		snprintf(line->name, sizeof line->name, "%s", options->name);
	if (!line->address[0])
		snprintf(line->address, sizeof line->address, "%s",
			options->address);
	if (line->time < 0)
		line->time = options->time;
}

/* A reason to refuse the line before it is looked at as a frame line. */
static const char *bad_text(const char *text, size_t length)
{
	if (memchr(text, '\0', length))
		return "has a zero byte: this is no text file";
	if (text[length - 1] == '\r')
		return "ends with CR LF: remove the CR, "
		       "for example with tr -d '\\r'";
	return NULL;
}

static int take_line(struct decoder *d, bool unended)
{
	const char *text = d->lines.text;
	size_t length = d->lines.length;
	struct frameline line;
	const char *field;
	int error;

	if (length == 0 || text[0] == '#')
		return 0;
	if (bad_text(text, length)) {
		refuse(d, "%s", bad_text(text, length));
		return 0;
	}
	error = frameline_parse(&line, text, length, &field);
	/* Only a word can be cut and still look whole. */
	if (unended &&
		(error < 0 ||
			(line.kind == FRAMELINE_EXCHANGE && line.word[0]))) {
		refuse(d, "last line is cut off: no newline at its end");
		return 0;
	}
	if (error < 0) {
		refuse(d, "%s: %s", field, error_text(error));
		return 0;
	}
	fill_in(&line, d->options);
	return polls_add(d->polls, &line);
}

/* 1: go on; 0: the end; negative: an error that ends the run. */
static int take_event(struct decoder *d)
{
	switch (lines_next(&d->lines, INT64_MAX)) {
	case LINES_LINE:
		d->count.lines++;
		return take_line(d, 0) < 0 ? -ENOMEM : 1;
	case LINES_UNENDED:
		d->count.lines++;
		return take_line(d, 1) < 0 ? -ENOMEM : 1;
	case LINES_TOO_LONG:
		d->count.lines++;
		refuse(d, "line is longer than %d bytes", LINE_MAX_BYTES);
		return 1;
	case LINES_FAILED:
		message("cannot read %s: %s", d->lines.file,
			error_text(d->lines.error));
		note_status(d, error_status(d->lines.error));
		return 1;
	case LINES_COUNTERS:
		print_counters(d);
		return 1;
	case LINES_IDLE:
		return 1;
	case LINES_CUT:
		message("input did not end in time after a signal: stopped");
		note_status(d, EX_TEMPFAIL);
		return 0;
	case LINES_END:
		return 0;
	}
	return 0;
}

static int decode_all(struct decoder *d)
{
	int more = 1;
	int error = 0;

	while (more > 0 && error == 0) {
		more = take_event(d);
		error = print_complete(d);
		/* The poll that the line is missing from is not complete. */
		if (d->options->strict && d->status != EX_OK)
			return error;
	}
	if (error == 0 && more == 0) {
		polls_finish(d->polls);
		error = print_complete(d);
	}
	return more < 0 ? more : error;
}

static int run(const struct options *options)
{
	struct decoder d = { .options = options };
	char reason[MAP_ERROR_TEXT];
	struct map_error bad;
	int error = -BT_EMAP;

	if (maps_load(&d.maps, maps_directory(options->maps), &bad) < 0) {
		map_error_format(reason, &bad);
		message("%s", reason);
		return EX_CONFIG;
	}
	if (options->model)
		d.map = maps_by_model(d.maps, options->model);
	if (options->model && !d.map) {
		message("no map for model %s in %s", options->model,
			maps_directory(options->maps));
		goto out;
	}
	error = lines_open(&d.lines, options->files, LINE_MAX_BYTES);
	if (error < 0) {
		message("cannot begin: %s", error_text(error));
		goto out;
	}
	d.polls = polls_new();
	error = d.polls ? decode_all(&d) : -ENOMEM;
	if (error < 0)
		message("cannot go on: %s", error_text(error));
	polls_free(d.polls);
	lines_close(&d.lines);
	writer_release(&d.writer);
out:
	maps_free(d.maps);
	return error < 0 ? error_status(error) : d.status;
}

/* --- options ------------------------------------------------------------- */

static int usage(const char *reason, const char *what)
{
	message("%s%s; try bt-decode --help", reason, what);
	return EX_USAGE;
}

/* In the form that bt-poll writes, or it would be another station. */
static int set_address(struct options *options, const char *text)
{
	struct address address;

	if (address_parse(&address, text) < 0) {
		message("%s: %s", text, error_text(-BT_EADDRESS));
		return EX_USAGE;
	}
	address_format(options->address, &address);
	return EX_OK;
}

/* 0, or the status to leave with. */
static int set_option(struct options *options, int option)
{
	switch (option) {
	case 'm':
		options->model = optarg;
		return EX_OK;
	case 'n':
		options->name = optarg;
		return strlen(optarg) > FRAMELINE_STRING_MAX
			? usage("name is too long: ", optarg)
			: EX_OK;
	case 'a':
		return set_address(options, optarg);
	case 't':
		return clock_parse(&options->time, optarg, strlen(optarg)) < 0
			? usage("not a time like "
				"2026-11-22T09:42:00Z: ",
				  optarg)
			: EX_OK;
	case 'M':
		options->maps = optarg;
		return EX_OK;
	case 's':
		options->strict = true;
		return EX_OK;
	}
	return EX_USAGE;
}

int main(int argc, char **argv)
{
	struct options options = { .time = -1 };
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "m:n:a:t:M:shV", long_options,
			NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return output_close(EX_OK);
		}
		if (option == 'V') {
			puts("bt-decode (bluetti-tools) " VERSION);
			return output_close(EX_OK);
		}
		if (option == '?')
			return usage("bad option, or its value is missing: ",
				argv[optind - 1]);
		if (set_option(&options, option) != EX_OK)
			return EX_USAGE;
	}
	options.files = argv + optind;
	return output_close(run(&options));
}
