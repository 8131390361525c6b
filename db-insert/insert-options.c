/* Options of the command line; those of the login go to login.c by name. */
#include "insert-options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "cli/option-value.h"
#include "option-file.h"
#include "password.h"

/* The default database. */
#define DATABASE "bluetti"

/* Seconds that a database which is away is waited for at the end; at most a
 * year. */
#define TIMEOUT 10
#define TIMEOUT_MAX 31536000

#define SPOOL_LIMIT (UINT64_C(1) << 30)

static int set_login(const struct cli_value *value)
{
	const char *name = value->option->name;
	int known = login_set(value->member, name, value->text);

	if (known == -BT_ESETUP)
		return failure_set(value->failure, -EINVAL,
			"--%s: bad value \"%s\"", name, value->text);
	return known < 0 ? failure_set(value->failure, known, "no memory") : 0;
}

static int set_password(const struct cli_value *value)
{
	struct options *options = value->member;
	struct cli_value login = *value;
	int error;

	options->asks = !value->text;
	if (!value->text)
		return 0;
	login.member = &options->given;
	error = set_login(&login);
	/* So that ps(1) does not show it. */
	memset(value->text, 'x', strlen(value->text));
	return error;
}

static int set_timeout(const struct cli_value *value)
{
	long seconds = option_number(value->text, 0, TIMEOUT_MAX);

	if (seconds < 0)
		return failure_set(value->failure, -EINVAL,
			"not a number of seconds: %s", value->text);
	*(int64_t *)value->member = (int64_t)seconds * 1000;
	return 0;
}

/* 1000, 64K, 1M, 2G. */
static int set_limit(const struct cli_value *value)
{
	static const char units[] = "KMG";
	char *end;
	unsigned long long number;
	const char *unit;
	int shift = 0;

	errno = 0;
	number = strtoull(value->text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (int)(unit - units + 1);
		end++;
	}
	if (errno || *end || !isdigit((unsigned char)*value->text) ||
		number == 0 || number > (UINT64_MAX >> 1) >> shift)
		return failure_set(value->failure, -EINVAL,
			"not a number of bytes such as 64M: %s", value->text);
	*(uint64_t *)value->member = (uint64_t)number << shift;
	return 0;
}

static int read_option_files(struct options *options, struct failure *failure)
{
	int error = 0;

	if (options->defaults_file)
		error = option_file_read(
			&options->login, options->defaults_file, failure);
	else if (!options->has_no_defaults)
		error = option_file_read_usual(
			&options->login, options->extra_file, failure);
	/* A file that was named must be there. */
	if (error < 0 && error != -ENOMEM)
		error = failure->code = -BT_ESETUP;
	return error;
}

static int ask_password(struct options *options, struct failure *failure)
{
	char *password = NULL;
	int error;

	if (!options->asks)
		return 0;
	error = password_ask(&password);
	if (error < 0)
		return failure_set(failure, error,
			"cannot ask for the password: %s", error_text(error));
	error = login_set(&options->given, "password", password);
	explicit_bzero(password, strlen(password));
	free(password);
	return error < 0 ? failure_set(failure, error, "no memory") : 0;
}

/* The command line replaces what the option files say. */
static int merge_logins(struct options *options, struct failure *failure)
{
	int error = login_overlay(&options->login, &options->given);

	login_release(&options->given);
	if (error == 0 && !options->login.database &&
		login_set(&options->login, "database", DATABASE) < 0)
		error = -ENOMEM;
	return error < 0 ? failure_set(failure, error, "no memory") : 0;
}

static int finish(void *data, char **operands, struct failure *failure)
{
	struct options *options = data;
	int error;

	options->files = operands;
	if (options->drain && operands[0])
		return failure_set(failure, -EINVAL,
			"--drain reads no input: %s", operands[0]);
	error = read_option_files(options, failure);
	if (error == 0)
		error = ask_password(options, failure);
	if (error == 0)
		error = merge_logins(options, failure);
	return error;
}

#define MEMBER(name) offsetof(struct options, name)

// clang-format off
static const struct cli_option table[] = {
	{ 'h', "host", "=HOST",
		"server host (localhost), or the hosts of a cluster, separated by commas",
		.set = set_login, .offset = MEMBER(given) },
	{ 'P', "port", "=PORT",
		"TCP port (3306)",
		.set = set_login, .offset = MEMBER(given) },
	{ 'S', "socket", "=PATH",
		"Unix socket of a server on localhost",
		.set = set_login, .offset = MEMBER(given) },
	{ 'u', "user", "=NAME",
		"database user (your login name)",
		.set = set_login, .offset = MEMBER(given) },
	{ 'p', "password", "[=PASSWORD]",
		"password; without a value, prompt for it",
		.set = set_password },
	{ 'D', "database", "=NAME",
		"database; it must exist (bluetti)",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "ssl", NULL,
		"require TLS",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "skip-ssl", NULL,
		"do not use TLS",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "ssl-ca", "=FILE",
		"certificates of trusted authorities",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "ssl-capath", "=DIR",
		"directory of such certificates",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "ssl-cert", "=FILE",
		"client certificate",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "ssl-key", "=FILE",
		"key of the client certificate",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "ssl-verify-server-cert", NULL,
		"verify the server's certificate and host name",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "skip-ssl-verify-server-cert", NULL,
		"do not verify them, even with an authority",
		.set = set_login, .offset = MEMBER(given) },
	{ 0, "defaults-file", "=FILE",
		"read only this option file",
		.set = cli_text, .offset = MEMBER(defaults_file) },
	{ 0, "defaults-extra-file", "=FILE",
		"also read this option file",
		.set = cli_text, .offset = MEMBER(extra_file) },
	{ 0, "no-defaults", NULL,
		"read no option files",
		.offset = MEMBER(has_no_defaults) },
	{ 'r', "replace", NULL,
		"clear the columns that a record lacks",
		.offset = MEMBER(replace) },
	{ 's', "spool", "=DIR",
		"spool directory (~/.local/state/db-insert)",
		.set = cli_text, .offset = MEMBER(spool) },
	{ 0, "spool-limit", "=SIZE",
		"largest size of the spool, such as 64M (1 GiB)",
		.set = set_limit, .offset = MEMBER(spool_limit) },
	{ 0, "drain", NULL,
		"deliver the spool and read no input",
		.offset = MEMBER(drain) },
	{ 't', "timeout", "=SECONDS",
		"how long to wait for the database at the end (10; 0: no limit)",
		.set = set_timeout, .offset = MEMBER(timeout) },
	CLI_LAST_ROWS('?'),
};

const struct command_line command_line = {
	"Usage: db-insert [option...] [file...]\n"
	"Insert JSON records from bt-decode into a MariaDB database.\n",
	"A file \"-\", or none, is standard input. See db-insert(1).\n",
	table, finish,
};
// clang-format on

void options_init(struct options *options)
{
	*options = (struct options){ .spool_limit = SPOOL_LIMIT,
		.timeout = 1000 * TIMEOUT };
	login_init(&options->login);
	login_init(&options->given);
}

void options_release(struct options *options)
{
	login_release(&options->login);
	login_release(&options->given);
}
