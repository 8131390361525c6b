/*
 * Where the spool of one database is: BASE/HOST:PORT:DATABASE/NUMBER, so that
 * records for one never drain into another.
 *
 * A spool is locked as long as its process lives. Who finds the first one
 * locked uses the next number, and whoever comes later drains what is left
 * there.
 */
#ifndef PLACE_H
#define PLACE_H

#include <limits.h>

#include "login.h"
#include "spool.h"

struct place {
	char path[PATH_MAX]; /* BASE/HOST:PORT:DATABASE, for messages */
	int directory;	     /* of the path */
	struct spool *spool;
};

/*
 * Makes what is missing, takes the first spool that is free, and what others
 * have left in theirs. base is NULL for the usual place: $STATE_DIRECTORY,
 * $XDG_STATE_HOME/db-insert or ~/.local/state/db-insert. On failure the
 * reason is in why, and the error is -BT_ESETUP or a negative errno.
 */
int place_open(struct place *place, const char *base, const struct login *login,
	char why[LOGIN_WHY]);
void place_close(struct place *place);

#endif
