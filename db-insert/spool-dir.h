/*
 * The directory of a spool: BASE/HOST:PORT:DATABASE/NUMBER, so that records for
 * one database are never delivered to another. Records for --replace have a
 * separate spool, with ":replace" after the database.
 *
 * A process locks its spool and takes the first number that is free. At startup
 * it adopts abandoned spools with higher numbers.
 */
#ifndef BT_DB_INSERT_SPOOL_DIR_H
#define BT_DB_INSERT_SPOOL_DIR_H

#include <limits.h>

#include "base/failure.h"
#include "insert-options.h"
#include "login.h"
#include "spool.h"

/* State of a disk operation. All zeros: no error. */
struct spool_failure {
	int last_error; /* 0: none */
	int64_t retry;	/* earliest retry; 0: at any time */
};

struct spool_dir {
	char path[PATH_MAX]; /* BASE/HOST:PORT:DATABASE, for messages */
	int directory;	     /* of the path */
	struct spool *spool;
};

/*
 * Creates missing directories, opens the first free spool and adopts abandoned
 * ones. Without --spool, BASE is $STATE_DIRECTORY, $XDG_STATE_HOME/db-insert or
 * ~/.local/state/db-insert. Returns 0, or -BT_ESETUP or a negative errno with
 * the reason in *failure.
 */
int spool_dir_open(struct spool_dir *dir, const struct options *options,
	struct failure *failure);
void spool_dir_close(struct spool_dir *dir);

/* Records the result of an operation on the spool, 0 or a negative errno, and
 * reports each new error once. Returns the error. */
int spool_dir_check(const struct spool_dir *dir, struct spool_failure *failure,
	const char *what, int error);

#endif
