/* Option files as the mariadb client reads them: my.cnf. */
#ifndef BT_DB_INSERT_OPTION_FILE_H
#define BT_DB_INSERT_OPTION_FILE_H

#include "base/failure.h"
#include "login.h"

/*
 * Reads what the groups client, client-server, client-mariadb and db-insert
 * of one file, and of those it includes, say into login; later lines win.
 * What other programs know and this one does not is passed over, except in
 * group db-insert. A file that all the world may write is passed over too.
 *
 * Returns 0, or -BT_ESETUP (-ENOENT if there is no such file, a negative
 * errno if it cannot be read) with the reason in *failure; login holds what was
 * read so far then.
 */
int option_file_read(
	struct login *login, const char *path, struct failure *failure);

/*
 * Reads the usual files, in this order, those that are there: /etc/my.cnf,
 * /etc/mysql/my.cnf, $MYSQL_HOME/my.cnf, extra (unless NULL; this one must be
 * there), ~/.my.cnf.
 */
int option_file_read_usual(
	struct login *login, const char *extra, struct failure *failure);

#endif
