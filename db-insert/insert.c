/* The main loop: from the input to the database, and a report of what is left.
 */
#include "insert.h"

#include <stdio.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "delivery.h"
#include "intake.h"
#include "service.h"

/* Milliseconds without an acknowledgement after which the server counts as
 * slow. */
#define PATIENCE 1000

/* Milliseconds that reading waits for the end of the first login. */
#define FIRST_LOGIN 3000

/* Milliseconds for the last batch once a signal has cut the input off, and for
 * the delivery process to exit. */
#define LAST_BATCH 1000
#define END_PATIENCE 1000

struct inserter {
	const struct options *options;
	struct intake intake;
	struct delivery delivery;
	struct service service;
	struct refusals refusals;
	struct spool_failure checkpoint;
	unsigned long records, rows;
	int status;
	int64_t began;
	int64_t progress; /* time of the last acknowledgement */
	int64_t leave;	  /* latest time to exit */
};

/* The first failure determines the exit status. */
static void record_status(struct inserter *in, int status)
{
	if (in->status == EX_OK)
		in->status = status;
}

static void print_counters(const struct inserter *in)
{
	message("%lu records read, %lu rows written, %lu rejected, "
		"%lu reconnects, %llu bytes in the spool",
		in->records, in->rows, in->refusals.count,
		in->delivery.start.history->reconnects,
		(unsigned long long)spool_bytes(in->intake.spool_dir.spool));
}

/* --- reports of the delivery process -------------------------------------- */

static void take_refused(struct inserter *in, const struct report *report)
{
	struct input_position position = { .file = "the spool",
		.line = (unsigned long)report->line.left,
		.is_cut = report->is_cut };
	const char *what = "";

	if (report->line.came > 0)
		position = input_position_find(
			&in->intake.positions, report->line.came);
	if (report->is_record)
		what = MESSAGE_TEXT("the database rejects the record: ");
	else if (position.is_cut)
		what = MESSAGE_TEXT("line is cut off: ");
	refusals_add(&in->refusals, &position, what, report->why);
	record_status(in, EX_DATAERR);
}

static void note_delivered(struct inserter *in)
{
	struct spool_dir *dir = &in->intake.spool_dir;

	spool_dir_check(dir, &in->checkpoint,
		MESSAGE_TEXT("cannot write the checkpoint"),
		spool_acknowledge(dir->spool, &in->delivery.start.done));
}

static void acknowledge(struct inserter *in, const struct report *report)
{
	in->progress = clock_monotonic();
	in->records += report->records;
	in->rows += report->rows;
	spool_drop_waiting(in->intake.spool_dir.spool, report->passed);
	note_delivered(in);
	intake_retry(&in->intake);
}

static void take_report(struct inserter *in, const struct report *report)
{
	if (report->kind == REPORT_REFUSED)
		take_refused(in, report);
	else if (report->kind == REPORT_COMMITTED)
		acknowledge(in, report);
}

/* Handles pending reports and offers new lines for delivery. */
static void attend(struct inserter *in)
{
	struct spool_position end = spool_end(in->intake.spool_dir.spool);
	struct report report;

	while (delivery_receive(&in->delivery, &report))
		take_report(in, &report);
	if (in->checkpoint.retry > 0 && clock_left(in->checkpoint.retry) == 0)
		note_delivered(in);
	/* Lines that a full disk does not accept bypass the spool. */
	delivery_offer(&in->delivery, &end,
		in->intake.write.last_error < 0
			? spool_pending(in->intake.spool_dir.spool)
			: 0);
	in->intake.is_passing = in->delivery.passing > 0;
	in->intake.lines.wake = in->delivery.socket;
	if (in->delivery.state == DELIVERY_WELL ||
		in->delivery.state == DELIVERY_AWAY)
		service_attend(&in->service, in->intake.is_reading,
			in->intake.empty_lines);
}

/* --- the loop ------------------------------------------------------------- */

static void take_input_failure(struct inserter *in)
{
	message("cannot read %s: %s", in->intake.lines.file,
		error_text(in->intake.lines.error));
	record_status(in, EX_IOERR);
}

static void refuse_long_line(struct inserter *in)
{
	in->records++;
	refusals_add(&in->refusals,
		&(struct input_position){ .file = in->intake.lines.file,
			.line = in->intake.lines.number },
		MESSAGE_TEXT("line is too long"), "");
	record_status(in, EX_DATAERR);
}

static void cut_input(struct inserter *in)
{
	if (!in->intake.at_end) {
		message("input did not end within 5 s of a signal: stopped");
		record_status(in, EX_TEMPFAIL);
		intake_end(&in->intake);
	}
	in->leave = clock_monotonic() + LAST_BATCH;
}

static void take_event(struct inserter *in, enum intake_event event)
{
	switch (event) {
	case INTAKE_NOTHING:
		break;
	case INTAKE_COUNTERS:
		print_counters(in);
		break;
	case INTAKE_TOO_LONG:
		refuse_long_line(in);
		break;
	case INTAKE_FAILED:
		take_input_failure(in);
		break;
	case INTAKE_CUT:
		cut_input(in);
		break;
	}
}

/* Time at which to give up on a database that acknowledges nothing. */
static int64_t patience_end(const struct inserter *in)
{
	int64_t ended = in->intake.ended;
	int64_t since = in->progress > ended ? in->progress : ended;

	if (!in->intake.at_end || in->options->timeout == 0)
		return in->leave;
	return clock_earlier(in->leave, since + in->options->timeout);
}

