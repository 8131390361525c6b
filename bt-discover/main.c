/* bt-discover(1): finds out which registers a power station serves. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "discover.h"
#include "error.h"
#include "maps.h"
#include "message.h"
#include "options.h"
#include "output.h"

#define LAST 12500 /* as bluetti-discovery has it */
#define TIMEOUT 60 /* s */
#define SECONDS_MAX 86400

static const char help[] =
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

static int usage(const char *reason, const char *what)
{
	message("%s%s; try bt-discover --help", reason, what);
	return EX_USAGE;
}

/* A whole number of 0 to max; -1 if it is none. */
static long number(const char *text, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < 0 || value > max)
		return -1;
	return value;
}

static int set_register(uint16_t *address, const char *text)
{
	long value = number(text, UINT16_MAX);

	if (value < 0)
		return usage("not a register, 0 to 65535: ", text);
	*address = (uint16_t)value;
	return EX_OK;
}

static int set_unit(struct options *options, const char *text)
{
	long unit = number(text, UINT8_MAX);

	if (unit < 0)
		return usage("not a unit, 0 to 255: ", text);
	options->unit = (uint8_t)unit;
	return EX_OK;
}

static int set_timeout(struct options *options, const char *text)
{
	long seconds = number(text, SECONDS_MAX);

	if (seconds < 1)
		return usage("not 1 to 86400 seconds: ", text);
	options->timeout = seconds * 1000;
	return EX_OK;
}

static int set_keys(struct options *options, const char *path)
{
	struct secure_keys_error why = { .line = 0 };
	char reason[SECURE_KEYS_TEXT];
	int error = secure_keys_read(&options->keys, path, &why);

	if (error == 0)
		return EX_OK;
	secure_keys_error_format(reason, path, error, &why);
	message("%s", reason);
	return error_status(error);
}

static int set_security(struct options *options, enum station_security security)
{
	if (options->security != STATION_AUTO && options->security != security)
		return usage("--plain excludes --secure", "");
	options->security = security;
	return EX_OK;
}

/* 0, or the status to leave with. */
static int set_option(struct options *options, const char **maps, int option)
{
	switch (option) {
	case 'f':
		return set_register(&options->first, optarg);
	case 'l':
		return set_register(&options->last, optarg);
	case 'q':
		options->quick = true;
		return EX_OK;
	case 'r':
		options->resume = optarg;
		return EX_OK;
	case 'S':
		options->secrets = true;
		return EX_OK;
	case 'u':
		return set_unit(options, optarg);
	case 'P':
		return set_security(options, STATION_PLAIN);
	case 'E':
		return set_security(options, STATION_SECURE);
	case 'k':
		return set_keys(options, optarg);
	case 't':
		return set_timeout(options, optarg);
	case 'M':
		*maps = optarg;
		return EX_OK;
	}
	return EX_USAGE;
}

static int set_address(struct options *options, char **texts, int count)
{
	if (count == 0)
		return usage("no address", "");
	if (count > 1)
		return usage("more than one address: ", texts[1]);
	if (address_parse(&options->address, texts[0]) == 0)
		return EX_OK;
	message("%s: %s", texts[0], error_text(-BT_EADDRESS));
	return EX_USAGE;
}

static int run(struct options *options, const char *directory)
{
	char reason[MAP_ERROR_TEXT];
	struct map_error bad;
	struct maps *maps;
	int status;

	if (options->first > options->last)
		return usage("the first register is beyond the last", "");
	if (maps_load(&maps, directory, &bad) < 0) {
		map_error_format(reason, &bad);
		message("%s", reason);
		return EX_CONFIG;
	}
	options->maps = maps;
	status = discover(options);
	maps_free(maps);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = {
		.last = LAST,
		.unit = 1,
		.timeout = TIMEOUT * 1000,
	};
	const char *maps = NULL;
	int status = EX_OK;
	int option;

	opterr = 0;
	secure_keys_default(&options.keys);
	while (status == EX_OK &&
		(option = getopt_long(argc, argv, "f:l:qr:Su:PEk:t:M:hV",
			 long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return output_close(EX_OK);
		}
		if (option == 'V') {
			puts("bt-discover (bluetti-tools) " VERSION);
			return output_close(EX_OK);
		}
		if (option == '?')
			status = usage("bad option, or its value is missing: ",
				argv[optind - 1]);
		else
			status = set_option(&options, &maps, option);
	}
	if (status == EX_OK)
		status = set_address(&options, argv + optind, argc - optind);
	if (status == EX_OK)
		status = run(&options, maps_directory(maps));
	return output_close(status);
}
