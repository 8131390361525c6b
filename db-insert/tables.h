/* The tables of the database, and how those of an older version become those
 * of this one. */
#ifndef BT_DB_INSERT_TABLES_H
#define BT_DB_INSERT_TABLES_H

#include <mysql.h>

#include "base/failure.h"

/*
 * Makes the tables that are missing and upgrades older ones. It may be killed
 * at any step: the next call goes on. Returns 0, or an error with its reason in
 * *failure: -BT_EDENIED (the statements that an administrator must run are in
 * it or in messages before), -BT_ESETUP (the tables are of a newer db-insert),
 * or another of server_error().
 */
int tables_prepare(MYSQL *handle, struct failure *failure);

/* The version that the tables have, 0 if none is noted: 0 or an error. */
int tables_version(
	MYSQL *handle, unsigned long *version, struct failure *failure);

#endif