/* Until then, nothing is read: errors that only an administrator can correct
 * shall be found first. */
static int64_t first_login_end(const struct inserter *in)
{
	int64_t timeout = in->options->timeout;

	return in->began +
		(timeout > 0 && timeout < FIRST_LOGIN ? timeout : FIRST_LOGIN);
}

static bool may_read(const struct inserter *in)
{
	return in->delivery.state != DELIVERY_NEW ||
		clock_left(first_login_end(in)) == 0;
}

/* Time at which the loop must run without any event. */
static int64_t next_deadline(const struct inserter *in)
{
	int64_t deadline =
		clock_earlier(patience_end(in), refusals_due(&in->refusals));

	deadline = clock_earlier(deadline, delivery_due(&in->delivery));
	if (in->checkpoint.retry > 0)
		deadline = clock_earlier(deadline, in->checkpoint.retry);
	deadline = clock_earlier(deadline, service_due(&in->service));
	if (clock_left(in->progress + PATIENCE) > 0)
		deadline = clock_earlier(deadline, in->progress + PATIENCE);
	if (!may_read(in))
		deadline = clock_earlier(deadline, first_login_end(in));
	return deadline;
}

static bool is_done(const struct inserter *in)
{
	const struct spool *spool = in->intake.spool_dir.spool;

	return in->intake.at_end && in->delivery.state == DELIVERY_WELL &&
		spool_pending(spool) == 0 && spool_is_delivered(spool) &&
		in->checkpoint.last_error == 0 && in->delivery.is_summed;
}

/* Returns 0 when all is delivered, at the deadline or after a fatal error of
 * the delivery process; or -ENOMEM. */
static int run(struct inserter *in)
{
	for (;;) {
		bool is_well = clock_left(in->progress + PATIENCE) > 0;
		int event;

		attend(in);
		if (in->delivery.state == DELIVERY_FAILED || is_done(in) ||
			clock_left(patience_end(in)) == 0)
			return 0;
		event = intake_step(
			&in->intake, may_read(in), is_well, next_deadline(in));
		if (event < 0)
			return event;
		take_event(in, (enum intake_event)event);
		if (clock_left(refusals_due(&in->refusals)) == 0)
			refusals_flush(&in->refusals);
	}
}

/* --- the end -------------------------------------------------------------- */

/* Handles the last reports and gives the delivery process a moment to exit. */
static void finish(struct inserter *in)
{
	int64_t deadline = clock_monotonic() + END_PATIENCE;
	struct report report;

	delivery_end(&in->delivery);
	while (delivery_receive_last(&in->delivery, &report, deadline))
		take_report(in, &report);
	delivery_close(&in->delivery);
	refusals_flush(&in->refusals);
}

/* Spools what was read; returns the number of undelivered lines, or an errno.
 */
static int64_t count_rest(struct inserter *in)
{
	const struct spool_dir *dir = &in->intake.spool_dir;
	size_t lost = intake_keep_rest(&in->intake);
	int64_t count = spool_count(dir->spool);

	if (lost > 0)
		message("the last %zu lines are lost: they could not be "
			"written to the spool",
			lost);
	if (count < 0)
		message("cannot read the spool in %s: %s", dir->path,
			error_text((int)count));
	if (lost > 0 || count < 0)
		in->status = EX_IOERR;
	if (in->checkpoint.last_error < 0 ||
		(count > 0 && in->intake.sync.last_error < 0))
		record_status(in, EX_IOERR);
	if (count > 0)
		message("%lld records are in the spool %s: "
			"db-insert --drain%s delivers them",
			(long long)count, dir->path,
			in->options->replace ? " --replace" : "");
	return count;
}

/* Reports what is not in the database and sets the exit status. */
static void report_rest(struct inserter *in, int error)
{
	int64_t count;

	if (error < 0)
		message("%s", error_text(error));
	count = count_rest(in);
	if (error == 0 && count == 0 && in->delivery.state == DELIVERY_WELL &&
		!in->delivery.is_summed)
		message("the sums are incomplete: the next db-insert finishes "
			"them");
	if (error < 0)
		in->status = error_status(error);
	else if (in->delivery.status != EX_OK)
		in->status = in->delivery.status;
	else if (count > 0 && in->status != EX_IOERR)
		in->status = EX_TEMPFAIL;
	else if (count == 0 && in->delivery.state != DELIVERY_WELL)
		in->status = error_status(-BT_EAWAY);
}

static int start(struct inserter *in)
{
	struct spool_dir *dir = &in->intake.spool_dir;

	in->delivery.start = (struct delivery_start){ .options = in->options,
		.segments = spool_directory(dir->spool),
		.waiting = spool_waiting(dir->spool),
		.rejects = dir->directory,
		.path = dir->path,
		.left_over = spool_end(dir->spool).segment,
		.done = spool_done(dir->spool) };
	return delivery_open(&in->delivery);
}

int insert_all(const struct options *options)
{
	struct inserter in = { .options = options,
		.leave = INT64_MAX,
		.began = clock_monotonic() };
	struct failure failure = { 0 };
	int error = intake_open(&in.intake, options, &failure);

	if (error < 0) {
		message("%s", *failure.text ? failure.text : error_text(error));
		return error_status(error);
	}
	error = start(&in);
	if (error == 0)
		error = run(&in);
	finish(&in);
	report_rest(&in, error);
	intake_close(&in.intake);
	return in.status;
}
