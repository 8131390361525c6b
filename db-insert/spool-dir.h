/*
 * Where the spool of one database is: BASE/HOST:PORT:DATABASE/NUMBER, so that
 * records for one never drain into another. What is to replace rows has one
 * of its own, with ":replace" behind the database.
 *
 * A spool is locked as long as its process lives. Who finds the first one
 * locked uses the next number, and whoever comes later drains what is left
 * there.
 */
#ifndef BT_DB_INSERT_SPOOL_DIR_H
#define BT_DB_INSERT_SPOOL_DIR_H

#include <limits.h>

#include "base/failure.h"
#include "insert-options.h"
#include "login.h"
#include "spool.h"

/* What the disk refuses. All zeros: nothing. */
struct spool_failure {
	int last_error; /* 0 if all is well */
	int64_t retry;	/* not to be tried again before; 0: at any time */
};

struct spool_dir {
	char path[PATH_MAX]; /* BASE/HOST:PORT:DATABASE, for messages */
	int directory;	     /* of the path */
	struct spool *spool;
};

/*
 * Makes what is missing, takes the first spool that is free, and what others
 * have left in theirs. Without --spool it is in the usual place:
 * $STATE_DIRECTORY, $XDG_STATE_HOME/db-insert or ~/.local/state/db-insert. On
 * failure the reason is in *failure, and the error is -BT_ESETUP or a negative
 * errno.
 */
int spool_dir_open(struct spool_dir *dir, const struct options *options,
	struct failure *failure);
void spool_dir_close(struct spool_dir *dir);

/* Takes in how a call on the spool ended, 0 or a negative errno: one message
 * for each new reason. Returns the error. */
int spool_dir_check(const struct spool_dir *dir, struct spool_failure *failure,
	const char *what, int error);

#endif
