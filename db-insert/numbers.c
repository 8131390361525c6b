/* Numbers from the database. */
#include "numbers.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "query.h"

/* Numbers, -1 for NULL. */
struct numbers {
	size_t count;
	long long *list;
};

static int take_numbers(void *data, MYSQL_ROW row, struct failure *failure)
{
	const struct numbers *numbers = data;

	(void)failure;
	for (size_t i = 0; i < numbers->count; i++)
		numbers->list[i] = row[i] ? strtoll(row[i], NULL, 10) : -1;
	return 0;
}

int read_numbers(MYSQL *handle, struct failure *failure, long long *list,
	size_t count, const char *format, ...)
{
	struct numbers numbers = { count, list };
	struct query query = { .columns = (unsigned int)count,
		.may_be_null = UINT_MAX,
		.rows_max = 1,
		.take = take_numbers,
		.data = &numbers };
	va_list arguments;
	char *text;
	int length, error;

	for (size_t i = 0; i < count; i++)
		list[i] = -1;
	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return -ENOMEM;
	query.text = text;
	error = query_run(handle, &query, failure);
	free(text);
	return error;
}
