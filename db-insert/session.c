/* A connection made ready for batches. */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/errors.h"
#include "server-error.h"

static int read_settings(struct session *session, struct failure *failure)
{
	MYSQL_RES *result = NULL;
	MYSQL_ROW row;

	if (mysql_query(session->handle,
		    "SELECT @@max_allowed_packet, "
		    "@@innodb_flush_log_at_trx_commit") == 0)
		result = mysql_store_result(session->handle);
	row = result ? mysql_fetch_row(result) : NULL;
	if (!row) {
		mysql_free_result(result);
		return failure_set(failure,
			server_error(mysql_errno(session->handle)), "%s",
			mysql_error(session->handle));
	}
	session->packet_max = strtoul(row[0], NULL, 10);
	session->flush = (int)strtol(row[1], NULL, 10);
	mysql_free_result(result);
	return 0;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	schema_close(session->schema);
	mysql_close(session->handle);
	free(session);
}

int session_open(struct session **session, MYSQL *handle, bool replace,
	struct failure *failure)
{
	struct session *result = calloc(1, sizeof *result);
	int error;

	if (!result) {
		mysql_close(handle);
		return -ENOMEM;
	}
	result->handle = handle;
	result->replace = replace;
	error = read_settings(result, failure);
	if (error == 0)
		error = schema_open(&result->schema, handle, failure);
	if (error < 0) {
		session_close(result);
		return error;
	}
	*session = result;
	return 0;
}
