/* From the input to the database, and what is left over at the end. */
#include "insert.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "arena.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/lines.h"
#include "base/message.h"
#include "batch.h"
#include "input-position.h"
#include "record.h"
#include "reject.h"
#include "sender.h"
#include "spool-dir.h"

/* Bytes that are read ahead of a server that is well. So what comes faster
 * than it takes it, such as a log of years, does not fill the disk. */
#define READ_AHEAD (2 * SPOOL_SEGMENT)

/* Milliseconds after which a server that acknowledged nothing is not well. */
#define PATIENCE 1000

/* Lines of the first batch, and milliseconds that one should take: a slow
 * server gets smaller ones, so that each brings something before anybody
 * loses patience. */
#define FIRST_LINES 16
#define BATCH_TIME 500

/* Milliseconds between tries to write to a disk that is full. */
#define DISK_RETRY 1000

/* Milliseconds that the database has to take the last batch, when the input
 * was left after a signal. */
#define LAST_BATCH 1000

struct counters {
	unsigned long records, rows, refused;
};

/* Something that the disk refused. */
struct trouble {
	int error;     /* that was told last, 0 if all is well */
	int64_t retry; /* not to be tried again before */
};

struct inserter {
	const struct options *options;
	struct lines lines;
	struct place place;
	struct sender *sender;
	struct origins origins;
	struct counters count;
	int status;

	/* The spool. */
	uint64_t left_over; /* the last segment of earlier runs */
	unsigned long left_lines;
	bool said_full;
	struct trouble write, sync, mark, keep;

	/* The line that did not fit into the batch. */
	bool has_line;
	struct spool_line line;
	struct origin origin;

	size_t lines_wanted; /* of a batch, at most */
	int64_t given;	     /* when the last one was */
	struct batch *filling;
	struct batch *away; /* the sender's, or NULL */
	struct batch *back; /* done, but not settled yet, or NULL */
	size_t rejected;    /* so many of its records were looked at */
	struct batch *spares[2];

	bool at_end;	  /* the input is */
	int64_t ended;	  /* when it was */
	int64_t progress; /* when the database acknowledged something last */
	int64_t leave;	  /* at the latest */
};

/* --- diagnostics --------------------------------------------------------- */

/* The status is that of the first kind of trouble. */
static void note_status(struct inserter *in, int status)
{
	if (in->status == EX_OK)
		in->status = status;
}

static void refuse(struct inserter *in, const struct origin *origin,
	const char *what, const char *why)
{
	message("%s:%lu: %s%s", origin->file, origin->line, what, why);
	in->count.refused++;
	note_status(in, EX_DATAERR);
}

static void print_counters(const struct inserter *in)
{
	message("%lu records read, %lu rows written, %lu refused, "
		"%lu reconnects, %llu bytes in the spool",
		in->count.records, in->count.rows, in->count.refused,
		sender_reconnects(in->sender),
		(unsigned long long)spool_bytes(in->place.spool));
}

/* One message for each new reason. */
static void note_disk(struct inserter *in, struct trouble *trouble,
	const char *what, int error)
{
	if (error < 0 && trouble->error != error)
		message("%s in %s: %s", what, in->place.path,
			error_text(error));
	trouble->error = error;
	trouble->retry = error < 0 ? clock_monotonic() + DISK_RETRY : 0;
}

/* --- what the database has ----------------------------------------------- */

/* Tells of what was refused, and keeps the records among it: 0 once all are
 * kept. */
static int reject(struct inserter *in, const struct batch *batch)
{
	for (; in->rejected < batch_refusals(batch); in->rejected++) {
		const struct refusal *refusal =
			batch_refusal(batch, in->rejected);
		const char *what =
			refusal->origin.is_cut ? "line is cut off: " : "";
		int error = 0;

		if (refusal->object) {
			what = "the database refuses the record: ";
			error = reject_write(in->place.directory, refusal,
				in->options->spool_limit);
		}
		if (error < 0)
			return error;
		refuse(in, &refusal->origin, what, refusal->why);
		if (refusal->object)
			in->count.rows--;
		else
			in->count.records++;
	}
	return 0;
}

static void settle(struct inserter *in, struct batch *batch)
{
	note_disk(in, &in->mark, "cannot note what was delivered",
		spool_settle(in->place.spool, batch_end(batch)));
	/* There may be room now. */
	in->write.retry = 0;
	in->said_full = false;
	batch_clear(batch);
}

/* The size of the next batches, from how long this one took. */
static void adapt(struct inserter *in, int64_t took)
{
	if (took < BATCH_TIME / 2 && in->lines_wanted < BATCH_LINES)
		in->lines_wanted *= 2;
	if (took > BATCH_TIME && in->lines_wanted > 1)
		in->lines_wanted /= 2;
}

static void receive(struct inserter *in, struct batch *batch)
{
	in->away = NULL;
	in->back = batch;
	in->rejected = 0;
	in->progress = clock_monotonic();
	in->count.records += batch_records(batch);
	in->count.rows += batch_records(batch);
	adapt(in, in->progress - in->given);
}

