/* Options of the command line. */
#include "discover-options.h"

#include <errno.h>

#include "cli/option-secure.h"
#include "cli/option-value.h"

#define LAST 12500 /* as bluetti-discovery has it */
#define TIMEOUT 60 /* s */

static int set_register(const struct cli_value *value)
{
	long address = option_number(value->text, 0, UINT16_MAX);

	if (address < 0)
		return failure_set(value->failure, -EINVAL,
			"not a register, 0 to 65535: %s", value->text);
	*(uint16_t *)value->member = (uint16_t)address;
	return 0;
}

static int set_unit(const struct cli_value *value)
{
	long unit = option_number(value->text, 0, UINT8_MAX);

	if (unit < 0)
		return failure_set(value->failure, -EINVAL,
			"not a unit, 0 to 255: %s", value->text);
	*(uint8_t *)value->member = (uint8_t)unit;
	return 0;
}

static int finish(void *data, char **operands, struct failure *failure)
{
	struct options *options = data;

	if (!operands[0])
		return failure_set(failure, -EINVAL, "no address");
	if (operands[1])
		return failure_set(failure, -EINVAL,
			"more than one address: %s", operands[1]);
	if (options->first > options->last)
		return failure_set(failure, -EINVAL,
			"the first register is beyond the last");
	if (option_address(&options->address, operands[0], failure) < 0)
		return failure->code;
	options->address.adapter = options->adapter;
	return 0;
}

#define MEMBER(name) offsetof(struct options, name)

// clang-format off
static const struct cli_option table[] = {
	{ 'f', "first", "=REGISTER",
		"first register (0)",
		.set = set_register, .offset = MEMBER(first) },
	{ 'l', "last", "=REGISTER",
		"last register (12500)",
		.set = set_register, .offset = MEMBER(last) },
	{ 'q', "quick", NULL,
		"look where registers are likely and at every 20th one only",
		.offset = MEMBER(quick) },
	{ 'r', "resume", "=FILE",
		"go on where this former output ends",
		.set = cli_text, .offset = MEMBER(resume) },
	{ 'S', "secrets", NULL,
		"read passwords and network names too",
		.offset = MEMBER(secrets) },
	{ 'u', "unit", "=UNIT",
		"MODBUS unit (1)",
		.set = set_unit, .offset = MEMBER(unit_id) },
	{ 'P', "plain", NULL,
		"never encrypt",
		.set = option_plain, .offset = MEMBER(security), .excludes = "E" },
	{ 'E', "secure", NULL,
		"always encrypt (as the station wants it)",
		.set = option_secure, .offset = MEMBER(security) },
	{ 'k', "keys", "=FILE",
		"keys of encrypted stations, instead of those that all have",
		.set = option_keys, .offset = MEMBER(keys) },
	{ 't', "timeout", "=SECONDS",
		"give up after so long without a good answer (60)",
		.set = option_seconds, .offset = MEMBER(timeout) },
	{ 0, "adapter", "=HCIN",
		"connect with this adapter, such as hci0",
		.set = option_adapter, .offset = MEMBER(adapter) },
	{ 0, "any-clock", NULL,
		"do not wait for a clock that was not set yet",
		.offset = MEMBER(any_clock) },
	{ 'M', "maps", "=DIR",
		"maps, instead of $BT_MAPS or the installed ones",
		.set = cli_text, .offset = MEMBER(directory) },
	CLI_LAST_ROWS('h'),
};

const struct command_line command_line = {
	"Usage: bt-discover [option...] address\n"
	"Finds out which registers a power station serves and writes frame lines.\n",
	"An address is 00:11:22:33:44:55, with /public or /random if its type\n"
	"is known, or unix:PATH. See bt-discover(1).\n",
	table, finish,
};
// clang-format on

void options_init(struct options *options)
{
	*options = (struct options){
		.last = LAST,
		.unit_id = 1,
		.adapter = ADAPTER_ANY,
		.timeout = TIMEOUT * 1000,
	};
	secure_keys_default(&options->keys);
}
