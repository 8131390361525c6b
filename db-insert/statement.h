/* One upsert of many rows that have the same columns: INSERT … ON DUPLICATE
 * KEY UPDATE with arrays bound to its parameters. */
#ifndef BT_DB_INSERT_STATEMENT_H
#define BT_DB_INSERT_STATEMENT_H

#include <mysql.h>
#include <stdbool.h>

#include "row.h"

/* Prepared statements, kept while they are of use. */
struct statements;

/* replace: clear the columns that a row does not have. NULL if there is no
 * memory. Must be freed before the handle is closed. */
struct statements *statements_new(MYSQL *handle, bool replace);
void statements_free(struct statements *statements);

/* What went wrong last, for people. */
const char *statements_why(const struct statements *statements);

/*
 * Sends the records and rows of the list: numbers into both arrays, all with
 * the same table and set. The transaction stays open. Returns 0, or an error
 * of login_error(); -ENOMEM.
 */
int statements_send(struct statements *statements, const struct schema *schema,
	const struct record *records, const struct row *rows,
	const uint32_t *list, size_t count);

#endif
