/* Connecting to the database server: TLS and session settings. See login.h
 * about Connector/C. */
#include "login.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mysqld_error.h>

#include "base/errors.h"
#include "server-error.h"

/* Seconds. */
#define CONNECT_TIMEOUT 10

/* Bytes of a result row or of a batch. */
#define PACKET_MAX (16ul << 20)

/* The oldest server with all features that schema.c and statement.c need. */
#define SERVER_MIN 100500
#define SERVER_MIN_TEXT "MariaDB 10.5"

/* lock_wait_timeout: by default, an ALTER would wait for a day for a reader
 * that left a transaction open. wait_timeout: a station that is silent
 * overnight must not end the connection. */
static const char setup[] =
	"SET NAMES utf8mb4, SESSION time_zone='+00:00', "
	"sql_mode='STRICT_ALL_TABLES,STRICT_TRANS_TABLES,"
	"NO_ENGINE_SUBSTITUTION', "
	"lock_wait_timeout=10, innodb_lock_wait_timeout=20, "
	"wait_timeout=2147483, autocommit=0";
static const char isolation[] =
	"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE";

static bool is_tls_asked(const struct login *login)
{
	return login->ssl > 0 ||
		(login->ssl < 0 &&
			(login->ssl_verify > 0 || login->ssl_ca ||
				login->ssl_capath || login->ssl_cert));
}

/* Naming an authority implies verification. */
static bool is_verification_asked(const struct login *login)
{
	if (!is_tls_asked(login) || login->ssl_verify == 0)
		return false;
	return login->ssl_verify > 0 || login->ssl_ca || login->ssl_capath;
}

static void set_tls(MYSQL *handle, const struct login *login)
{
	my_bool enforce = is_tls_asked(login) != 0;
	my_bool verify = is_verification_asked(login) != 0;

	if (enforce)
		mysql_optionsv(handle, MYSQL_OPT_SSL_ENFORCE, &enforce);
	/* Connector/C 3.4 verifies by default. */
	if (enforce || login->ssl == 0 || login->ssl_verify == 0)
		mysql_optionsv(
			handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
	if (!enforce)
		return;
	mysql_optionsv(handle, MYSQL_OPT_SSL_CERT, login->ssl_cert);
	mysql_optionsv(handle, MYSQL_OPT_SSL_KEY, login->ssl_key);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CIPHER, login->ssl_cipher);
	mysql_optionsv(handle, MYSQL_OPT_TLS_VERSION, login->tls_version);
	/* Connector/C 3.4 verifies whenever it has one of these. */
	if (!verify)
		return;
	mysql_optionsv(handle, MYSQL_OPT_SSL_CA, login->ssl_ca);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CAPATH, login->ssl_capath);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CRL, login->ssl_crl);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CRLPATH, login->ssl_crlpath);
}

/* Authentication plugins that a server may request. Others send the password in
 * the clear or encrypted with a key of the server, which only a verified
 * certificate makes safe, or read replies from standard input, which holds
 * records. */
#define SAFE_PLUGINS \
	"mysql_native_password,client_ed25519,parsec,auth_gssapi_client"
#define VERIFIED_PLUGINS \
	SAFE_PLUGINS \
	",mysql_clear_password,caching_sha2_password,sha256_password"

static void restrict_plugins(MYSQL *handle, const struct login *login)
{
	mysql_optionsv(handle, MARIADB_OPT_RESTRICTED_AUTH,
		is_verification_asked(login) ? VERIFIED_PLUGINS : SAFE_PLUGINS);
}

