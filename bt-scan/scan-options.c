/* Options of the command line. */
#include "scan-options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "cli/option.h"

#define TIME 10 /* s */
#define TIME_MAX 86400
#define ADAPTER "hci"
#define ADAPTER_MAX 65534 /* 65535 means none */
#define ADAPTER_LETTER 1  /* has a long form only */

const char options_help[] =
	"Usage: bt-scan [option...]\n"
	"Lists the power stations that are heard over Bluetooth LE.\n"
	"\n"
	"  -t, --time=SECONDS   listen for so long (10)\n"
	"  -w, --watch          listen without end, unless -t is given, and "
	"tell\n"
	"                       of changes\n"
	"  -a, --all            list every Bluetooth LE device, with what it "
	"tells\n"
	"                       of itself\n"
	"  -j, --json           print JSON objects\n"
	"      --adapter=HCIN   listen with this adapter, such as hci0\n"
	"  -M, --maps=DIR       maps, instead of $BT_MAPS or the installed "
	"ones\n"
	"  -h, --help           show this help\n"
	"  -V, --version        show the version\n"
	"\n"
	"See bt-scan(1).\n";

static const struct option long_options[] = {
	{ "time", required_argument, NULL, 't' },
	{ "watch", no_argument, NULL, 'w' },
	{ "all", no_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'j' },
	{ "adapter", required_argument, NULL, ADAPTER_LETTER },
	{ "maps", required_argument, NULL, 'M' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

/* A whole number of least to most without blank or sign; -1 if it is none. */
static long number(const char *text, long least, long most)
{
	if (*text < '0' || *text > '9')
		return -1;
	return option_number(text, least, most);
}

static int set_time(
	struct options *options, const char *text, char why[MESSAGE_MAX])
{
	long seconds = number(text, 1, TIME_MAX);

	if (seconds < 0)
		return message_usage(why, "not 1 to 86400 seconds: %s", text);
	options->time = seconds * 1000;
	return 0;
}

static int set_adapter(
	struct options *options, const char *text, char why[MESSAGE_MAX])
{
	long adapter = -1;

	if (strncmp(text, ADAPTER, strlen(ADAPTER)) == 0)
		adapter = number(text + strlen(ADAPTER), 0, ADAPTER_MAX);
	if (adapter < 0)
		return message_usage(why, "not an adapter like hci0: %s", text);
	options->adapter = (int)adapter;
	return 0;
}

static int set_option(
	struct options *options, int option, char why[MESSAGE_MAX])
{
	switch (option) {
	case 't':
		return set_time(options, optarg, why);
	case 'w':
		options->watch = true;
		return 0;
	case 'a':
		options->all = true;
		return 0;
	case 'j':
		options->json = true;
		return 0;
	case ADAPTER_LETTER:
		return set_adapter(options, optarg, why);
	case 'M':
		options->maps = optarg;
		return 0;
	}
	return -EINVAL;
}

int options_read(
	struct options *options, int argc, char **argv, char why[MESSAGE_MAX])
{
	int option;

	*options = (struct options){ .adapter = -1 };
	while ((option = command_line_next(
			argc, argv, "t:wajM:hV", long_options, why)) > 0) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == 'V')
			return OPTIONS_VERSION;
		if (set_option(options, option, why) < 0)
			return -EINVAL;
	}
	if (option < 0)
		return option;
	if (optind < argc)
		return message_usage(why, "takes no operand: %s", argv[optind]);
	if (options->time == 0 && !options->watch)
		options->time = TIME * 1000;
	return OPTIONS_RUN;
}
