/* One upsert of many rows that have the same columns: INSERT … ON DUPLICATE
 * KEY UPDATE with arrays bound to its parameters. */
#ifndef BT_DB_INSERT_STATEMENT_H
#define BT_DB_INSERT_STATEMENT_H

#include "base/failure.h"
#include "row.h"
#include "session.h"

/*
 * Sends the rows of the list, count numbers of rows, all with the same table
 * and set. The transaction stays open. Returns 0, or an error of server_error()
 * with its reason in *failure; -ENOMEM.
 */
int statement_send(const struct session *session, const struct row *rows,
	const uint32_t *list, size_t count, struct failure *failure);

#endif
