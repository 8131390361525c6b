/*
 * A session with the database server: options, TLS, errors.
 *
 * The numbers of errors are those of the "MariaDB Error Code Reference";
 * the traps of Connector/C 3.3 are in login.h.
 */
#include "login.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/errors.h"

/* Seconds. A server that hangs is one that is away. A batch takes far less,
 * but it may have to wait for a lock, and the nodes of a Galera cluster wait
 * up to 15 for one that has died. */
#define CONNECT_TIMEOUT 10
#define ANSWER_TIMEOUT 30

/* The oldest server that has all that schema.c and statement.c ask for. */
#define SERVER_MIN 100500
#define SERVER_MIN_TEXT "MariaDB 10.5"

/* lock_wait_timeout: an ALTER must not wait for a day, as it would, for a
 * reader who left a transaction open. wait_timeout: a station that is silent
 * overnight is no reason to be disconnected. */
static const char setup[] =
	"SET SESSION time_zone='+00:00', "
	"sql_mode='STRICT_ALL_TABLES,STRICT_TRANS_TABLES,"
	"NO_ENGINE_SUBSTITUTION', "
	"lock_wait_timeout=10, innodb_lock_wait_timeout=20, "
	"wait_timeout=2147483, autocommit=0";

enum kind { TEXT, NUMBER, SWITCH, OFF };

struct option {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define OPTION(name, kind, member) \
	{ \
		name, kind, offsetof(struct login, member) \
	}

static const struct option options[] = {
	OPTION("host", TEXT, host),
	OPTION("port", NUMBER, port),
	OPTION("socket", TEXT, socket),
	OPTION("user", TEXT, user),
	OPTION("password", TEXT, password),
	OPTION("database", TEXT, database),
	OPTION("ssl-ca", TEXT, ssl_ca),
	OPTION("ssl-capath", TEXT, ssl_capath),
	OPTION("ssl-cert", TEXT, ssl_cert),
	OPTION("ssl-key", TEXT, ssl_key),
	OPTION("ssl-cipher", TEXT, ssl_cipher),
	OPTION("ssl-crl", TEXT, ssl_crl),
	OPTION("ssl-crlpath", TEXT, ssl_crlpath),
	OPTION("tls-version", TEXT, tls_version),
	OPTION("plugin-dir", TEXT, plugin_dir),
	OPTION("ssl", SWITCH, ssl),
	OPTION("skip-ssl", OFF, ssl),
	OPTION("disable-ssl", OFF, ssl),
	OPTION("ssl-verify-server-cert", SWITCH, ssl_verify),
	OPTION("skip-ssl-verify-server-cert", OFF, ssl_verify),
	OPTION("disable-ssl-verify-server-cert", OFF, ssl_verify),
};

#define OPTIONS (sizeof options / sizeof options[0])

/* --- what was said ------------------------------------------------------- */

static char **text_at(const struct login *login, const struct option *option)
{
	return (char **)((char *)login + option->offset);
}

static int *number_at(const struct login *login, const struct option *option)
{
	return (int *)((char *)login + option->offset);
}

void login_init(struct login *login)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].kind == TEXT)
			*text_at(login, &options[i]) = NULL;
		else
			*number_at(login, &options[i]) = -1;
	}
}

void login_release(struct login *login)
{
	if (login->password)
		explicit_bzero(login->password, strlen(login->password));
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].kind == TEXT)
			free(*text_at(login, &options[i]));
	}
	login_init(login);
}

/* Option files take "_" for "-". */
static bool is_same_name(const char *name, const char *given)
{
	for (; *name && *given; name++, given++) {
		if (*name != (*given == '_' ? '-' : *given))
			return false;
	}
	return *name == *given;
}

static int set_text(char **text, const char *value)
{
	char *copy = strdup(value ? value : "");

	if (!copy)
		return -ENOMEM;
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = copy;
	return 1;
}

static int set_port(int *number, const char *value)
{
	char *end;
	long port = value ? strtol(value, &end, 10) : 0;

	if (port < 1 || port > 65535 || *end)
		return -BT_ESETUP;
	*number = (int)port;
	return 1;
}

