/* A connection made ready for batches. */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "query.h"

/* Every server takes packets of so many bytes. */
#define PACKET_MIN 1024

static int take_settings(void *data, MYSQL_ROW row, struct failure *failure)
{
	struct session *session = data;

	session->packet_max = strtoul(row[0], NULL, 10);
	session->flush = (int)strtol(row[1], NULL, 10);
	if (strcmp(row[2], "utf8mb4") != 0 || strcmp(row[3], "utf8mb4") != 0)
		return failure_set(failure, -BT_ESETUP,
			"the server would garble text: it takes it for %s "
			"instead of utf8mb4",
			strcmp(row[2], "utf8mb4") != 0 ? row[2] : row[3]);
	if (session->packet_max < PACKET_MIN)
		return failure_set(failure, -BT_EAWAY,
			"max_allowed_packet of the server is %s", row[0]);
	return 0;
}

/* What is in force, whatever was asked for. */
static int read_settings(struct session *session, struct failure *failure)
{
	const struct query query = {
		.text = "SELECT @@max_allowed_packet, "
			"@@innodb_flush_log_at_trx_commit, "
			"@@character_set_client, @@character_set_connection",
		.columns = 4,
		.rows_max = 1,
		.take = take_settings,
		.data = session,
	};
	int error = query_run(session->handle, &query, failure);

	if (error == 0 && session->packet_max == 0)
		error = failure_set(
			failure, -BT_EAWAY, "the server returned no settings");
	return error;
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
		error = schema_open(
			&result->schema, handle, result->packet_max, failure);
	if (error < 0) {
		session_close(result);
		return error;
	}
	*session = result;
	return 0;
}
