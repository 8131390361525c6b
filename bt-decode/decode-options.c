/* Options of the command line, and which of them go together. */
#include "decode-options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/option-value.h"
#include "modbus/frame-line.h"

#define STEADY_MAX 255
#define DAY INT64_C(86400000) /* ms */

static int set_name(const struct cli_value *value)
{
	if (strlen(value->text) > FRAME_LINE_STRING_MAX)
		return failure_set(value->failure, -EINVAL,
			"name is too long: %s", value->text);
	return cli_text(value);
}

/* In the form that bt-poll writes, or it would be another station. */
static int set_address(const struct cli_value *value)
{
	struct address address;
	int error = option_address(&address, value->text, value->failure);

	if (error == 0)
		address_format(value->member, &address);
	return error;
}

static int set_time(const struct cli_value *value)
{
	if (clock_parse(value->member, value->text, strlen(value->text)) < 0)
		return failure_set(value->failure, -EINVAL,
			"not a time like 2026-11-22T09:42:00Z: %s",
			value->text);
	return 0;
}

/* "+HH:MM" or "-HH:MM", as at the end of a time. */
static int set_utc_offset(const struct cli_value *value)
{
	struct options *options = value->member;
	char time[sizeof "1970-01-02T00:00:00+00:00"];
	int64_t utc;
	int length = snprintf(
		time, sizeof time, "1970-01-02T00:00:00%s", value->text);

	if (length >= (int)sizeof time || value->text[0] == 'Z' ||
		clock_parse(&utc, time, (size_t)length) < 0)
		return failure_set(value->failure, -EINVAL,
			"not an offset like +02:00: %s", value->text);
	options->utc_offset = DAY - utc;
	options->has_utc_offset = true;
	return 0;
}

static int set_steady(const struct cli_value *value)
{
	long reads = option_number(value->text, 1, STEADY_MAX);

	if (reads < 0)
		return failure_set(value->failure, -EINVAL,
			"steady: not a number from 1 to %d: %s", STEADY_MAX,
			value->text);
	*(int *)value->member = (int)reads;
	return 0;
}

static int set_format(const struct cli_value *value)
{
	static const char *const names[] = { "json", "text", "csv" };

	for (enum format format = FORMAT_JSON; format <= FORMAT_CSV; format++)
		if (strcmp(value->text, names[format]) == 0) {
			*(enum format *)value->member = format;
			return 0;
		}
	return failure_set(value->failure, -EINVAL,
		"format: not json, text or csv: %s", value->text);
}

static int set_columns(const struct cli_value *value)
{
	return columns_read(value->member, value->text, value->failure);
}

static int finish(void *data, char **operands, struct failure *failure)
{
	struct options *options = data;

	options->files = operands;
	if (options->steady > 0 && !options->changes)
		return failure_set(
			failure, -EINVAL, "--steady needs --changes");
	if (options->format == FORMAT_CSV && options->columns.count == 0)
		return failure_set(
			failure, -EINVAL, "--format=csv needs --columns");
	if (options->format != FORMAT_CSV && options->columns.count > 0)
		return failure_set(
			failure, -EINVAL, "--columns needs --format=csv");
	if (options->check_map && !operands[0])
		return failure_set(
			failure, -EINVAL, "--check-map needs a file");
	if (options->models && operands[0])
		return failure_set(failure, -EINVAL,
			"--models takes no file: %s", operands[0]);
	if (options->fields && operands[0])
		return failure_set(failure, -EINVAL,
			"--fields takes no file: %s", operands[0]);
	return 0;
}

#define MEMBER(name) offsetof(struct options, name)

// clang-format off
static const struct cli_option table[] = {
	{ 'm', "model", "=MODEL",
		"decode every station with this model's map",
		.set = cli_text, .offset = MEMBER(model) },
	{ 'n', "name", "=NAME",
		"station name for lines without one",
		.set = set_name, .offset = MEMBER(name) },
	{ 'a', "address", "=ADDR",
		"address for lines without one",
		.set = set_address, .offset = MEMBER(address) },
	{ 't', "time", "=TIME",
		"time for lines without one (RFC 3339)",
		.set = set_time, .offset = MEMBER(time) },
	{ 'u', "utc-offset", "=OFFSET",
		"UTC offset of local times, for example +02:00",
		.set = set_utc_offset },
	{ 'M', "maps", "=DIR",
		"directory of maps ($BT_MAPS, or the installed maps)",
		.set = cli_text, .offset = MEMBER(maps) },
	{ 's', "strict", NULL,
		"stop at the first refused line",
		.offset = MEMBER(strict) },
	{ 'S', "secrets", NULL,
		"include passwords and network names",
		.offset = MEMBER(secrets) },
	{ 'r', "registers", NULL,
		"include the registers that no field has",
		.offset = MEMBER(registers) },
	{ 'R', "redact", NULL,
		"mask secrets and serial numbers in a log",
		.offset = MEMBER(redact), .excludes = "rS" },
	{ 'f', "frames", NULL,
		"write frame lines instead of records",
		.offset = MEMBER(frames), .excludes = "rSR" },
	{ 'c', "changes", NULL,
		"write changed registers instead of records",
		.offset = MEMBER(changes), .excludes = "rRf" },
	{ 'y', "steady", "=READS",
		"with --changes: equal reads before a change (1)",
		.set = set_steady, .offset = MEMBER(steady), .excludes = "rRf" },
	{ 'o', "format", "=FORMAT",
		"format of records: json, text or csv (json)",
		.set = set_format, .offset = MEMBER(format), .excludes = "Rfc" },
	{ 'k', "columns", "=NAMES",
		"columns of csv, separated by commas",
		.set = set_columns, .offset = MEMBER(columns),
		.excludes = "Rfc" },
	{ 'L', "models", NULL,
		"list the models that have a map",
		.offset = MEMBER(models), .excludes = "mnatusrSRfcyok" },
	{ 'F', "fields", "=MODEL",
		"list the fields of this model's map",
		.set = cli_text, .offset = MEMBER(fields),
		.excludes = "mnatusrSRfcyokL" },
	{ 'C', "check-map", NULL,
		"check the files, which are maps, for mistakes",
		.offset = MEMBER(check_map), .excludes = "mnatusrSRfcyokLF" },
	CLI_LAST_ROWS('h'),
};

const struct command_line command_line = {
	"Usage: bt-decode [option...] [file...]\n"
	"       bt-decode --models\n"
	"       bt-decode --fields=MODEL\n"
	"       bt-decode --check-map file...\n"
	"Decode frame lines and the logs of other tools to JSON records.\n",
	"Without a file, or with \"-\", read standard input. See bt-decode(1).\n",
	table, finish,
};
// clang-format on

void options_init(struct options *options)
{
	*options = (struct options){ .time = -1 };
}
