/* Options of the command line, and defaults that depend on other options. */
#include "poll-options.h"

#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"
#include "cli/option-secure.h"
#include "cli/option-value.h"
#include "model/parse.h"

#define INTERVAL 10	 /* s */
#define PACK_INTERVAL 60 /* s */
#define ONCE_TIMEOUT 60	 /* s; with --once */
#define SILENT_INTERVALS 5
#define SILENCE_LEAST 60 /* s */
#define POLLS_MAX 1000000000

static int add_read(const struct cli_value *value)
{
	struct options *options = value->member;
	struct map_block *more = realloc(
		options->blocks, (options->block_count + 1) * sizeof *more);
	struct map_block *block;

	if (!more)
		return failure_set(value->failure, -EINVAL, "no memory for %s",
			value->text);
	options->blocks = more;
	block = &more[options->block_count++];
	*block = (struct map_block){ .class = MAP_POLL, .unit_id = 1 };
	if (map_block_parse(block, value->text) < 0)
		return failure_set(value->failure, -EINVAL,
			"not FIRST+COUNT with 1 to 127 registers: %s",
			value->text);
	return 0;
}

static int set_once(const struct cli_value *value)
{
	struct options *options = value->member;

	options->once = true;
	options->polls = 1;
	return 0;
}

static int set_polls(const struct cli_value *value)
{
	long polls = option_number(value->text, 1, POLLS_MAX);

	if (polls < 0)
		return failure_set(value->failure, -EINVAL,
			"not a number of polls: %s", value->text);
	*(unsigned long *)value->member = (unsigned long)polls;
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

static int finish(void *data, char **operands, struct failure *failure)
{
	struct options *options = data;
	size_t count = 0;

	set_defaults(options);
	while (operands[count])
		count++;
	if (count == 0)
		return failure_set(failure, -EINVAL, "no address");
	options->addresses = calloc(count, sizeof *options->addresses);
	if (!options->addresses)
		return failure_set(
			failure, -EINVAL, "no memory for %s", "addresses");
	for (size_t i = 0; i < count; i++) {
		if (option_address(
			    &options->addresses[i], operands[i], failure) < 0)
			return failure->code;
		options->addresses[i].adapter = options->adapter;
	}
	options->address_count = count;
	return 0;
}

#define MEMBER(name) offsetof(struct options, name)

// clang-format off
static const struct cli_option table[] = {
	{ '1', "once", NULL,
		"poll once and exit",
		.set = set_once },
	{ 'i', "interval", "=SECONDS",
		"time from one poll to the next (10)",
		.set = option_seconds, .offset = MEMBER(interval) },
	{ 'n', "polls", "=POLLS",
		"exit after this many polls and a round of the battery packs",
		.set = set_polls, .offset = MEMBER(polls) },
	{ 'm', "model", "=MODEL",
		"use this model's map, whatever the station's name",
		.set = cli_text, .offset = MEMBER(model) },
	{ 'r', "read", "=FIRST+COUNT",
		"read these registers, without a map; may be repeated",
		.set = add_read, .excludes = "mA" },
	{ 'A', "all", NULL,
		"read all fields of the map",
		.offset = MEMBER(all) },
	{ 'S', "secrets", NULL,
		"include passwords and network names",
		.offset = MEMBER(secrets) },
	OPTION_SECURE_ROWS(MEMBER(security), MEMBER(keys)),
	{ 'p', "pack-interval", "=SECONDS",
		"time between rounds of the battery packs (60)",
		.set = option_seconds, .offset = MEMBER(pack_interval) },
	{ 's', "silence", "=SECONDS",
		"reconnect without a valid response for this time (5 intervals, at least 60)",
		.set = option_seconds, .offset = MEMBER(silence) },
	{ 'R', "release", NULL,
		"disconnect between polls",
		.offset = MEMBER(release) },
	{ 't', "timeout", "=SECONDS",
		"give up without a valid response for this time (never; 60 with --once)",
		.set = option_seconds, .offset = MEMBER(timeout) },
	{ 0, "adapter", "=HCIN",
		"use this Bluetooth adapter, for example hci0",
		.set = option_adapter, .offset = MEMBER(adapter) },
	{ 0, "any-clock", NULL,
		"do not wait until the system clock is set",
		.offset = MEMBER(any_clock) },
	{ 'M', "maps", "=DIR",
		"directory of maps ($BT_MAPS, or the installed maps)",
		.set = cli_text, .offset = MEMBER(directory) },
	CLI_LAST_ROWS('h'),
};

const struct command_line command_line = {
	"Usage: bt-poll [option...] address...\n"
	"Poll power stations over Bluetooth LE and write frame lines.\n",
	"An address is 00:11:22:33:44:55, optionally with /public or /random, or\n"
	"unix:PATH. See bt-poll(1).\n",
	table, finish,
};
// clang-format on

void options_init(struct options *options)
{
	*options = (struct options){
		.interval = INTERVAL * 1000,
		.pack_interval = PACK_INTERVAL * 1000,
		.adapter = ADAPTER_ANY,
	};
	secure_keys_default(&options->keys);
}

void options_release(struct options *options)
{
	free(options->blocks);
	free(options->addresses);
}