static void take_back(struct inserter *in)
{
	struct batch *batch = sender_take(in->sender);
	int error;

	if (batch)
		receive(in, batch);
	if (!in->back || clock_left(in->keep.retry) > 0)
		return;
	error = reject(in, in->back);
	note_disk(in, &in->keep, "cannot keep a refused record", error);
	if (error < 0)
		return;
	settle(in, in->back);
	in->back = NULL;
}

/* --- what it gets next --------------------------------------------------- */

/* Where the line came from. */
static struct origin find_origin(struct inserter *in)
{
	if (in->line.begin.segment > in->left_over)
		return origin_out(&in->origins);
	return (struct origin){ .file = "the spool",
		.line = ++in->left_lines,
		.is_cut = in->line.unended };
}

/* Lines of the spool, until the batch is full. */
static int fill(struct inserter *in, char why[BATCH_WHY])
{
	while (batch_lines(in->filling) < in->lines_wanted) {
		int more = in->has_line
			? 1
			: spool_next(in->place.spool, &in->line);

		if (more < 0)
			snprintf(why, BATCH_WHY,
				"cannot read the spool in %.400s: %s",
				in->place.path, error_text(more));
		if (more <= 0)
			return more;
		if (!in->has_line)
			in->origin = find_origin(in);
		in->has_line = true;
		if (!batch_add(in->filling, &in->line, &in->origin))
			break;
		in->has_line = false;
	}
	return 0;
}

/* The other thread does the rest as soon as it has nothing else to do. */
static int parse_ahead(struct inserter *in)
{
	int more = 1;

	while (more > 0 && in->away && !sender_is_done(in->sender))
		more = batch_parse(in->filling);
	return more;
}

static void give(struct inserter *in)
{
	if (in->away || in->back || batch_lines(in->filling) == 0)
		return;
	in->given = clock_monotonic();
	in->away = in->filling;
	in->filling = in->spares[in->away == in->spares[0]];
	sender_give(in->sender, in->away);
}

/* --- input --------------------------------------------------------------- */

static bool is_full(struct inserter *in)
{
	if (spool_bytes(in->place.spool) < in->options->spool_limit)
		return false;
	if (!in->said_full && clock_left(in->progress + PATIENCE) == 0) {
		in->said_full = true;
		message("the spool is full: nothing more is read until the "
			"database takes some of it");
	}
	return true;
}

static bool may_read(struct inserter *in, enum sender_state state)
{
	if (in->at_end || state == SENDER_NEW || is_full(in))
		return false;
	if (spool_pending(in->place.spool) >= SPOOL_CHUNK)
		return false;
	return spool_bytes(in->place.spool) < READ_AHEAD ||
		clock_left(in->progress + PATIENCE) == 0;
}

static int take_line(struct inserter *in, enum lines_event event)
{
	bool too_long = event == LINES_TOO_LONG;

	if (too_long) {
		in->count.records++;
		refuse(in,
			&(struct origin){ .file = in->lines.file,
				.line = in->lines.number },
			"line is too long", "");
	}
	/* An empty line in its place: so the spool counts lines as the file
	 * does. */
	spool_append(in->place.spool, in->lines.text,
		too_long ? 0 : in->lines.length);
	return origin_in(&in->origins, in->lines.file, event == LINES_UNENDED);
}

static void end_input(struct inserter *in)
{
	in->at_end = true;
	in->ended = clock_monotonic();
}

static void cut_input(struct inserter *in)
{
	if (!in->at_end) {
		message("input did not end in time after a signal: stopped");
		note_status(in, EX_TEMPFAIL);
		end_input(in);
	}
	in->leave = clock_monotonic() + LAST_BATCH;
}

