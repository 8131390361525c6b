/* A statement that returns rows, and how many of them a server may send. */
#ifndef BT_DB_INSERT_QUERY_H
#define BT_DB_INSERT_QUERY_H

#include <stddef.h>

#include <mysql.h>

#include "base/failure.h"

struct query {
	const char *text;
	unsigned int columns;
	unsigned int may_be_null; /* a bit for each column, the first is 1 */
	size_t rows_max;
	/* Takes a row, whose values end with a zero. 0 or an error with its
	 * reason in *failure. */
	int (*take)(void *data, MYSQL_ROW row, struct failure *failure);
	void *data;
};

/* Returns 0, or an error of server_error() or take() with its reason in
 * *failure. An answer that is not of this form ends the connection: -BT_EAWAY.
 */
int query_run(
	MYSQL *handle, const struct query *query, struct failure *failure);

#endif
