/* Reads the input into the spool: each line is written before anything else
 * happens to it. */
#ifndef BT_DB_INSERT_INTAKE_H
#define BT_DB_INSERT_INTAKE_H

#include "base/failure.h"
#include "base/lines.h"
#include "input-position.h"
#include "insert-options.h"
#include "refusals.h"
#include "spool-dir.h"

/* Events that the caller of intake_step() must handle. */
enum intake_event {
	INTAKE_NOTHING,
	INTAKE_COUNTERS, /* SIGUSR1 */
	INTAKE_TOO_LONG, /* a line was skipped: lines.file, lines.number */
	INTAKE_FAILED,	 /* a file could not be read: lines.file, lines.error */
	INTAKE_CUT,	 /* 5 s after a signal: stop reading */
};

struct intake {
	const struct options *options;
	struct lines lines;
	struct spool_dir spool_dir;
	struct input_positions positions;
	bool at_end;		   /* of the input */
	int64_t ended;		   /* its time; before: the start */
	bool is_passing;	   /* set by the caller: pending lines are
				    * being delivered unwritten */
	bool is_reading;	   /* the last step waited for input */
	unsigned long empty_lines; /* number of empty lines read */

	/* intake.c alone */
	bool has_said_full;
	struct spool_failure write, sync;
};

/* Returns 0 or a negative error with its reason in *failure, whose text may be
 * empty. */
int intake_open(struct intake *intake, const struct options *options,
	struct failure *failure);
void intake_close(struct intake *intake);

/*
 * Reads until a chunk is complete, the deadline has passed or the caller has
 * something to do; then writes to the spool and syncs if that is due.
 * may_read: the first login has ended. is_well: the database keeps up.
 * Returns an intake_event or -ENOMEM.
 */
int intake_step(
	struct intake *intake, bool may_read, bool is_well, int64_t deadline);

/* To be called after an acknowledgement, which may have freed space. */
void intake_retry(struct intake *intake);

/* Stops reading. */
void intake_end(struct intake *intake);

/* Writes everything that was read to the spool, even beyond its limit, and
 * syncs it. Returns the number of lines that are lost because this failed. */
size_t intake_keep_rest(struct intake *intake);

#endif
