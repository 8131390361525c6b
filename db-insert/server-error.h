/* Classifies errors of the server and of the client library. */
#ifndef BT_DB_INSERT_SERVER_ERROR_H
#define BT_DB_INSERT_SERVER_ERROR_H

/*
 * Returns -BT_EAWAY (reconnect, to another host if there is one), -BT_EDENIED,
 * -BT_ESETUP, -BT_ERECORD for errors that the rows have caused, or
 * -BT_ECONFLICT (roll back and retry) for all others: a row is rejected only
 * for an error that is known to be its own fault.
 */
int server_error(unsigned int number);

#endif
