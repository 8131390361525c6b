/* A connection, and what it has of its own: statements, numbers of stations,
 * columns, the server's limits. */
#ifndef BT_DB_INSERT_SESSION_H
#define BT_DB_INSERT_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <mysql.h>

#include "device.h"
#include "schema.h"
#include "statement.h"

struct session {
	MYSQL *handle;
	struct schema *schema;
	struct devices *devices;
	struct statements *statements;
	size_t packet_max; /* bytes of max_allowed_packet */
	int flush;	   /* innodb_flush_log_at_trx_commit */
};

/*
 * Prepares a connection that login_connect() made, tables included; it is the
 * session's from here on, even on failure. 0, or an error of schema_open()
 * with its reason.
 */
int session_open(struct session **session, MYSQL *handle, bool replace,
	char why[SCHEMA_WHY]);
void session_close(struct session *session);

#endif
