/* From the spool to the database. */
#include "deliver.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "reject.h"
#include "spool-reader.h"

/* Lines of the first batch, and milliseconds that a batch should take: a slow
 * server gets smaller batches, so that each one completes before a time-out. */
#define FIRST_LINES 16
#define BATCH_TIME 500

/* Milliseconds between tries to write to a disk that is full. */
#define DISK_RETRY 1000

struct deliverer {
	const struct delivery_start *start;
	struct connection connection;
	struct spool_reader *reader;
	struct spool_position end;  /* limit of reading */
	struct spool_position done; /* end of the batch */
	struct line_counts lines;   /* read so far */
	struct line_counts noted;   /* that need not be read again */
	size_t passed;		    /* bytes of the offer that it completes */
	struct spool_line line;
	struct batch *batch;
	size_t lines_wanted; /* largest batch */
};

/* --- lines ---------------------------------------------------------------- */

/* Returns the number of the line: positive for input of this run, negative for
 * lines that earlier runs left. */
static int64_t count_line(struct deliverer *d)
{
	if (d->line.begin.segment > d->start->left_over)
		return (int64_t)++d->lines.came;
	return -(int64_t)++d->lines.left;
}

/* Fills the batch from the spool. Returns 0 or a negative errno. */
static int fill_batch(struct deliverer *d)
{
	while (d->batch->count < d->lines_wanted && batch_has_room(d->batch)) {
		int more = spool_reader_next(d->reader, &d->end, &d->line);

		if (more <= 0)
			return more;
		batch_add(d->batch, &d->line, count_line(d));
		d->done = d->line.end;
	}
	return 0;
}

static int report(struct deliverer *d, enum report_kind kind)
{
	return report_send(d->start->socket, &(struct report){ .kind = kind });
}

/* Computes sums until lines come. */
static int sum_meanwhile(struct deliverer *d)
{
	struct pollfd lines = { .fd = d->start->socket, .events = POLLIN };

	while (poll(&lines, 1, 0) == 0) {
		if (!connection_sum(&d->connection))
			return report(d, REPORT_SUMMED);
	}
	return 0;
}

/* Waits for an offer: 1, or 0 at the end. */
static int wait_for_lines(struct deliverer *d, struct offer *offer)
{
	int error = report(d, REPORT_WAITS);

	if (error == 0)
		error = sum_meanwhile(d);
	return error < 0 ? 0 : report_wait(d->start->socket, offer);
}

/* Fills the batch from memory with lines that could not be spooled; returns
 * where it stopped. */
static const char *fill_batch_from(
	struct deliverer *d, const char *at, const char *end)
{
	while (at < end && d->batch->count < d->lines_wanted &&
		batch_has_room(d->batch)) {
		size_t length = (size_t)((const char *)memchr(
						 at, '\n', (size_t)(end - at)) -
			at);
		struct spool_line line;

		spool_line_take(&line, at, length);
		batch_add(d->batch, &line, (int64_t)++d->lines.came);
		at += length + 1;
	}
	return at;
}

/* --- reports -------------------------------------------------------------- */

/* Saves a rejected record or a damaged line; waits while the disk is full.
 * Returns 0 or -BT_ECANCELED. */
static int keep(struct deliverer *d, const struct line *line)
{
	const struct reject reject = { .text = line->text,
		.length = line->length,
		.why = line->why,
		.is_record = line->is_record };
	struct pollfd end = { .fd = d->start->socket, .events = POLLIN };
	int error, last_error = 0;

	while ((error = reject_write(d->start->rejects, &reject,
			d->start->options->spool_limit)) < 0) {
		if (error != last_error)
			message("cannot save a rejected record in %s: %s",
				d->start->path, error_text(error));
		last_error = error;
		report_send(d->start->socket,
			&(struct report){ .kind = REPORT_TRIES });
		if (poll(&end, 1, DISK_RETRY) > 0)
			return -BT_ECANCELED;
	}
	return 0;
}

