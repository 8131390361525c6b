/*
 * Login options from option files and the command line, and connecting with
 * them.
 *
 * Option files are not read by Connector/C because version 3.3 lets them
 * override the TLS options of the command line, takes
 * "ssl-verify-server-cert=ON" for off (it accepts only numbers), and ignores
 * missing files.
 */
#ifndef BT_DB_INSERT_LOGIN_H
#define BT_DB_INSERT_LOGIN_H

#include <stddef.h>

#include <mysql.h>

#include "base/failure.h"

/* Milliseconds for a login, including the name lookup, after which the process
 * is killed: the client library restarts its time-outs with each byte, and the
 * lookup has none. */
#define LOGIN_TIMEOUT 20000

/* Milliseconds after which a server that hangs counts as away. A batch takes
 * far less, but may have to wait for a lock, and the nodes of a Galera cluster
 * wait up to 15 s for a dead one. */
#define ANSWER_TIMEOUT 30000

/* NULL, or -1 for numbers: not given. All texts are owned. */
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
 * as "ssl-ca" (or "ssl_ca"); value is NULL if none was given. Returns 1, 0 if
 * there is no such option, -BT_ESETUP if the value is invalid, or -ENOMEM.
 */
int login_set(struct login *login, const char *name, const char *value);

/* Options of over override those of login. Returns 0 or -ENOMEM. */
int login_overlay(struct login *login, const struct login *over);

/* Number of hosts in the list login.host; 1 without one. */
size_t login_hosts(const struct login *login);

/*
 * Connects to the host with this number in the list and sets up the session:
 * UTC, strict mode, utf8mb4, no autocommit. Verifies that TLS is in use if
 * requested, and that the server is MariaDB 10.5 or later.
 *
 * On success the caller must mysql_close() *handle. Otherwise returns -BT_EAWAY
 * (retry), -BT_EDENIED or -BT_ESETUP with the reason in *failure.
 */
int login_connect(const struct login *login, size_t host, MYSQL **handle,
	struct failure *failure);

#endif
