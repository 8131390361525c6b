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
		"first register to read (0)",
		.set = set_register, .offset = MEMBER(first) },
	{ 'l', "last", "=REGISTER",
		"last register to read (12500)",
		.set = set_register, .offset = MEMBER(last) },
	{ 'q', "quick", NULL,
		"read only likely registers and every 20th other one",
		.offset = MEMBER(quick) },
	{ 'r', "resume", "=FILE",
		"continue the output of an earlier run",
		.set = cli_text, .offset = MEMBER(resume) },
	{ 'S', "secrets", NULL,
		"include passwords and network names",
		.offset = MEMBER(secrets) },
	{ 'u', "unit", "=UNIT",
		"MODBUS unit (1)",
		.set = set_unit, .offset = MEMBER(unit_id) },
	OPTION_SECURE_ROWS(MEMBER(security), MEMBER(keys)),
	{ 't', "timeout", "=SECONDS",
		"give up without a valid response for this time (60)",
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
	"Usage: bt-discover [option...] address\n"
	"Find the registers that a power station serves, and write frame lines.\n",
	"An address is 00:11:22:33:44:55, optionally with /public or /random, or\n"
	"unix:PATH. See bt-discover(1).\n",
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
