/*
 * The command line of a tool. The table of its options provides the strings of
 * getopt_long(3), --help, and suggestions for mistyped names.
 */
#ifndef BT_CLI_COMMAND_LINE_H
#define BT_CLI_COMMAND_LINE_H

#include <stddef.h>

#include "base/failure.h"

/* Options of one tool. */
#define CLI_OPTIONS_MAX 32

/* One option as it was given. */
struct cli_value {
	const struct cli_option *option;
	char *text;   /* of argv; NULL: no value */
	void *member; /* what the option sets, see offset */
	struct failure *failure;
};

struct cli_option {
	char letter;	      /* 0: the long name only */
	const char *name;     /* without "--" */
	const char *argument; /* "=FILE", "[=FILE]" if it may be left out; NULL:
			       * the option takes none */
	const char *help;     /* --help breaks it into lines */
	/* Takes a value. Returns 0 or the code of the failure. NULL: the
	 * member is a bool and becomes true. */
	int (*set)(const struct cli_value *value);
	size_t offset;	      /* of the member in the tool's options */
	const char *excludes; /* letters of options that it does not go with */
};

struct command_line {
	const char *usage; /* the part of --help above the options */
	const char *notes; /* the part below them */
	const struct cli_option *table; /* ends with a row without a name */
	/* Takes the operands, which end with NULL, and checks the whole.
	 * Returns 0 or the code of the failure. */
	int (*finish)(void *options, char **operands, struct failure *failure);
};

/* Setters of --help and --version: they end the reading. */
int cli_help(const struct cli_value *value);
int cli_version(const struct cli_value *value);

/* The last rows of each table; letter is that of --help. */
// clang-format off
#define CLI_LAST_ROWS(letter) \
	{ letter, "help", NULL, "show this help", .set = cli_help }, \
	{ 'V', "version", NULL, "show the version", .set = cli_version }, \
	{ 0 }
// clang-format on

/* The member is a const char *, and points into argv from now on. */
int cli_text(const struct cli_value *value);

/* Reads argv into options, which hold the defaults. Returns 0; the code of
 * *failure; or more than 0 for --help and --version. */
int command_line_read(const struct command_line *line, void *options, int argc,
	char **argv, struct failure *failure);

/*
 * Runs a tool: reads the command line into options, which hold the defaults,
 * and calls run(), unless help or version is asked for. Closes standard output.
 * Returns the exit status: that of run(); or, with a message, 64 for a failure
 * with -EINVAL and error_status() for any other.
 */
int cli_main(const struct command_line *line, void *options,
	int (*run)(void *options), int argc, char **argv);

#endif
