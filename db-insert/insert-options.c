/* Options of the command line; those of the login go to login.c by name. */
#include "insert-options.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "option-file.h"
#include "password.h"

/* The database of those who name none. */
#define DATABASE "bluetti"

/* Seconds that a database which is away is waited for at the end; at most a
 * year. */
#define TIMEOUT 10
#define TIMEOUT_MAX 31536000

#define SPOOL_LIMIT (UINT64_C(1) << 30)

const char options_help[] =
	"Usage: db-insert [option...] [file...]\n"
	"Inserts JSON records of bt-decode into a MariaDB database.\n"
	"\n"
	"  -h, --host=HOST      host of the server (localhost), or those of a\n"
	"                       cluster with commas between them\n"
	"  -P, --port=PORT      its TCP port (3306)\n"
	"  -S, --socket=PATH    its socket, where the host is localhost\n"
	"  -u, --user=NAME      database user (the login name)\n"
	"  -p, --password[=PASSWORD]\n"
	"                       password; without one, ask on the terminal\n"
	"  -D, --database=NAME  database, which must exist (bluetti)\n"
	"      --ssl            insist on TLS\n"
	"      --skip-ssl       no TLS\n"
	"      --ssl-ca=FILE    authority that the server's certificate is\n"
	"                       checked against\n"
	"      --ssl-capath=DIR     directory of such authorities\n"
	"      --ssl-cert=FILE      certificate of this client\n"
	"      --ssl-key=FILE       its key\n"
	"      --ssl-verify-server-cert\n"
	"                       check the server's certificate and name\n"
	"      --skip-ssl-verify-server-cert\n"
	"                       do not, though an authority is given\n"
	"      --defaults-file=FILE\n"
	"                       read this option file only\n"
	"      --defaults-extra-file=FILE\n"
	"                       read this option file too\n"
	"      --no-defaults    read no option file\n"
	"  -r, --replace        clear columns that a record does not have\n"
	"  -s, --spool=DIR      keep what is not in the database yet below it\n"
	"                       (~/.local/state/db-insert)\n"
	"      --spool-limit=SIZE\n"
	"                       but no more than so many bytes, such as 64M\n"
	"                       (1 GiB)\n"
	"      --drain          deliver what the spool holds, read no input\n"
	"  -t, --timeout=SECONDS\n"
	"                       at the end, wait so long for the database\n"
	"                       (10; 0 is for ever)\n"
	"  -?, --help           show this help\n"
	"  -V, --version        show the version\n"
	"\n"
	"A file \"-\", or none, is standard input. See db-insert(1).\n";

/* Long options without a letter. LOGIN ones go by their name. */
enum {
	LOGIN = 256,
	DEFAULTS_FILE,
	DEFAULTS_EXTRA_FILE,
	NO_DEFAULTS,
	LIMIT,
	DRAIN,
	HELP
};

