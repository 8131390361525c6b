/* From the input into the spool: what is read is on disk before anything else
 * happens to it. */
#ifndef BT_DB_INSERT_INTAKE_H
#define BT_DB_INSERT_INTAKE_H

#include "base/failure.h"
#include "base/lines.h"
#include "input-position.h"
#include "insert-options.h"
#include "refusals.h"
#include "spool-dir.h"

/* What intake_step() leaves to its caller. */
enum intake_event {
	INTAKE_NOTHING,
	INTAKE_COUNTERS, /* SIGUSR1 */
	INTAKE_TOO_LONG, /* a line was passed over: lines.file, lines.number */
	INTAKE_FAILED,	 /* a file could not be read: lines.file, lines.error */
	INTAKE_CUT,	 /* 5 s after a signal: the input shall end now */
};

struct intake {
	const struct options *options;
	struct lines lines;
	struct spool_dir spool_dir;
	struct input_positions positions;
	bool at_end;		   /* of the input */
	int64_t ended;		   /* when that was; at first: when it began */
	bool is_passing;	   /* the caller's: what waits is delivered
				    * unwritten */
	bool is_reading;	   /* the last step waited for input */
	unsigned long empty_lines; /* so many came */

	/* intake.c alone */
	bool has_said_full;
	struct spool_failure write, sync;
};

/* 0, or a negative error with its reason in *failure, whose text may stay
 * empty. */
int intake_open(struct intake *intake, const struct options *options,
	struct failure *failure);
void intake_close(struct intake *intake);

/*
 * Reads until a chunk has come, the deadline is over or the caller has
 * something to do; then writes it to the spool, and syncs what is due.
 * may_read: the database has been tried. is_well: it acknowledges what it gets.
 * Returns an intake_event or -ENOMEM.
 */
int intake_step(
	struct intake *intake, bool may_read, bool is_well, int64_t deadline);

/* Something was acknowledged: there may be room again. */
void intake_retry(struct intake *intake);

/* Nothing more is read. */
void intake_end(struct intake *intake);

/* Writes to the spool what was read, also beyond its limit, and syncs it.
 * Returns how many lines are lost since that failed. */
size_t intake_keep_rest(struct intake *intake);

#endif
