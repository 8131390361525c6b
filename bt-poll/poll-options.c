/* Options of the command line, and what follows from several of them. */
#include "poll-options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "cli/option-secure.h"
#include "cli/option.h"
#include "model/parse.h"

#define INTERVAL 10	 /* s */
#define PACK_INTERVAL 60 /* s */
#define ONCE_TIMEOUT 60	 /* s; with --once */
#define SILENT_INTERVALS 5
#define SILENCE_LEAST 60 /* s */
#define POLLS_MAX 1000000000

const char options_help[] =
	"Usage: bt-poll [option...] address...\n"
	"Polls power stations over Bluetooth LE and writes frame lines.\n"
	"\n"
	"  -1, --once                 poll once and leave\n"
	"  -i, --interval=SECONDS     from the start of a poll to the next "
	"(10)\n"
	"  -n, --polls=POLLS          leave after so many polls and a round "
	"of\n"
	"                             the battery packs\n"
	"  -m, --model=MODEL          take this model's map, whatever the "
	"name\n"
	"  -r, --read=FIRST+COUNT     read these registers, without any map;\n"
	"                             may be given several times\n"
	"  -A, --all                  read every field of the map\n"
	"  -S, --secrets              read passwords and network names too\n"
	"  -P, --plain                never encrypt\n"
	"  -E, --secure               always encrypt (as the station wants "
	"it)\n"
	"  -k, --keys=FILE            keys of encrypted stations, instead of\n"
	"                             those that all have\n"
	"  -p, --pack-interval=SECONDS\n"
	"                             between rounds of battery packs (60)\n"
	"  -s, --silence=SECONDS      begin the connection anew after so long\n"
	"                             without a good answer (5 intervals, 60 "
	"at\n"
	"                             least)\n"
	"  -R, --release              hold no link between polls\n"
	"  -t, --timeout=SECONDS      give up after so long without a good\n"
	"                             answer (never; 60 with --once)\n"
	"  -M, --maps=DIR             maps, instead of $BT_MAPS or the "
	"installed ones\n"
	"  -h, --help                 show this help\n"
	"  -V, --version              show the version\n"
	"\n"
	"An address is 00:11:22:33:44:55, with /public or /random if its type\n"
	"is known, or unix:PATH. See bt-poll(1).\n";

static const struct option long_options[] = {
	{ "once", no_argument, NULL, '1' },
	{ "interval", required_argument, NULL, 'i' },
	{ "polls", required_argument, NULL, 'n' },
	{ "model", required_argument, NULL, 'm' },
	{ "read", required_argument, NULL, 'r' },
	{ "all", no_argument, NULL, 'A' },
	{ "secrets", no_argument, NULL, 'S' },
	{ "plain", no_argument, NULL, 'P' },
	{ "secure", no_argument, NULL, 'E' },
	{ "keys", required_argument, NULL, 'k' },
	{ "pack-interval", required_argument, NULL, 'p' },
	{ "silence", required_argument, NULL, 's' },
	{ "release", no_argument, NULL, 'R' },
	{ "timeout", required_argument, NULL, 't' },
	{ "maps", required_argument, NULL, 'M' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static int add_read(
	struct options *options, const char *text, char why[MESSAGE_MAX])
{
	struct map_block *more = realloc(
		options->blocks, (options->block_count + 1) * sizeof *more);
	struct map_block *block;

	if (!more)
		return message_usage(why, "no memory for %s", text);
	options->blocks = more;
	block = &more[options->block_count++];
	*block = (struct map_block){ .class = MAP_POLL, .unit_id = 1 };
	if (map_block_parse(block, text) < 0)
		return message_usage(why,
			"not FIRST+COUNT with 1 to 127 registers: %s", text);
	return 0;
}

static int set_polls(
	struct options *options, const char *text, char why[MESSAGE_MAX])
{
	long polls = option_number(text, 1, POLLS_MAX);

	if (polls < 0)
		return message_usage(why, "not a number of polls: %s", text);
	options->polls = (unsigned long)polls;
	return 0;
}

static int set_option(
	struct options *options, int option, char why[MESSAGE_MAX])
{
	switch (option) {
	case '1':
		options->once = true;
		options->polls = 1;
		return 0;
	case 'i':
		return option_seconds(&options->interval, optarg, why);
	case 'n':
		return set_polls(options, optarg, why);
	case 'm':
		options->model = optarg;
		return 0;
	case 'r':
		return add_read(options, optarg, why);
	case 'A':
		options->all = true;
		return 0;
	case 'S':
		options->secrets = true;
		return 0;
	case 'P':
		return option_security(&options->security, STATION_PLAIN, why);
	case 'E':
		return option_security(&options->security, STATION_SECURE, why);
	case 'k':
		return option_keys(&options->keys, optarg, why);
	case 'p':
		return option_seconds(&options->pack_interval, optarg, why);
	case 's':
		return option_seconds(&options->silence, optarg, why);
	case 'R':
		options->release = true;
		return 0;
	case 't':
		return option_seconds(&options->timeout, optarg, why);
	case 'M':
		options->directory = optarg;
		return 0;
	}
	return -EINVAL;
}

static int set_addresses(
	struct options *options, char **texts, char why[MESSAGE_MAX])
{
	size_t count = 0;

	while (texts[count])
		count++;
	if (count == 0)
		return message_usage(why, "no address");
	options->addresses = calloc(count, sizeof *options->addresses);
	if (!options->addresses)
		return message_usage(why, "no memory for %s", "addresses");
	for (size_t i = 0; i < count; i++) {
		int error =
			option_address(&options->addresses[i], texts[i], why);

		if (error < 0)
			return error;
	}
	options->address_count = count;
	return 0;
}

static int64_t default_silence(int64_t interval)
{
	int64_t silence = SILENT_INTERVALS * interval;

	return silence > SILENCE_LEAST * 1000 ? silence : SILENCE_LEAST * 1000;
}

/* The defaults that depend on other options. */
static void set_defaults(struct options *options)
{
	if (options->once && options->timeout == 0)
		options->timeout = ONCE_TIMEOUT * 1000;
	if (options->silence == 0)
		options->silence = default_silence(options->interval);
}

int options_read(
	struct options *options, int argc, char **argv, char why[MESSAGE_MAX])
{
	int option, error;

	*options = (struct options){
		.interval = INTERVAL * 1000,
		.pack_interval = PACK_INTERVAL * 1000,
	};
	secure_keys_default(&options->keys);
	while ((option = command_line_next(argc, argv,
			"1i:n:m:r:ASPEk:p:s:Rt:M:hV", long_options, why)) > 0) {
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
	if (options->block_count > 0 && (options->model || options->all))
		return message_usage(why,
			"--read takes no map: it excludes "
			"--model and --all");
	set_defaults(options);
	error = set_addresses(options, argv + optind, why);
	return error < 0 ? error : OPTIONS_RUN;
}

void options_release(struct options *options)
{
	free(options->blocks);
	free(options->addresses);
}
