/* Options of the command line. */
#include "scan-options.h"

#include <errno.h>

#include "cli/option-value.h"

#define TIME 10 /* s */

static int finish(void *data, char **operands, struct failure *failure)
{
	struct options *options = data;

	if (operands[0])
		return failure_set(
			failure, -EINVAL, "takes no operand: %s", operands[0]);
	if (options->time == 0 && !options->watch)
		options->time = TIME * 1000;
	return 0;
}

#define MEMBER(name) offsetof(struct options, name)

// clang-format off
static const struct cli_option table[] = {
	{ 't', "time", "=SECONDS",
		"listen for so long (10)",
		.set = option_seconds, .offset = MEMBER(time) },
	{ 'w', "watch", NULL,
		"listen without end, unless -t is given, and tell of changes",
		.offset = MEMBER(watch) },
	{ 'a', "all", NULL,
		"list every Bluetooth LE device, with what it tells of itself",
		.offset = MEMBER(all) },
	{ 'j', "json", NULL,
		"print JSON objects",
		.offset = MEMBER(json) },
	{ 0, "adapter", "=HCIN",
		"listen with this adapter, such as hci0",
		.set = option_adapter, .offset = MEMBER(adapter) },
	{ 'M', "maps", "=DIR",
		"maps, instead of $BT_MAPS or the installed ones",
		.set = cli_text, .offset = MEMBER(maps) },
	CLI_LAST_ROWS('h'),
};

const struct command_line command_line = {
	"Usage: bt-scan [option...]\n"
	"Lists the power stations that are heard over Bluetooth LE.\n",
	"See bt-scan(1).\n",
	table, finish,
};
// clang-format on

void options_init(struct options *options)
{
	*options = (struct options){ .adapter = -1 };
}
