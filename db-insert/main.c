/* db-insert(1): records in, rows in. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>

#include "batch.h"
#include "clock.h"
#include "error.h"
#include "interrupt.h"
#include "lines.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "record.h"

/* Milliseconds between tries to reach the database: the first pause, which
 * doubles up to the last one. */
#define PAUSE_FIRST 250
#define PAUSE_LAST 30000

struct counters {
	unsigned long records, rows, refused, reconnects;
};

struct inserter {
	const struct options *options;
	struct lines lines;
	struct batch *batch;
	struct session *session; /* NULL: not connected */
	struct counters count;
	int status;

	/* The state of the database as it was told last. */
	int trouble;   /* the error, 0 if all is well */
	bool was_well; /* it has been reached before */
	int64_t give_up;
	int pause;
};

/* --- diagnostics --------------------------------------------------------- */

/* The status is that of the first kind of trouble. */
static void note_status(struct inserter *in, int status)
{
	if (in->status == EX_OK)
		in->status = status;
}

static void refuse(struct inserter *in, const char *file, unsigned long line,
	const char *what, const char *why)
{
	message("%s:%lu: %s%s", file, line, what, why);
	in->count.refused++;
	note_status(in, EX_DATAERR);
}

static void print_counters(const struct inserter *in)
{
	message("%lu records read, %lu rows written, %lu refused, "
		"%lu reconnects",
		in->count.records, in->count.rows, in->count.refused,
		in->count.reconnects);
}

/* --- the database, there or not ------------------------------------------ */

static int open_session(struct inserter *in, char why[BATCH_WHY])
{
	MYSQL *handle;
	int error = login_connect(&in->options->login, &handle, why);

	if (error == 0)
		error = session_open(
			&in->session, handle, in->options->replace, why);
	if (error == 0)
		in->count.reconnects += in->was_well != 0;
	/* Tables that cannot be made are nothing that a record could mend. */
	return error == -BT_ERECORD ? -BT_ESETUP : error;
}

static void close_session(struct inserter *in)
{
	session_close(in->session);
	in->session = NULL;
}

/* One try to settle all records; just to connect if there are none. */
static int try_send(struct inserter *in, char why[BATCH_WHY])
{
	int error = 0;

	interrupt_allow(lines_stopping(&in->lines));
	if (!in->session)
		error = open_session(in, why);
	if (error == 0)
		error = batch_send(in->batch, in->session, why);
	if (error == -BT_EAWAY)
		close_session(in);
	interrupt_hold();
	return error;
}

/* Whether waiting may mend it. Once all was well, a refused login is likely
 * a server under repair. */
static bool is_worth_waiting(const struct inserter *in, int error)
{
	if (error == -BT_EAWAY || error == -BT_ECONFLICT)
		return true;
	return in->was_well && !in->session &&
		(error == -BT_EDENIED || error == -BT_ESETUP);
}

/* One message for each new state. */
static void note_trouble(struct inserter *in, int error, const char *why)
{
	if (in->trouble == 0) {
		in->pause = PAUSE_FIRST;
		in->give_up = in->options->timeout > 0
			? clock_monotonic() + in->options->timeout
			: INT64_MAX;
	}
	if (in->trouble != error)
		message("%s: %s; trying again",
			error != -BT_EAWAY     ? error_text(error)
				: in->was_well ? "lost the database"
					       : "waiting for the database",
			why);
	in->trouble = error;
}

static void note_well(struct inserter *in)
{
	const char *advice = session_advice(in->session);

	if (in->trouble != 0)
		message("the database is back");
	if (advice)
		message("%s", advice);
	in->trouble = 0;
	in->was_well = true;
}

/* Half to all of the pause, so that several do not come back in step. */
static int jitter(int pause)
{
	unsigned int random = 0;

	if (getrandom(&random, sizeof random, 0) < 0)
		return pause;
	return pause / 2 + (int)(random % (unsigned int)(pause / 2));
}

static int wait_a_while(struct inserter *in)
{
	int64_t until = clock_monotonic() + jitter(in->pause);
	enum lines_event event;

	if (clock_left(in->give_up) == 0)
		return -BT_EAWAY;
	if (until > in->give_up)
		until = in->give_up;
	while ((event = lines_pause(&in->lines, until)) == LINES_COUNTERS)
		print_counters(in);
	in->pause = in->pause < PAUSE_LAST / 2 ? 2 * in->pause : PAUSE_LAST;
	return event == LINES_CUT ? -BT_ECANCELED : 0;
}

