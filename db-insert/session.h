/* A connection with the columns and limits of its server. */
#ifndef BT_DB_INSERT_SESSION_H
#define BT_DB_INSERT_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <mysql.h>

#include "base/failure.h"
#include "schema.h"

struct session {
	MYSQL *handle;
	struct schema *schema;
	bool replace;	   /* clear the columns that a row does not have */
	size_t packet_max; /* bytes of max_allowed_packet */
	int flush;	   /* innodb_flush_log_at_trx_commit */
	bool has_reported_future, has_reported_old; /* records */
};

/*
 * Prepares a connection that login_connect() made, tables included; it is the
 * session's from here on, even on failure. 0, or an error of schema_open()
 * with its reason.
 */
int session_open(struct session **session, MYSQL *handle, bool replace,
	struct failure *failure);
void session_close(struct session *session);

#endif
