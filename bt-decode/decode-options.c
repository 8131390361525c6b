/* Options of the command line, and which of them go together. */
#include "decode-options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/clock.h"
#include "cli/option.h"
#include "modbus/frame-line.h"

const char options_help[] =
	"Usage: bt-decode [option...] [file...]\n"
	"       bt-decode --fields=MODEL\n"
	"       bt-decode --check-map file...\n"
	"Turns frame lines of bt-poll, or recorded ones, into JSON records.\n"
	"\n"
	"  -m, --model=MODEL    decode every station with this model's map\n"
	"  -n, --name=NAME      name of the station where a line has none\n"
	"  -a, --address=ADDR   address where a line has none\n"
	"  -t, --time=TIME      time where a line has none (RFC 3339)\n"
	"  -M, --maps=DIR       maps, instead of $BT_MAPS or the installed "
	"ones\n"
	"  -s, --strict         end at the first line that is refused\n"
	"  -S, --secrets        decode passwords and network names too\n"
	"  -R, --redact         mask secrets and serial numbers in a log\n"
	"  -F, --fields=MODEL   list the fields of this model's map\n"
	"  -C, --check-map      look for mistakes in the files, which are "
	"maps\n"
	"  -h, --help           show this help\n"
	"  -V, --version        show the version\n"
	"\n"
	"A file \"-\", or none, is standard input. See bt-decode(1).\n";

static const char letters[] = "m:n:a:t:M:sSRF:ChV";

static const struct option long_options[] = {
	{ "model", required_argument, NULL, 'm' },
	{ "name", required_argument, NULL, 'n' },
	{ "address", required_argument, NULL, 'a' },
	{ "time", required_argument, NULL, 't' },
	{ "maps", required_argument, NULL, 'M' },
	{ "strict", no_argument, NULL, 's' },
	{ "secrets", no_argument, NULL, 'S' },
	{ "redact", no_argument, NULL, 'R' },
	{ "fields", required_argument, NULL, 'F' },
	{ "check-map", no_argument, NULL, 'C' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

/* Options that make bt-decode do something else, and those that they go
 * with. */
static const struct form {
	char letter;
	const char *others;
} forms[] = {
	{ 'C', "M" },
	{ 'F', "M" },
	{ 'R', "mnatMs" },
};

/* In the form that bt-poll writes, or it would be another station. */
static int set_address(
	struct options *options, const char *text, char why[MESSAGE_MAX])
{
	struct address address;
	int error = option_address(&address, text, why);

	if (error == 0)
		address_format(options->address, &address);
	return error;
}

static int set_option(
	struct options *options, int option, char why[MESSAGE_MAX])
{
	switch (option) {
	case 'm':
		options->model = optarg;
		return 0;
	case 'n':
		options->name = optarg;
		return strlen(optarg) > FRAME_LINE_STRING_MAX
			? message_usage(why, "name is too long: %s", optarg)
			: 0;
	case 'a':
		return set_address(options, optarg, why);
	case 't':
		return clock_parse(&options->time, optarg, strlen(optarg)) < 0
			? message_usage(why,
				  "not a time like "
				  "2026-11-22T09:42:00Z: %s",
				  optarg)
			: 0;
	case 'M':
		options->maps = optarg;
		return 0;
	case 's':
		options->strict = true;
		return 0;
	case 'S':
		options->secrets = true;
		return 0;
	case 'R':
		options->redact = true;
		return 0;
	case 'F':
		options->fields = optarg;
		return 0;
	case 'C':
		options->check_map = true;
		return 0;
	}
	return -EINVAL;
}

static const char *long_name(char letter)
{
	const struct option *option = long_options;

	while (option->val != letter)
		option++;
	return option->name;
}

/* given: the letter of each option that was given. */
static int check_together(
	const struct options *options, const char *given, char why[MESSAGE_MAX])
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		char letter = forms[i].letter;
		const char *other = given;

		while (*other == letter ||
			(*other && strchr(forms[i].others, *other)))
			other++;
		if (!strchr(given, letter) || *other == '\0')
			continue;
		return message_usage(why, "--%s does not go with --%s",
			long_name(letter), long_name(*other));
	}
	if (options->check_map && !options->files[0])
		return message_usage(why, "--check-map needs a file");
	if (options->fields && options->files[0])
		return message_usage(
			why, "--fields takes no file: %s", options->files[0]);
	return 0;
}

int options_read(
	struct options *options, int argc, char **argv, char why[MESSAGE_MAX])
{
	char given[sizeof letters] = "";
	int option;

	*options = (struct options){ .time = -1 };
	while ((option = command_line_next(
			argc, argv, letters, long_options, why)) > 0) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == 'V')
			return OPTIONS_VERSION;
		if (set_option(options, option, why) < 0)
			return -EINVAL;
		if (!strchr(given, option))
			given[strlen(given)] = (char)option;
	}
	if (option < 0)
		return option;
	options->files = argv + optind;
	return check_together(options, given, why);
}