static const struct option long_options[] = {
	{ "host", required_argument, NULL, 'h' },
	{ "port", required_argument, NULL, 'P' },
	{ "socket", required_argument, NULL, 'S' },
	{ "user", required_argument, NULL, 'u' },
	{ "password", optional_argument, NULL, 'p' },
	{ "database", required_argument, NULL, 'D' },
	{ "ssl", no_argument, NULL, LOGIN },
	{ "skip-ssl", no_argument, NULL, LOGIN },
	{ "ssl-ca", required_argument, NULL, LOGIN },
	{ "ssl-capath", required_argument, NULL, LOGIN },
	{ "ssl-cert", required_argument, NULL, LOGIN },
	{ "ssl-key", required_argument, NULL, LOGIN },
	{ "ssl-verify-server-cert", no_argument, NULL, LOGIN },
	{ "skip-ssl-verify-server-cert", no_argument, NULL, LOGIN },
	{ "defaults-file", required_argument, NULL, DEFAULTS_FILE },
	{ "defaults-extra-file", required_argument, NULL, DEFAULTS_EXTRA_FILE },
	{ "no-defaults", no_argument, NULL, NO_DEFAULTS },
	{ "replace", no_argument, NULL, 'r' },
	{ "spool", required_argument, NULL, 's' },
	{ "spool-limit", required_argument, NULL, LIMIT },
	{ "drain", no_argument, NULL, DRAIN },
	{ "timeout", required_argument, NULL, 't' },
	{ "help", no_argument, NULL, HELP },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

struct parser {
	struct options *options;
	struct login login; /* of the command line */
	const char *defaults_file, *extra_file;
	bool no_defaults;
	bool ask;
	char *why;
};

static int set_login(struct parser *parser, const char *name, char *value)
{
	int known = login_set(&parser->login, name, value);

	if (known == -BT_ESETUP) {
		snprintf(parser->why, LOGIN_WHY, "--%s: bad value \"%s\"", name,
			value ? value : "");
		return -EINVAL;
	}
	return known < 0 ? known : 0;
}

static int set_password(struct parser *parser, char *value)
{
	int error;

	parser->ask = !value;
	if (!value)
		return 0;
	error = set_login(parser, "password", value);
	/* So that ps(1) does not show it. */
	memset(value, 'x', strlen(value));
	return error;
}

static int set_timeout(struct parser *parser, const char *value)
{
	char *end;
	long seconds;

	errno = 0;
	seconds = strtol(value, &end, 10);
	if (errno || *end || end == value || seconds < 0 ||
		seconds > TIMEOUT_MAX) {
		snprintf(parser->why, LOGIN_WHY,
			"--timeout: \"%s\" is no number of seconds", value);
		return -EINVAL;
	}
	parser->options->timeout = (int64_t)seconds * 1000;
	return 0;
}

/* 1000, 64K, 1M, 2G. */
static int set_limit(struct parser *parser, const char *value)
{
	static const char units[] = "KMG";
	char *end;
	unsigned long long number;
	const char *unit;
	int shift = 0;

	errno = 0;
	number = strtoull(value, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (int)(unit - units + 1);
		end++;
	}
	if (errno || *end || *value < '0' || *value > '9' || number == 0 ||
		number > (UINT64_MAX >> 1) >> shift) {
		snprintf(parser->why, LOGIN_WHY,
			"--spool-limit: \"%s\" is no number of bytes such as "
			"64M",
			value);
		return -EINVAL;
	}
	parser->options->spool_limit = (uint64_t)number << shift;
	return 0;
}

static int take_option(struct parser *parser, int option, int number)
{
	switch (option) {
	case 'h':
	case 'P':
	case 'S':
	case 'u':
	case 'D':
		number = 0;
		while (long_options[number].val != option)
			number++;
		return set_login(parser, long_options[number].name, optarg);
	case LOGIN:
		return set_login(parser, long_options[number].name, optarg);
	case 'p':
		return set_password(parser, optarg);
	case 't':
		return set_timeout(parser, optarg);
	case 's':
		parser->options->spool = optarg;
		return 0;
	case LIMIT:
		return set_limit(parser, optarg);
	case DRAIN:
		parser->options->drain = true;
		return 0;
	case 'r':
		parser->options->replace = true;
		return 0;
	case DEFAULTS_FILE:
		parser->defaults_file = optarg;
		return 0;
	case DEFAULTS_EXTRA_FILE:
		parser->extra_file = optarg;
		return 0;
	case NO_DEFAULTS:
		parser->no_defaults = true;
		return 0;
	}
	return -EINVAL;
}

/* getopt returns '?' for -?, and for what it does not know: it names that in
 * optopt unless it is a long one. */
static bool is_question_mark(char **argv)
{
	return optopt == 0 && strncmp(argv[optind - 1], "--", 2) != 0;
}

static int read_arguments(struct parser *parser, int argc, char **argv)
{
	static const char letters[] = "h:P:S:u:p::D:s:rt:V?";
	int option, number = 0, error;

	for (;;) {
		optopt = 0;
		option =
			getopt_long(argc, argv, letters, long_options, &number);
		if (option < 0)
			break;
		if (option == 'V')
			return OPTIONS_VERSION;
		if (option == HELP || (option == '?' && is_question_mark(argv)))
			return OPTIONS_HELP;
		if (option == '?')
			return -EINVAL;
		error = take_option(parser, option, number);
		if (error < 0)
			return error;
	}
	parser->options->files = argv + optind;
	if (parser->options->drain && optind < argc) {
		snprintf(parser->why, LOGIN_WHY, "--drain reads no input: %s",
			argv[optind]);
		return -EINVAL;
	}
	return OPTIONS_RUN;
}

static int read_option_files(struct parser *parser)
{
	struct login *login = &parser->options->login;
	int error;

	if (parser->defaults_file)
		error = option_file_read(
			login, parser->defaults_file, parser->why);
	else if (parser->no_defaults)
		error = 0;
	else
		error = option_file_read_usual(
			login, parser->extra_file, parser->why);
	/* A file that was named must be there. */
	return error < 0 && error != -ENOMEM ? -BT_ESETUP : error;
}

static int ask_password(struct parser *parser)
{
	char *password = NULL;
	int error;

	if (!parser->ask)
		return 0;
	error = password_ask(&password);
	if (error < 0) {
		snprintf(parser->why, LOGIN_WHY,
			"cannot ask for the password: %s", error_text(error));
		return error;
	}
	error = login_set(&parser->login, "password", password);
	explicit_bzero(password, strlen(password));
	free(password);
	return error < 0 ? error : 0;
}

int options_read(
	struct options *options, int argc, char **argv, char why[LOGIN_WHY])
{
	struct parser parser = { .options = options, .why = why };
	int result;

	*why = '\0';
	*options = (struct options){ .spool_limit = SPOOL_LIMIT,
		.timeout = 1000 * TIMEOUT };
	login_init(&options->login);
	login_init(&parser.login);
	result = read_arguments(&parser, argc, argv);
	if (result == OPTIONS_RUN)
		result = read_option_files(&parser);
	if (result == OPTIONS_RUN)
		result = ask_password(&parser);
	if (result == OPTIONS_RUN)
		result = login_overlay(&options->login, &parser.login);
	if (result == OPTIONS_RUN && !options->login.database &&
		login_set(&options->login, "database", DATABASE) < 0)
		result = -ENOMEM;
	login_release(&parser.login);
	return result;
}

void options_release(struct options *options)
{
	login_release(&options->login);
}
