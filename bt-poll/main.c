/* bt-poll(1): polls power stations and writes frame lines. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "error.h"
#include "family.h"
#include "maps.h"
#include "message.h"
#include "options.h"
#include "output.h"

#define INTERVAL 10	 /* s */
#define PACK_INTERVAL 60 /* s */
#define ONCE_TIMEOUT 60	 /* s; with --once */
#define SILENT_INTERVALS 5
#define SILENCE_LEAST 60 /* s */
#define SECONDS_MAX 86400

static const char help[] =
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

/* Options as they are given; the rest of the program sees struct options. */
struct command_line {
	const char *model, *maps;
	bool once, has_timeout;
	struct options options;
};

static int usage(const char *reason, const char *what)
{
	message("%s%s; try bt-poll --help", reason, what);
	return EX_USAGE;
}

/* A whole number of 1 to max; -1 if it is none. */
static long number(const char *text, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < 1 || value > max)
		return -1;
	return value;
}

static int set_seconds(int64_t *ms, const char *text)
{
	long seconds = number(text, SECONDS_MAX);

	if (seconds < 0)
		return usage("not 1 to 86400 seconds: ", text);
	*ms = seconds * 1000;
	return EX_OK;
}

static int add_read(struct options *options, const char *text)
{
	struct map_read *more = realloc(
		options->reads, (options->read_count + 1) * sizeof *more);
	struct map_read *read;

	if (!more)
		return usage("no memory for ", text);
	options->reads = more;
	read = &more[options->read_count++];
	*read = (struct map_read){ .class = MAP_POLL, .unit = 1 };
	if (map_read_block(read, text) < 0)
		return usage("not FIRST+COUNT with 1 to 127 registers: ", text);
	return EX_OK;
}

static int set_polls(struct options *options, const char *text)
{
	long polls = number(text, 1000000000);

	if (polls < 0)
		return usage("not a number of polls: ", text);
	options->polls = (unsigned long)polls;
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
static int set_option(struct command_line *line, int option)
{
	struct options *options = &line->options;

	switch (option) {
	case '1':
		line->once = true;
		options->polls = 1;
		return EX_OK;
	case 'i':
		return set_seconds(&options->interval, optarg);
	case 'n':
		return set_polls(options, optarg);
	case 'm':
		line->model = optarg;
		return EX_OK;
	case 'r':
		return add_read(options, optarg);
	case 'A':
		options->all = true;
		return EX_OK;
	case 'S':
		options->secrets = true;
		return EX_OK;
	case 'P':
		return set_security(options, STATION_PLAIN);
	case 'E':
		return set_security(options, STATION_SECURE);
	case 'k':
		return set_keys(options, optarg);
	case 'p':
		return set_seconds(&options->pack_interval, optarg);
	case 's':
		return set_seconds(&options->silence, optarg);
	case 'R':
		options->release = true;
		return EX_OK;
	case 't':
		line->has_timeout = true;
		return set_seconds(&options->timeout, optarg);
	case 'M':
		line->maps = optarg;
		return EX_OK;
	}
	return EX_USAGE;
}

static int set_addresses(struct options *options, char **texts, int count)
{
	if (count == 0)
		return usage("no address", "");
	options->addresses = calloc((size_t)count, sizeof *options->addresses);
	if (!options->addresses)
		return usage("no memory for ", "addresses");
	for (int i = 0; i < count; i++) {
		if (address_parse(&options->addresses[i], texts[i]) < 0) {
			message("%s: %s", texts[i], error_text(-BT_EADDRESS));
			return EX_USAGE;
		}
		options->address_count++;
	}
	return EX_OK;
}

static int load_maps(struct command_line *line, struct maps **maps)
{
	const char *directory = maps_directory(line->maps);
	char reason[MAP_ERROR_TEXT];
	struct map_error bad;

	if (maps_load(maps, directory, &bad) < 0) {
		map_error_format(reason, &bad);
		message("%s", reason);
		return EX_CONFIG;
	}
	line->options.maps = *maps;
	if (!line->model)
		return EX_OK;
	line->options.map = maps_by_model(*maps, line->model);
	if (line->options.map)
		return EX_OK;
	message("no map for model %s in %s", line->model, directory);
	return EX_CONFIG;
}

static int64_t default_silence(int64_t interval)
{
	int64_t silence = SILENT_INTERVALS * interval;

	return silence > SILENCE_LEAST * 1000 ? silence : SILENCE_LEAST * 1000;
}

static int run(struct command_line *line, char **addresses, int count)
{
	struct maps *maps = NULL;
	int status = EX_OK;

	if (line->options.read_count && (line->model || line->options.all))
		return usage("--read takes no map: it excludes "
			     "--model and --all",
			"");
	if (line->once && !line->has_timeout)
		line->options.timeout = ONCE_TIMEOUT * 1000;
	if (line->options.silence == 0)
		line->options.silence = default_silence(line->options.interval);
	status = set_addresses(&line->options, addresses, count);
	if (status == EX_OK && line->options.read_count == 0)
		status = load_maps(line, &maps);
	if (status == EX_OK)
		status = family(&line->options);
	maps_free(maps);
	free(line->options.addresses);
	return status;
}

int main(int argc, char **argv)
{
	struct command_line line = {
		.options = { .interval = INTERVAL * 1000,
			.pack_interval = PACK_INTERVAL * 1000 },
	};
	int status = EX_OK;
	int option;

	opterr = 0;
	secure_keys_default(&line.options.keys);
	while (status == EX_OK &&
		(option = getopt_long(argc, argv, "1i:n:m:r:ASPEk:p:s:Rt:M:hV",
			 long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return output_close(EX_OK);
		}
		if (option == 'V') {
			puts("bt-poll (bluetti-tools) " VERSION);
			return output_close(EX_OK);
		}
		if (option == '?')
			status = usage("bad option, or its value is missing: ",
				argv[optind - 1]);
		else
			status = set_option(&line, option);
	}
	if (status == EX_OK)
		status = run(&line, argv + optind, argc - optind);
	free(line.options.reads);
	return output_close(status);
}
