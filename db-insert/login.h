/*
 * How to reach the database: what the option files and the command line say,
 * and a connection made from it.
 *
 * The option files are read here and not by Connector/C, because of what its
 * version 3.3 makes of them: they beat the TLS options of the command line,
 * "ssl-verify-server-cert=ON" switches verification off (only a number
 * counts), and a missing file is no error.
 */
#ifndef BT_DB_INSERT_LOGIN_H
#define BT_DB_INSERT_LOGIN_H

#include <stddef.h>

#include <mysql.h>

#include "base/failure.h"

/* Milliseconds of a login, from the look-up of the name on, after which the
 * process is killed: the time-outs of the client library begin anew with each
 * byte, and the look-up has none. */
#define LOGIN_TIMEOUT 20000

/* Milliseconds. A server that hangs is one that is away. A batch takes far
 * less, but it may have to wait for a lock, and the nodes of a Galera cluster
 * wait up to 15 s for one that has died. */
#define ANSWER_TIMEOUT 30000

/* NULL, or -1 for numbers, is what was not said. All texts are owned. */
struct login {
	char *host, *socket, *user, *password, *database;
	char *ssl_ca, *ssl_capath, *ssl_cert, *ssl_key, *ssl_cipher;
	char *ssl_crl, *ssl_crlpath, *tls_version;
	char *plugin_dir;
	int port;
	int ssl, ssl_verify; /* 0 no, 1 yes */
};

void login_init(struct login *login);

/* Wipes the password. */
void login_release(struct login *login);

/*
 * Sets one option by its name in option files and on the command line, such
 * as "ssl-ca" (or "ssl_ca"); value is NULL where none was given. Returns 1;
 * 0 if there is no such option; -BT_ESETUP if the value is none of its kind,
 * -ENOMEM.
 */
int login_set(struct login *login, const char *name, const char *value);

/* What over says replaces what login says. 0 or -ENOMEM. */
int login_overlay(struct login *login, const struct login *over);

/* Hosts of the list in login.host, which has commas; 1 if there is none. */
size_t login_hosts(const struct login *login);

/*
 * Connects to a host of the list by its number and sets up the session: UTC,
 * strict mode, utf8mb4, transactions by hand. Checks what is in force: TLS if
 * it was asked for, MariaDB 10.5 or later. Each attempt lasts a bounded time.
 *
 * On success *handle is the caller's, for mysql_close(). Else *failure says
 * what to do and the error is -BT_EAWAY (another try may help), -BT_EDENIED or
 * -BT_ESETUP.
 */
int login_connect(const struct login *login, size_t host, MYSQL **handle,
	struct failure *failure);

#endif