/* No value at all, as in "ssl", is yes. */
static int set_switch(int *number, const char *value)
{
	static const char *const words[] = { "0", "off", "false", "no", "1",
		"on", "true", "yes" };

	if (!value) {
		*number = 1;
		return 1;
	}
	for (int i = 0; i < 8; i++) {
		if (strcasecmp(value, words[i]) == 0) {
			*number = i >= 4;
			return 1;
		}
	}
	return -BT_ESETUP;
}

/* Such as "a,,b": between the commas, none means localhost. */
static bool lacks_host(const char *list)
{
	size_t length = list ? strlen(list) : 0;

	return length > 0 &&
		(list[0] == ',' || list[length - 1] == ',' ||
			strstr(list, ",,"));
}

int login_set(struct login *login, const char *name, const char *value)
{
	size_t i = 0;

	while (i < OPTIONS && !is_same_name(options[i].name, name))
		i++;
	if (i == OPTIONS)
		return 0;
	if (options[i].offset == offsetof(struct login, host) &&
		lacks_host(value))
		return -BT_ESETUP;
	switch (options[i].kind) {
	case TEXT:
		return set_text(text_at(login, &options[i]), value);
	case NUMBER:
		return set_port(number_at(login, &options[i]), value);
	case SWITCH:
		return set_switch(number_at(login, &options[i]), value);
	case OFF:
		*number_at(login, &options[i]) = 0;
		return 1;
	}
	return 0;
}

int login_overlay(struct login *login, const struct login *over)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (options[i].kind == TEXT) {
			const char *text = *text_at(over, &options[i]);

			if (text &&
				set_text(text_at(login, &options[i]), text) < 0)
				return -ENOMEM;
		} else if (*number_at(over, &options[i]) >= 0) {
			*number_at(login, &options[i]) =
				*number_at(over, &options[i]);
		}
	}
	return 0;
}

/* --- what went wrong ----------------------------------------------------- */

static bool is_about_rows(unsigned int number)
{
	switch (number) {
	case ER_BAD_NULL_ERROR:
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
		return true;
	}
	return false;
}

int login_error(unsigned int number)
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
	case ER_NET_PACKET_TOO_LARGE: /* the server has hung up */
	case ER_UNKNOWN_COM_ERROR:    /* Galera: the node is not ready */
	case ER_ERROR_DURING_COMMIT:  /* Galera: it lost the others */
	case ER_OPTION_PREVENTS_STATEMENT:
	case ER_READ_ONLY_MODE:
		return -BT_EAWAY;
	}
	/* What the client itself finds is about the line, not the rows. */
	if (number >= CR_MIN_ERROR && number <= CR_MAX_ERROR)
		return -BT_EAWAY;
	return is_about_rows(number) ? -BT_ERECORD : -BT_ECONFLICT;
}

/* --- connecting ---------------------------------------------------------- */

static bool is_tls_asked(const struct login *login)
{
	return login->ssl > 0 ||
		(login->ssl < 0 &&
			(login->ssl_verify > 0 || login->ssl_ca ||
				login->ssl_capath || login->ssl_cert));
}

/* Who names an authority wants the server's certificate checked. */
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
	/* Connector/C 3.4 verifies unless it is told otherwise. */
	if (enforce || login->ssl == 0 || login->ssl_verify == 0)
		mysql_optionsv(
			handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
	if (!enforce)
		return;
	mysql_optionsv(handle, MYSQL_OPT_SSL_CA, login->ssl_ca);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CAPATH, login->ssl_capath);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CERT, login->ssl_cert);
	mysql_optionsv(handle, MYSQL_OPT_SSL_KEY, login->ssl_key);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CIPHER, login->ssl_cipher);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CRL, login->ssl_crl);
	mysql_optionsv(handle, MYSQL_OPT_SSL_CRLPATH, login->ssl_crlpath);
	mysql_optionsv(handle, MYSQL_OPT_TLS_VERSION, login->tls_version);
}

