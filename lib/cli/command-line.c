/* getopt_long(3), with its errors as messages of ours. */
#include "cli/command-line.h"

#include <getopt.h>
#include <stddef.h>

int command_line_next(int argc, char **argv, const char *letters,
	const struct option *long_options, char why[MESSAGE_MAX])
{
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, letters, long_options, NULL);
	if (option == '?')
		return message_usage(why,
			"bad option, or its value is missing: %s",
			argv[optind - 1]);
	return option < 0 ? 0 : option;
}
