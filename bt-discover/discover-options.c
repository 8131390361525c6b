/* Options of the command line. */
#include "discover-options.h"

#include <errno.h>
#include <getopt.h>

#include "cli/option-secure.h"
#include "cli/option.h"

#define LAST 12500 /* as bluetti-discovery has it */
#define TIMEOUT 60 /* s */

const char options_help[] =
	"Usage: bt-discover [option...] address\n"
	"Finds out which registers a power station serves and writes frame "
	"lines.\n"
	"\n"
	"  -f, --first=REGISTER       first register (0)\n"
	"  -l, --last=REGISTER        last register (12500)\n"
	"  -q, --quick                look where registers are likely and at\n"
	"                             every 20th one only\n"
	"  -r, --resume=FILE          go on where this former output ends\n"
	"  -S, --secrets              read passwords and network names too\n"
	"  -u, --unit=UNIT            MODBUS unit (1)\n"
	"  -P, --plain                never encrypt\n"
	"  -E, --secure               always encrypt (as the station wants "
	"it)\n"
	"  -k, --keys=FILE            keys of encrypted stations, instead of\n"
	"                             those that all have\n"
	"  -t, --timeout=SECONDS      give up after so long without a good\n"
	"                             answer (60)\n"
	"  -M, --maps=DIR             maps, instead of $BT_MAPS or the "
	"installed ones\n"
	"  -h, --help                 show this help\n"
	"  -V, --version              show the version\n"
	"\n"
	"An address is 00:11:22:33:44:55, with /public or /random if its type\n"
	"is known, or unix:PATH. See bt-discover(1).\n";

static const struct option long_options[] = {
	{ "first", required_argument, NULL, 'f' },
	{ "last", required_argument, NULL, 'l' },
	{ "quick", no_argument, NULL, 'q' },
	{ "resume", required_argument, NULL, 'r' },
	{ "secrets", no_argument, NULL, 'S' },
	{ "unit", required_argument, NULL, 'u' },
	{ "plain", no_argument, NULL, 'P' },
	{ "secure", no_argument, NULL, 'E' },
	{ "keys", required_argument, NULL, 'k' },
	{ "timeout", required_argument, NULL, 't' },
	{ "maps", required_argument, NULL, 'M' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static int set_register(
	uint16_t *address, const char *text, char why[MESSAGE_MAX])
{
	long value = option_number(text, 0, UINT16_MAX);

	if (value < 0)
		return message_usage(
			why, "not a register, 0 to 65535: %s", text);
	*address = (uint16_t)value;
	return 0;
}

static int set_unit(
	struct options *options, const char *text, char why[MESSAGE_MAX])
{
	long unit = option_number(text, 0, UINT8_MAX);

	if (unit < 0)
		return message_usage(why, "not a unit, 0 to 255: %s", text);
	options->unit = (uint8_t)unit;
	return 0;
}

static int set_option(
	struct options *options, int option, char why[MESSAGE_MAX])
{
	switch (option) {
	case 'f':
		return set_register(&options->first, optarg, why);
	case 'l':
		return set_register(&options->last, optarg, why);
	case 'q':
		options->quick = true;
		return 0;
	case 'r':
		options->resume = optarg;
		return 0;
	case 'S':
		options->secrets = true;
		return 0;
	case 'u':
		return set_unit(options, optarg, why);
	case 'P':
		return option_security(&options->security, STATION_PLAIN, why);
	case 'E':
		return option_security(&options->security, STATION_SECURE, why);
	case 'k':
		return option_keys(&options->keys, optarg, why);
	case 't':
		return option_seconds(&options->timeout, optarg, why);
	case 'M':
		options->directory = optarg;
		return 0;
	}
	return -EINVAL;
}

static int set_address(
	struct options *options, char **texts, char why[MESSAGE_MAX])
{
	if (!texts[0])
		return message_usage(why, "no address");
	if (texts[1])
		return message_usage(
			why, "more than one address: %s", texts[1]);
	return option_address(&options->address, texts[0], why);
}

int options_read(
	struct options *options, int argc, char **argv, char why[MESSAGE_MAX])
{
	int option, error;

	*options = (struct options){
		.last = LAST,
		.unit = 1,
		.timeout = TIMEOUT * 1000,
	};
	secure_keys_default(&options->keys);
	while ((option = command_line_next(argc, argv, "f:l:qr:Su:PEk:t:M:hV",
			long_options, why)) > 0) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == 'V')
			return OPTIONS_VERSION;
		error = set_option(options, option, why);
		if (error < 0)
			return error;
	}
	if (option < 0)
		return option;
	error = set_address(options, argv + optind, why);
	if (error < 0)
		return error;
	if (options->first > options->last)
		return message_usage(
			why, "the first register is beyond the last");
	return OPTIONS_RUN;
}