/* A handle is used for one attempt: a failed one forgets its options. */
static MYSQL *create_handle(const struct login *login)
{
	MYSQL *handle = mysql_init(NULL);
	unsigned int connect_timeout = CONNECT_TIMEOUT;
	unsigned int answer_timeout = ANSWER_TIMEOUT;
	unsigned int local_infile = 0;

	if (!handle)
		return NULL;
	mysql_optionsv(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
	mysql_optionsv(handle, MYSQL_OPT_READ_TIMEOUT, &answer_timeout);
	mysql_optionsv(handle, MYSQL_OPT_WRITE_TIMEOUT, &answer_timeout);
	mysql_optionsv(handle, MYSQL_OPT_LOCAL_INFILE, &local_infile);
	mysql_optionsv(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (login->plugin_dir)
		mysql_optionsv(handle, MYSQL_PLUGIN_DIR, login->plugin_dir);
	set_tls(handle, login);
	return handle;
}

/* Less protection than asked for is none. */
static int check_tls(
	const struct login *login, MYSQL *handle, char why[LOGIN_WHY])
{
	my_bool verified = 0;

	if (!is_tls_asked(login))
		return 0;
	if (!mysql_get_ssl_cipher(handle)) {
		snprintf(why, LOGIN_WHY,
			"TLS was asked for, but the connection has none");
		return -BT_ESETUP;
	}
	if (!is_verification_asked(login))
		return 0;
	if (mysql_get_optionv(
		    handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified) != 0 ||
		!verified) {
		snprintf(why, LOGIN_WHY,
			"the server's certificate was not verified");
		return -BT_ESETUP;
	}
	return 0;
}

static int check_server(MYSQL *handle, char why[LOGIN_WHY])
{
	const char *version = mysql_get_server_info(handle);

	if (strcasestr(version, "mariadb") &&
		mysql_get_server_version(handle) >= SERVER_MIN)
		return 0;
	snprintf(why, LOGIN_WHY,
		"server is version %s: " SERVER_MIN_TEXT " or later is needed",
		version);
	return -BT_ESETUP;
}

/* What the server said, and what to do where that is not plain. */
static int explain(
	const struct login *login, MYSQL *handle, char why[LOGIN_WHY])
{
	const char *advice = "";
	int error = login_error(mysql_errno(handle));

	switch (mysql_errno(handle)) {
	case ER_ACCESS_DENIED_ERROR:
	case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
		advice = " (give user and password with -u and -p or in an "
			 "option file)";
		break;
	case ER_DBACCESS_DENIED_ERROR:
		advice = " (an administrator must GRANT rights on it: see "
			 "db-insert(1))";
		break;
	case ER_BAD_DB_ERROR:
		snprintf(why, LOGIN_WHY,
			"%s (an administrator must run: CREATE DATABASE `%s`)",
			mysql_error(handle), login->database);
		return error;
	}
	snprintf(why, LOGIN_WHY, "%s%s", mysql_error(handle), advice);
	/* While connecting, nothing lies in the rows. */
	return error == -BT_ERECORD || error == -BT_ECONFLICT ? -BT_EAWAY
							      : error;
}

size_t login_hosts(const struct login *login)
{
	size_t count = 1;

	for (const char *p = login->host; p && *p; p++)
		count += *p == ',';
	return count;
}

/* A host of the list, for free(). */
static char *copy_host(const struct login *login, size_t number)
{
	const char *host = login->host;

	for (; number > 0; number--)
		host += strcspn(host, ",") + 1;
	return strndup(host, strcspn(host, ","));
}

static int prepare_handle(
	const struct login *login, MYSQL *handle, char why[LOGIN_WHY])
{
	int error = check_tls(login, handle, why);

	if (error == 0)
		error = check_server(handle, why);
	if (error == 0 && mysql_query(handle, setup) != 0)
		error = explain(login, handle, why);
	return error;
}

/* With several hosts it must be told which. */
static void name_host(
	const struct login *login, const char *host, char why[LOGIN_WHY])
{
	char reason[LOGIN_WHY];

	if (login_hosts(login) == 1)
		return;
	memcpy(reason, why, LOGIN_WHY);
	snprintf(why, LOGIN_WHY, "%.100s: %.450s", host, reason);
}

int login_connect(const struct login *login, size_t number, MYSQL **handle,
	char why[LOGIN_WHY])
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
		error = prepare_handle(login, result, why);
	else
		error = explain(login, result, why);
	if (error < 0) {
		name_host(login, host, why);
		mysql_close(result);
	} else {
		*handle = result;
	}
	free(host);
	return error;
}