static int report_refused(struct deliverer *d, const struct line *line)
{
	struct report report = { .kind = REPORT_REFUSED,
		.is_record = line->is_record,
		.is_cut = line->is_cut };
	bool is_kept = line->is_record || line->state != SPOOL_LINE_WHOLE;
	int error = is_kept ? keep(d, line) : 0;

	if (line->number > 0)
		report.line.came = (uint64_t)line->number;
	else
		report.line.left = (uint64_t)-line->number;
	snprintf(report.why, REPORT_WHY, "%s", line->why);
	return error < 0 ? error : report_send(d->start->socket, &report);
}

/* Reports the batch: every line is committed or rejected. */
static int report_batch(struct deliverer *d)
{
	struct report report = { .kind = REPORT_COMMITTED,
		.end = d->done,
		.lines = d->noted,
		.passed = d->passed,
		.rows = d->batch->rows,
		.records = d->batch->rows };

	for (size_t i = 0; i < d->batch->count; i++) {
		const struct line *line = &d->batch->lines[i];
		int error = line->why ? report_refused(d, line) : 0;

		if (error < 0)
			return error;
		report.records += line->why != NULL;
	}
	return report_send(d->start->socket, &report);
}

/* --- batch by batch ------------------------------------------------------- */

/* Adapts the batch size to the time that this batch took. */
static void adapt(struct deliverer *d, int64_t took)
{
	if (took < BATCH_TIME / 2 && d->lines_wanted < BATCH_LINES)
		d->lines_wanted *= 2;
	if (took > BATCH_TIME)
		d->lines_wanted = d->lines_wanted * BATCH_TIME / (size_t)took;
	if (d->lines_wanted == 0)
		d->lines_wanted = 1;
}

static int deliver_batch(struct deliverer *d, struct failure *failure)
{
	int64_t begin = clock_monotonic();
	int error = connection_deliver(&d->connection, d->batch, failure);

	if (error == 0) {
		adapt(d, clock_monotonic() - begin);
		error = report_batch(d);
		batch_clear(d->batch);
	}
	return error;
}

/* Delivers lines that a full disk does not accept, and reports them once all
 * are delivered. */
static int deliver_passed(
	struct deliverer *d, size_t bytes, struct failure *failure)
{
	const char *at = d->start->waiting, *end = at + bytes;
	int error = 0;

	while (at < end && error == 0) {
		at = fill_batch_from(d, at, end);
		if (at == end) {
			d->noted = d->lines;
			d->passed = bytes;
		}
		error = deliver_batch(d, failure);
	}
	d->passed = 0;
	return error;
}

/* Returns 0 at the end of the socket, or a fatal error. */
static int run(struct deliverer *d, struct failure *failure)
{
	int error = connection_deliver(&d->connection, NULL, failure);

	while (error == 0) {
		struct offer offer;

		error = fill_batch(d);
		d->noted = d->lines;
		if (error < 0)
			return failure_set(failure, error,
				"cannot read the spool in %s: %s",
				d->start->path, error_text(error));
		if (d->batch->count > 0)
			error = deliver_batch(d, failure);
		else if (wait_for_lines(d, &offer) <= 0)
			break;
		else if (offer.passed > 0)
			error = deliver_passed(d, offer.passed, failure);
		else
			d->end = offer.end;
	}
	return error == -BT_ECANCELED || error == -EPIPE ? 0 : error;
}

static int open_all(struct deliverer *d)
{
	mysql_library_init(0, NULL, NULL);
	d->batch = batch_new();
	if (!d->batch)
		return -ENOMEM;
	return spool_reader_open(
		&d->reader, d->start->segments, &d->start->done);
}

int deliver(const struct delivery_start *start)
{
	struct deliverer d = { .start = start,
		.connection = { .options = start->options,
			.socket = start->socket,
			.history = start->history },
		.end = start->done,
		.done = start->done,
		.lines = start->lines,
		.noted = start->lines,
		.lines_wanted = FIRST_LINES };
	struct failure failure = { 0 };
	int error = open_all(&d);

	if (error == 0)
		error = run(&d, &failure);
	if (error < 0)
		message("%s", *failure.text ? failure.text : error_text(error));
	connection_close(&d.connection);
	batch_free(d.batch);
	spool_reader_close(d.reader);
	mysql_library_end();
	return error < 0 ? error_status(error) : EX_OK;
}
