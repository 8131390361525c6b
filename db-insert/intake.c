/* Reading, spooling and syncing. */
#include "intake.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "record.h"

/* Bytes to read ahead of a server that keeps up, so that input faster than the
 * server, such as a log of several years, does not fill the disk. */
#define READ_AHEAD (2 * SPOOL_SEGMENT)

int intake_open(struct intake *intake, const struct options *options,
	struct failure *failure)
{
	int error = lines_open(&intake->lines, options->files, RECORD_MAX);

	if (error < 0)
		return error;
	intake->options = options;
	intake->at_end = options->drain;
	intake->ended = clock_monotonic();
	error = spool_dir_open(&intake->spool_dir, options, failure);
	if (error < 0)
		lines_close(&intake->lines);
	else if (!options->drain && lines_reads_terminal(&intake->lines))
		message("reading from the terminal: end with Ctrl-D");
	return error;
}

void intake_close(struct intake *intake)
{
	spool_dir_close(&intake->spool_dir);
	input_position_release(&intake->positions);
	lines_close(&intake->lines);
}

void intake_end(struct intake *intake)
{
	intake->at_end = true;
	intake->ended = clock_monotonic();
}

void intake_retry(struct intake *intake)
{
	intake->write.retry = 0;
}

/* --- whether to read ------------------------------------------------------ */

static bool is_full(struct intake *intake, bool is_well)
{
	if (spool_bytes(intake->spool_dir.spool) <
		intake->options->spool_limit) {
		intake->has_said_full = false;
		return false;
	}
	if (!intake->has_said_full && !is_well) {
		intake->has_said_full = true;
		message("the spool is full: no input is read until the "
			"database takes some of it");
	}
	return true;
}

static bool wants_more(struct intake *intake, bool is_well)
{
	struct spool *spool = intake->spool_dir.spool;

	if (intake->at_end || is_full(intake, is_well) ||
		spool_pending(spool) >= SPOOL_CHUNK)
		return false;
	return spool_bytes(spool) < READ_AHEAD || !is_well;
}

static int64_t next_deadline(const struct intake *intake, int64_t deadline)
{
	struct spool *spool = intake->spool_dir.spool;

	if (intake->is_passing)
		return clock_earlier(deadline, spool_sync_due(spool));
	if (intake->write.retry > 0)
		deadline = clock_earlier(deadline, intake->write.retry);
	else if (spool_pending(spool) > 0)
		return 0;
	return clock_earlier(deadline, spool_sync_due(spool));
}

/* --- reading -------------------------------------------------------------- */

/* An empty line takes the place of one that is too long, so that the line
 * numbers of spool and file agree. */
static int take_line(struct intake *intake, enum lines_event event)
{
	const struct lines *lines = &intake->lines;

	intake->empty_lines += event == LINES_LINE && lines->length == 0;
	spool_append(intake->spool_dir.spool, lines->text,
		event == LINES_TOO_LONG ? 0 : lines->length);
	return input_position_add(
		&intake->positions, lines->file, event == LINES_UNENDED);
}

static int take_event(struct intake *intake, enum lines_event event)
{
	int error = 0;

	switch (event) {
	case LINES_LINE:
	case LINES_UNENDED:
		return take_line(intake, event);
	case LINES_TOO_LONG:
		error = take_line(intake, event);
		return error < 0 ? error : INTAKE_TOO_LONG;
	case LINES_COUNTERS:
		return INTAKE_COUNTERS;
	case LINES_FAILED:
		return INTAKE_FAILED;
	case LINES_CUT:
		return INTAKE_CUT;
	case LINES_END:
		intake_end(intake);
		break;
	case LINES_IDLE:
	case LINES_WOKEN:
	case LINES_UNREAD:
		break;
	}
	return INTAKE_NOTHING;
}

static void flush(struct intake *intake)
{
	struct spool_dir *dir = &intake->spool_dir;

	if (spool_pending(dir->spool) > 0 && !intake->is_passing &&
		clock_left(intake->write.retry) == 0)
		spool_dir_check(dir, &intake->write,
			MESSAGE_TEXT("cannot write the spool"),
			spool_flush(dir->spool));
	if (clock_left(spool_sync_due(dir->spool)) == 0)
		spool_dir_check(dir, &intake->sync,
			MESSAGE_TEXT("cannot sync the spool"),
			spool_sync(dir->spool));
}

static bool flush_now(struct intake *intake)
{
	intake->is_passing = false;
	intake_retry(intake);
	flush(intake);
	return spool_pending(intake->spool_dir.spool) == 0;
}

size_t intake_keep_rest(struct intake *intake)
{
	struct spool *spool = intake->spool_dir.spool;
	enum lines_event event = LINES_LINE;
	size_t lost;

	lines_stop(&intake->lines);
	while (flush_now(intake) && event != LINES_END) {
		do {
			event = lines_next(&intake->lines, 0);
			take_event(intake, event);
		} while (event != LINES_END &&
			spool_pending(spool) < SPOOL_CHUNK);
	}
	/* The second try rewrites what could not be synced. */
	if (spool_sync_all(spool) < 0)
		spool_dir_check(&intake->spool_dir, &intake->sync,
			MESSAGE_TEXT("cannot sync the spool"),
			spool_sync_all(spool));
	lost = spool_pending_lines(spool);
	while (event != LINES_END) {
		event = lines_next(&intake->lines, 0);
		lost += event == LINES_LINE || event == LINES_UNENDED;
	}
	return lost;
}

int intake_step(
	struct intake *intake, bool may_read, bool is_well, int64_t deadline)
{
	struct spool *spool = intake->spool_dir.spool;
	enum lines_event event;
	int result;

	do {
		int64_t until = next_deadline(intake, deadline);

		intake->is_reading = may_read && wants_more(intake, is_well);
		event = intake->is_reading ? lines_next(&intake->lines, until)
					   : lines_pause(&intake->lines, until);
		result = take_event(intake, event);
	} while (result == INTAKE_NOTHING && event == LINES_LINE &&
		spool_pending(spool) < SPOOL_CHUNK);
	flush(intake);
	return result;
}
