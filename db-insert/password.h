/* Asking for a password: on the terminal, as standard input is data. */
#ifndef BT_DB_INSERT_PASSWORD_H
#define BT_DB_INSERT_PASSWORD_H

/*
 * Asks on /dev/tty, without echo. *password is the caller's, to be wiped and
 * freed. Returns 0, -BT_ECANCELED if it was broken off, or a negative errno
 * (-ENXIO: there is no terminal).
 */
int password_ask(char **password);

#endif
