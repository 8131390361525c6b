/* Errors by the reaction to them. The numbers are those of the "MariaDB Error
 * Code Reference". */
#include "server-error.h"

#include <stdbool.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/errors.h"

static bool is_about_rows(unsigned int number)
{
	switch (number) {
	case ER_BAD_NULL_ERROR:
	case ER_NO_DEFAULT_FOR_FIELD:
	case ER_DUP_ENTRY:
	case ER_TOO_BIG_ROWSIZE:
	case ER_UNDO_RECORD_TOO_BIG:
	case ER_WARN_DATA_OUT_OF_RANGE:
	case WARN_DATA_TRUNCATED:
	case ER_TRUNCATED_WRONG_VALUE:
	case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
	case ER_DIVISION_BY_ZERO:
	case ER_DATA_TOO_LONG:
	case ER_DATA_OUT_OF_RANGE:
	case ER_NO_REFERENCED_ROW:
	case ER_NO_REFERENCED_ROW_2:
	case ER_NO_PARTITION_FOR_GIVEN_VALUE:
	case ER_SIGNAL_EXCEPTION: /* a trigger's */
	case ER_CONSTRAINT_FAILED:
	case ER_JSON_BAD_CHR:
	case ER_JSON_DEPTH:
	case ER_NET_PACKET_TOO_LARGE: /* the server has hung up as well */
		return true;
	}
	return false;
}

int server_error(unsigned int number)
{
	switch (number) {
	case ER_ACCESS_DENIED_ERROR:
	case ER_DBACCESS_DENIED_ERROR:
	case ER_TABLEACCESS_DENIED_ERROR:
	case ER_COLUMNACCESS_DENIED_ERROR:
	case ER_SPECIFIC_ACCESS_DENIED_ERROR:
	case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
	case ER_ACCOUNT_HAS_BEEN_LOCKED:
	case ER_MUST_CHANGE_PASSWORD:
	case ER_MUST_CHANGE_PASSWORD_LOGIN:
	case ER_HOST_NOT_PRIVILEGED:
	case ER_HOST_IS_BLOCKED:
		return -BT_EDENIED;
	case ER_BAD_DB_ERROR:
	case ER_NO_DB_ERROR:
	case CR_SSL_CONNECTION_ERROR:
	case CR_AUTH_PLUGIN_CANNOT_LOAD:
	case CR_CANT_READ_CHARSET:
		return -BT_ESETUP;
	case ER_SERVER_SHUTDOWN:
	case ER_NORMAL_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_USER_LIMIT_REACHED:
	case ER_NEW_ABORTING_CONNECTION:
	case ER_HANDSHAKE_ERROR:
	case ER_UNKNOWN_COM_ERROR:   /* Galera: the node is not ready */
	case ER_ERROR_DURING_COMMIT: /* Galera: it lost the others */
	case ER_OPTION_PREVENTS_STATEMENT:
	case ER_READ_ONLY_MODE:
		return -BT_EAWAY;
	}
	/* Errors of the client library concern the connection, not the rows. */
	if (number >= CR_MIN_ERROR && number <= CR_MAX_ERROR)
		return -BT_EAWAY;
	return is_about_rows(number) ? -BT_ERECORD : -BT_ECONFLICT;
}
