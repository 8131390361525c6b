/* Questions that are answered by a row of integers. */
#ifndef BT_DB_INSERT_NUMBERS_H
#define BT_DB_INSERT_NUMBERS_H

#include <stddef.h>

#include <mysql.h>

#include "base/failure.h"

/* The count numbers of the only row; -1 for NULL, and if there is no row. 0 or
 * an error of query_run(), -ENOMEM. */
int read_numbers(MYSQL *handle, struct failure *failure, long long *list,
	size_t count, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