static int take_event(struct inserter *in, enum lines_event event)
{
	switch (event) {
	case LINES_LINE:
	case LINES_UNENDED:
	case LINES_TOO_LONG:
		return take_line(in, event);
	case LINES_COUNTERS:
		print_counters(in);
		break;
	case LINES_FAILED:
		message("cannot read %s: %s", in->lines.file,
			error_text(in->lines.error));
		note_status(in, EX_IOERR);
		break;
	case LINES_CUT:
		cut_input(in);
		break;
	case LINES_END:
		end_input(in);
		break;
	case LINES_IDLE:
	case LINES_WOKEN:
		break;
	}
	return 0;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When a database that acknowledges nothing has been waited for long enough. */
static int64_t patience_end(const struct inserter *in)
{
	int64_t since = in->progress > in->ended ? in->progress : in->ended;

	if (!in->at_end || in->options->timeout == 0)
		return in->leave;
	return least(in->leave, since + in->options->timeout);
}

/* When the loop has something to do, if nothing comes before. */
static int64_t next_deadline(const struct inserter *in)
{
	int64_t deadline =
		least(patience_end(in), spool_sync_due(in->place.spool));
	int64_t now = clock_monotonic();

	if (in->write.retry > 0)
		deadline = least(deadline, in->write.retry);
	else if (spool_pending(in->place.spool) > 0)
		return 0;
	if (in->keep.retry > 0)
		deadline = least(deadline, in->keep.retry);
	if (in->progress + PATIENCE > now)
		deadline = least(deadline, in->progress + PATIENCE);
	return deadline;
}

static void flush(struct inserter *in)
{
	struct spool *spool = in->place.spool;

	if (spool_pending(spool) > 0 && clock_left(in->write.retry) == 0)
		note_disk(in, &in->write, "cannot write the spool",
			spool_flush(spool));
	if (clock_left(spool_sync_due(spool)) == 0)
		note_disk(in, &in->sync, "cannot sync the spool",
			spool_sync(spool));
}

/* Reads until a chunk has come, or the loop has something else to do. */
static int read_on(struct inserter *in, enum sender_state state)
{
	enum lines_event event;
	int error;

	do {
		event = may_read(in, state)
			? lines_next(&in->lines, next_deadline(in))
			: lines_pause(&in->lines, next_deadline(in));
		error = take_event(in, event);
	} while (error == 0 && event == LINES_LINE &&
		spool_pending(in->place.spool) < SPOOL_CHUNK);
	flush(in);
	return error;
}

/* --- from beginning to end ----------------------------------------------- */

static bool is_done(const struct inserter *in, enum sender_state state)
{
	return in->at_end && state == SENDER_WELL && !in->away && !in->back &&
		!in->has_line && batch_lines(in->filling) == 0 &&
		spool_pending(in->place.spool) == 0;
}

/* 0 once all is done or it is time to go, else the error that ends it. */
static int run(struct inserter *in, char why[BATCH_WHY])
{
	for (;;) {
		enum sender_state state = sender_state(in->sender);
		int error;

		if (state == SENDER_FAILED)
			return sender_failure(in->sender, why);
		take_back(in);
		error = fill(in, why);
		if (error == 0)
			error = parse_ahead(in);
		if (error < 0)
			return error;
		give(in);
		if (is_done(in, state) || clock_left(patience_end(in)) == 0)
			return 0;
		error = read_on(in, state);
		if (error < 0)
			return error;
	}
}

/* What is not in the database: told, and the status. */
static void tell_rest(struct inserter *in, int error, const char *why)
{
	int64_t count = spool_count(in->place.spool);

	if (error < 0)
		message("%s", *why ? why : error_text(error));
	if (spool_pending(in->place.spool) > 0) {
		message("the last lines are lost: they could not be written "
			"to the spool");
		in->status = EX_IOERR;
	}
	if (count > 0)
		message("%lld records are in the spool %s: "
			"db-insert --drain%s delivers them",
			(long long)count, in->place.path,
			in->options->replace ? " --replace" : "");
	if (error < 0)
		in->status = error_status(error);
	else if (count > 0 && in->status != EX_IOERR)
		in->status = EX_TEMPFAIL;
	else if (count == 0 && sender_state(in->sender) == SENDER_AWAY)
		in->status = error_status(-BT_EAWAY);
}

static int open_all(struct inserter *in, char why[BATCH_WHY])
{
	int error = place_open(&in->place, in->options, why);

	if (error < 0)
		return error;
	in->left_over = spool_end(in->place.spool).segment;
	arena_init();
	in->spares[0] = batch_new(0);
	in->spares[1] = batch_new(1);
	in->filling = in->spares[0];
	if (!in->spares[0] || !in->spares[1])
		return -ENOMEM;
	error = sender_start(&in->sender, in->options);
	if (error == 0)
		in->lines.wake = sender_descriptor(in->sender);
	return error;
}

static void close_all(struct inserter *in)
{
	sender_free(in->sender);
	batch_free(in->spares[0]);
	batch_free(in->spares[1]);
	place_close(&in->place);
	origin_release(&in->origins);
	lines_close(&in->lines);
}

static void insert(struct inserter *in, struct insert_result *result)
{
	char why[BATCH_WHY] = "";
	int error = open_all(in, why);

	if (error < 0) {
		message("%s", *why ? why : error_text(error));
		in->status = error_status(error);
		return;
	}
	in->ended = clock_monotonic();
	error = run(in, why);
	result->is_busy = !sender_stop(in->sender);
	take_back(in);
	tell_rest(in, error, why);
}

struct insert_result insert_all(const struct options *options)
{
	struct inserter in = { .options = options,
		.place.directory = -1,
		.leave = INT64_MAX,
		.lines_wanted = FIRST_LINES,
		.at_end = options->drain };
	struct insert_result result = { 0 };
	int error = lines_open(&in.lines, options->files, RECORD_MAX);

	if (error < 0) {
		message("%s", error_text(error));
		result.status = error_status(error);
		return result;
	}
	insert(&in, &result);
	result.status = in.status;
	if (!result.is_busy)
		close_all(&in);
	return result;
}
