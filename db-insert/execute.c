/* Statements. */
#include "execute.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "server-error.h"

int execute_fail(MYSQL *handle, struct failure *failure)
{
	return failure_set(failure, server_error(mysql_errno(handle)), "%s",
		mysql_error(handle));
}

int execute(MYSQL *handle, struct failure *failure, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length, error = 0;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return -ENOMEM;
	if (mysql_real_query(handle, text, (unsigned long)length) != 0)
		error = execute_fail(handle, failure);
	free(text);
	return error;
}

int execute_with(MYSQL_STMT *statement, const char *text,
	const struct text *texts, size_t count, struct failure *failure)
{
	MYSQL_BIND binds[EXECUTE_TEXTS] = { 0 };

	for (size_t i = 0; i < count; i++) {
		binds[i].buffer_type =
			texts[i].bytes ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
		binds[i].buffer = (void *)(uintptr_t)texts[i].bytes;
		binds[i].buffer_length = texts[i].length;
	}
	if (mysql_stmt_prepare(statement, text, strlen(text)) == 0 &&
		mysql_stmt_bind_param(statement, binds) == 0 &&
		mysql_stmt_execute(statement) == 0)
		return 0;
	return failure_set(failure, server_error(mysql_stmt_errno(statement)),
		"%s", mysql_stmt_error(statement));
}
