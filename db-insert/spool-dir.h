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

#include "insert-options.h"
#include "login.h"
#include "spool.h"

struct place {
	char path[PATH_MAX]; /* BASE/HOST:PORT:DATABASE, for messages */
	int directory;	     /* of the path */
	struct spool *spool;
};

/*
 * Makes what is missing, takes the first spool that is free, and what others
 * have left in theirs. Without --spool it is in the usual place:
 * $STATE_DIRECTORY, $XDG_STATE_HOME/db-insert or ~/.local/state/db-insert. On
 * failure the reason is in why, and the error is -BT_ESETUP or a negative
 * errno.
 */
int place_open(struct place *place, const struct options *options,
	char why[LOGIN_WHY]);
void place_close(struct place *place);

#endif
