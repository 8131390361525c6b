/*
 * The command line of a tool: one table of its options, from which come what
 * getopt_long(3) needs, --help, and suggestions for mistyped names.
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
	/* Takes a value; 0, or what failure_set() returns. NULL: the member is
	 * a bool, and becomes true. */
	int (*set)(const struct cli_value *value);
	size_t offset;	      /* of the member in the tool's options */
	const char *excludes; /* letters of options that it does not go with */
};

struct command_line {
	const char *usage; /* of --help, what is above the options */
	const char *notes; /* and below them */
	const struct cli_option *table; /* ends with a row without a name */
	/* Takes the operands, which end with NULL, and checks the whole; 0, or
	 * what failure_set() returns. */
	int (*finish)(void *options, char **operands, struct failure *failure);
};

/* Setters of --help and --version: they end the reading. */
int cli_help(const struct cli_value *value);
int cli_version(const struct cli_value *value);

/* The member is a const char *, and points into argv from now on. */
int cli_text(const struct cli_value *value);

/* Reads argv into options, which hold the defaults. Returns 0; what
 * failure_set() returned; or more than 0 if an option asks for something else
 * than a run. */
int command_line_read(const struct command_line *line, void *options, int argc,
	char **argv, struct failure *failure);

/*
 * What main() is for: reads the command line into options, which hold the
 * defaults, and calls run(), unless only help or version is asked for. Closes
 * standard output. Returns the exit status: that of run(); 64 with a message
 * for a code -EINVAL, that of error_status() for another one.
 */
int cli_main(const struct command_line *line, void *options,
	int (*run)(void *options), int argc, char **argv);

#endif
