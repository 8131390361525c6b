/* Rows, one after the other. */
#include "query.h"

#include <stdbool.h>
#include <sys/socket.h>

#include "base/errors.h"
#include "execute.h"

static bool is_whole(const struct query *query, MYSQL_ROW row)
{
	for (unsigned int i = 0; i < query->columns; i++) {
		if (!row[i] && !(query->may_be_null >> i & 1))
			return false;
	}
	return true;
}

static int read_rows(MYSQL *handle, MYSQL_RES *result,
	const struct query *query, struct failure *failure)
{
	size_t count = 0;
	MYSQL_ROW row;
	int error = 0;

	if (mysql_num_fields(result) != query->columns)
		return -BT_EAWAY;
	while ((row = mysql_fetch_row(result))) {
		if (++count > query->rows_max || !is_whole(query, row))
			return -BT_EAWAY;
		if (error == 0)
			error = query->take(query->data, row, failure);
	}
	return mysql_errno(handle) ? execute_fail(handle, failure) : error;
}

int query_run(MYSQL *handle, const struct query *query, struct failure *failure)
{
	MYSQL_RES *result;
	int error;

	*failure = (struct failure){ 0 };
	if (mysql_query(handle, query->text) != 0)
		return execute_fail(handle, failure);
	result = mysql_use_result(handle);
	if (!result && mysql_errno(handle))
		return execute_fail(handle, failure);
	error = result ? read_rows(handle, result, query, failure) : -BT_EAWAY;
	if (error == -BT_EAWAY && !*failure->text) {
		failure_set(
			failure, error, "unexpected result from the server");
		/* mysql_free_result() would read the remaining rows. */
		shutdown(mysql_get_socket(handle), SHUT_RDWR);
	}
	mysql_free_result(result);
	return error;
}
