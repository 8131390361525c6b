/* Statements that return no rows. */
#ifndef BT_DB_INSERT_EXECUTE_H
#define BT_DB_INSERT_EXECUTE_H

#include <mysql.h>

#include "base/failure.h"
#include "field.h"

/* Parameters of a statement. */
#define EXECUTE_TEXTS 17

/* Returns the error of the handle's last call, with its text in *failure. */
int execute_fail(MYSQL *handle, struct failure *failure);

/* Runs a statement; 0 or an error of server_error(), -ENOMEM. */
int execute(MYSQL *handle, struct failure *failure, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with texts for its parameters; none is NULL. */
int execute_with(MYSQL_STMT *statement, const char *text,
	const struct text *texts, size_t count, struct failure *failure);

#endif