/* Each attempt needs a new handle: a failed one loses its options. */
static MYSQL *create_handle(const struct login *login)
{
	MYSQL *handle = mysql_init(NULL);
	unsigned int connect_timeout = CONNECT_TIMEOUT;
	unsigned int answer_timeout = ANSWER_TIMEOUT / 1000;
	unsigned int local_infile = 0;
	unsigned long packet_max = PACKET_MAX;

	if (!handle)
		return NULL;
	mysql_optionsv(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
	mysql_optionsv(handle, MYSQL_OPT_READ_TIMEOUT, &answer_timeout);
	mysql_optionsv(handle, MYSQL_OPT_WRITE_TIMEOUT, &answer_timeout);
	mysql_optionsv(handle, MYSQL_OPT_LOCAL_INFILE, &local_infile);
	mysql_optionsv(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (login->plugin_dir)
		mysql_optionsv(handle, MYSQL_PLUGIN_DIR, login->plugin_dir);
	mysql_optionsv(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet_max);
	restrict_plugins(handle, login);
	set_tls(handle, login);
	return handle;
}

/* Returns -BT_ESETUP unless the connection is protected as requested. */
static int check_tls(
	const struct login *login, MYSQL *handle, struct failure *failure)
{
	my_bool verified = 0;

	if (!is_tls_asked(login))
		return 0;
	if (!mysql_get_ssl_cipher(handle))
		return failure_set(failure, -BT_ESETUP,
			"TLS was requested, but the connection does not use "
			"it");
	if (!is_verification_asked(login))
		return 0;
	if (mysql_get_optionv(
		    handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified) != 0 ||
		!verified)
		return failure_set(failure, -BT_ESETUP,
			"the server's certificate was not verified");
	return 0;
}

static int check_server(MYSQL *handle, struct failure *failure)
{
	const char *version = mysql_get_server_info(handle);

	if (strcasestr(version, "mariadb") &&
		mysql_get_server_version(handle) >= SERVER_MIN)
		return 0;
	return failure_set(failure, -BT_ESETUP,
		"server is version %s: " SERVER_MIN_TEXT " or later is needed",
		version);
}

/* The server's message, with advice where it is not obvious. */
static int explain(
	const struct login *login, MYSQL *handle, struct failure *failure)
{
	const char *advice = "";
	int error = server_error(mysql_errno(handle));

	switch (mysql_errno(handle)) {
	case ER_ACCESS_DENIED_ERROR:
	case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
		advice = MESSAGE_TEXT(
			" (give user and password with -u and -p or in an "
			"option file)");
		break;
	case ER_DBACCESS_DENIED_ERROR:
		advice = MESSAGE_TEXT(
			" (an administrator must GRANT rights on it: see "
			"db-insert(1))");
		break;
	case ER_BAD_DB_ERROR:
		return failure_set(failure, error,
			"%s (an administrator must run: CREATE DATABASE `%s`)",
			mysql_error(handle), login->database);
	}
	/* There are no rows yet that could cause an error. */
	if (error == -BT_ERECORD || error == -BT_ECONFLICT)
		error = -BT_EAWAY;
	return failure_set(failure, error, "%s%s", mysql_error(handle), advice);
}

/* Returns a host of the list, to be freed. */
static char *copy_host(const struct login *login, size_t number)
{
	const char *host = login->host;

	for (; number > 0; number--)
		host += strcspn(host, ",") + 1;
	return strndup(host, strcspn(host, ","));
}

static int prepare_handle(
	const struct login *login, MYSQL *handle, struct failure *failure)
{
	int error = check_tls(login, handle, failure);

	if (error == 0)
		error = check_server(handle, failure);
	if (error == 0 &&
		(mysql_query(handle, setup) != 0 ||
			mysql_query(handle, isolation) != 0))
		error = explain(login, handle, failure);
	return error;
}

/* With several hosts, puts the host before the message. */
static void name_host(
	const struct login *login, const char *host, struct failure *failure)
{
	if (login_hosts(login) == 1)
		return;
	failure_set(failure, failure->code, "%s: %s", host, failure->text);
}

int login_connect(const struct login *login, size_t number, MYSQL **handle,
	struct failure *failure)
{
	MYSQL *result = create_handle(login);
	char *host = login->host ? copy_host(login, number) : NULL;
	int error;

	if (!result || (login->host && !host)) {
		if (result)
			mysql_close(result);
		free(host);
		return -ENOMEM;
	}
	if (mysql_real_connect(result, host, login->user, login->password,
		    login->database,
		    login->port > 0 ? (unsigned int)login->port : 0,
		    login->socket, 0))
		error = prepare_handle(login, result, failure);
	else
		error = explain(login, result, failure);
	if (error < 0) {
		name_host(login, host, failure);
		mysql_close(result);
	} else {
		*handle = result;
	}
	free(host);
	return error;
}
