/* What a table of options has for those who ask, or mistype. */
#ifndef BT_CLI_COMMAND_HELP_H
#define BT_CLI_COMMAND_HELP_H

#include "cli/command-line.h"

/* Prints --help to standard output. */
void command_help(const struct command_line *line);

/* The long option that somebody meant who wrote the first length bytes of
 * name: one that begins so, else the most similar one. NULL if none is
 * similar. */
const char *command_suggest(
	const struct cli_option *table, const char *name, int length);

#endif