/* The end without all having been done. */
static int give_up(struct inserter *in, int error, const char *why)
{
	size_t open = batch_open(in->batch);

	if (error == -BT_ECANCELED)
		why = error_text(error);
	if (open > 0)
		message("%lu records were not inserted: %s",
			(unsigned long)open, why);
	else
		message("%s", why);
	in->status = error_status(error);
	return error;
}

static void settle(struct inserter *in)
{
	for (size_t i = 0; i < batch_count(in->batch); i++) {
		const struct record *record = batch_record(in->batch, i);

		if (record->refusal)
			refuse(in, record->file, record->line,
				"the database refuses the record: ",
				record->refusal);
		else
			in->count.rows++;
	}
	batch_clear(in->batch);
}

/* Sends what has been gathered, however long it takes. */
static int deliver(struct inserter *in)
{
	char why[BATCH_WHY] = "";
	int error;

	while ((error = try_send(in, why)) < 0) {
		if (!is_worth_waiting(in, error))
			return give_up(
				in, error, *why ? why : error_text(error));
		note_trouble(in, error, why);
		error = wait_a_while(in);
		if (error < 0)
			return give_up(in, error, why);
	}
	note_well(in);
	settle(in);
	return 0;
}

/* --- input --------------------------------------------------------------- */

static bool is_blank(const char *text, size_t length)
{
	while (length > 0 && strchr(" \t\r", text[length - 1]) &&
		text[length - 1])
		length--;
	return length == 0;
}

static int take_line(struct inserter *in, bool unended)
{
	const struct lines *lines = &in->lines;
	struct record record;
	char why[RECORD_WHY];
	int error;

	if (is_blank(lines->text, lines->length))
		return 0;
	in->count.records++;
	error = record_read(&record, lines->text, lines->length, why);
	if (error == -BT_ERECORD) {
		refuse(in, lines->file, lines->number,
			unended ? "line is cut off: " : "", why);
		return 0;
	}
	if (error < 0)
		return give_up(in, error, error_text(error));
	record.file = lines->file;
	record.line = lines->number;
	batch_add(in->batch, &record, lines->length);
	return batch_is_full(in->batch) ? deliver(in) : 0;
}

/* 0, 1 at the end, or an error that give_up() has told. */
static int take_event(struct inserter *in, enum lines_event event)
{
	switch (event) {
	case LINES_LINE:
		return take_line(in, 0);
	case LINES_UNENDED:
		return take_line(in, 1);
	case LINES_TOO_LONG:
		in->count.records++;
		refuse(in, in->lines.file, in->lines.number, "line is too long",
			"");
		return 0;
	case LINES_IDLE:
		return deliver(in);
	case LINES_COUNTERS:
		print_counters(in);
		return 0;
	case LINES_FAILED:
		message("cannot read %s: %s", in->lines.file,
			error_text(in->lines.error));
		note_status(in, EX_IOERR);
		return 0;
	case LINES_CUT:
		message("input did not end in time after a signal: stopped");
		note_status(in, EX_TEMPFAIL);
		break;
	case LINES_END:
		break;
	}
	return batch_count(in->batch) > 0 && deliver(in) < 0 ? -1 : 1;
}

/* Gathers what is there, and sends it as soon as nothing more waits. */
static void insert_all(struct inserter *in)
{
	int result = deliver(in);

	while (result == 0) {
		int64_t deadline = batch_count(in->batch) > 0 ? 0 : INT64_MAX;

		result = take_event(in, lines_next(&in->lines, deadline));
	}
}

static int run(const struct options *options)
{
	struct inserter in = { .options = options };
	int error = lines_open(&in.lines, options->files, RECORD_MAX);

	if (error == 0 && !(in.batch = batch_new())) {
		lines_close(&in.lines);
		error = -ENOMEM;
	}
	if (error < 0) {
		message("%s", error_text(error));
		return error_status(error);
	}
	insert_all(&in);
	close_session(&in);
	batch_free(in.batch);
	lines_close(&in.lines);
	return in.status;
}

int main(int argc, char **argv)
{
	struct options options;
	char why[LOGIN_WHY];
	int action = options_read(&options, argc, argv, why);
	int status = EX_OK;

	if (*why)
		message("%s", why);
	if (action == -EINVAL) {
		fprintf(stderr, "Try 'db-insert --help'.\n");
		status = EX_USAGE;
	} else if (action < 0) {
		status = error_status(action);
	} else if (action == OPTIONS_HELP) {
		fputs(options_help, stdout);
	} else if (action == OPTIONS_VERSION) {
		puts("db-insert " VERSION);
	} else {
		status = run(&options);
	}
	options_release(&options);
	mysql_library_end();
	return output_close(status);
}
