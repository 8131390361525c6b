/* What the errors of the server and of the client library mean here. */
#ifndef BT_DB_INSERT_SERVER_ERROR_H
#define BT_DB_INSERT_SERVER_ERROR_H

/*
 * What kind of failure the number of an error is: -BT_EAWAY (connect anew,
 * elsewhere if there is a choice), -BT_EDENIED, -BT_ESETUP, -BT_ERECORD for
 * what lies in the rows that were sent, or -BT_ECONFLICT (roll back, try
 * again) for all else: a row is refused only for what is known to be its own
 * fault.
 */
int server_error(unsigned int number);

#endif
