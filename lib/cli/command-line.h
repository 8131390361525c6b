/* The command line, as all tools have it. */
#ifndef BT_CLI_COMMAND_LINE_H
#define BT_CLI_COMMAND_LINE_H

#include "base/message.h"

/* What a command line asks for. */
enum options_action { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

struct option;

/*
 * The next option, as getopt_long(3) finds it; its value is in optarg. 0 at
 * their end, from where on optind is the first operand; -EINVAL with the
 * reason in why for what is no option, or lacks its value.
 */
int command_line_next(int argc, char **argv, const char *letters,
	const struct option *long_options, char why[MESSAGE_MAX]);

#endif
