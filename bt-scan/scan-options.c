/* Options of the command line. */
#include "scan-options.h"

#include <errno.h>

#include "cli/option-value.h"

#define TIME 10 /* s */

static int finish(void *data, char **operands, struct failure *failure)
{
	struct options *options = data;

	if (operands[0])
		return failure_set(failure, -EINVAL, "unexpected argument: %s",
			operands[0]);
	if (options->time == 0 && !options->watch)
		options->time = TIME * 1000;
	return 0;
}

#define MEMBER(name) offsetof(struct options, name)

// clang-format off
static const struct cli_option table[] = {
	{ 't', "time", "=SECONDS",
		"scan for this time (10)",
		.set = option_seconds, .offset = MEMBER(time) },
	{ 'w', "watch", NULL,
		"keep scanning and report changes (-t limits it)",
		.offset = MEMBER(watch) },
	{ 'a', "all", NULL,
		"list all Bluetooth LE devices, with their advertising data",
		.offset = MEMBER(all) },
	{ 'j', "json", NULL,
		"write JSON objects",
		.offset = MEMBER(json) },
	{ 0, "adapter", "=HCIN",
		"use this Bluetooth adapter, for example hci0",
		.set = option_adapter, .offset = MEMBER(adapter) },
	{ 'M', "maps", "=DIR",
		"directory of maps ($BT_MAPS, or the installed maps)",
		.set = cli_text, .offset = MEMBER(maps) },
	CLI_LAST_ROWS('h'),
};

const struct command_line command_line = {
	"Usage: bt-scan [option...]\n"
	"List the power stations that advertise over Bluetooth LE.\n",
	"See bt-scan(1).\n",
	table, finish,
};
// clang-format on

void options_init(struct options *options)
{
	*options = (struct options){ .adapter = -1 };
}
