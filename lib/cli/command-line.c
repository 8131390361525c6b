/* From argv to the options of a tool, and from there to its exit status. */
#include "cli/command-line.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/message.h"
#include "base/output.h"
#include "cli/command-help.h"

/* getopt returns LONG + n for the long option of row n. */
#define LONG 256

/* The setters of --help and --version return these. */
enum { SHOW_HELP = 1, SHOW_VERSION };

int cli_help(const struct cli_value *value)
{
	(void)value;
	return SHOW_HELP;
}

int cli_version(const struct cli_value *value)
{
	(void)value;
	return SHOW_VERSION;
}

int cli_text(const struct cli_value *value)
{
	*(const char **)value->member = value->text;
	return 0;
}

static int argument_kind(const struct cli_option *option)
{
	if (!option->argument)
		return no_argument;
	return *option->argument == '[' ? optional_argument : required_argument;
}

/* The table in the form of getopt. Its "?" means an error, so -? is left out:
 * take_option() finds that letter in optopt. */
static void convert_table(const struct cli_option *table,
	struct option *long_options, char *letters)
{
	*letters++ = ':';
	for (int i = 0; table[i].name; i++) {
		int kind = argument_kind(&table[i]);

		assert(i < CLI_OPTIONS_MAX);
		long_options[i] =
			(struct option){ table[i].name, kind, NULL, LONG + i };
		if (table[i].letter && table[i].letter != '?')
			letters += sprintf(
				letters, "%c%.*s", table[i].letter, kind, "::");
	}
}

/* The row of a value returned by getopt; NULL if there is none. */
static const struct cli_option *find(const struct cli_option *table, int value)
{
	if (value >= LONG)
		return &table[value - LONG];
	while (table->name && (value == 0 || table->letter != value))
		table++;
	return table->name ? table : NULL;
}

static int fail_unknown(const struct cli_option *table, const char *argument,
	struct failure *failure)
{
	const char letter[] = { '-', (char)optopt };
	int length = optopt ? 2 : (int)strcspn(argument, "=");
	const char *given = optopt ? letter : argument;
	const char *meant = command_suggest(table, given + 2, length - 2);

	if (!meant)
		return failure_set(
			failure, -EINVAL, "unknown option %.*s", length, given);
	return failure_set(failure, -EINVAL,
		"unknown option %.*s (did you mean --%s?)", length, given,
		meant);
}

/* Takes the option that getopt found in an argument. */
static int take_option(const struct cli_option *table, int found,
	const char *argument, void *options, struct failure *failure)
{
	bool is_bad = found == ':' || found == '?';
	const struct cli_option *option = find(table, is_bad ? optopt : found);
	struct cli_value value = {
		.option = option, .text = optarg, .failure = failure
	};

	if (!option)
		return fail_unknown(table, argument, failure);
	if (found == ':')
		return failure_set(
			failure, -EINVAL, "--%s needs a value", option->name);
	if (is_bad && optopt >= LONG)
		return failure_set(
			failure, -EINVAL, "--%s takes no value", option->name);
	value.member = (char *)options + option->offset;
	if (option->set)
		return option->set(&value);
	*(bool *)value.member = true;
	return 0;
}

static int check_together(const struct cli_option *table, const bool *is_given,
	struct failure *failure)
{
	for (int i = 0; table[i].name; i++) {
		if (!is_given[i] || !table[i].excludes)
			continue;
		for (int k = 0; table[k].name; k++) {
			if (is_given[k] && table[k].letter &&
				strchr(table[i].excludes, table[k].letter))
				return failure_set(failure, -EINVAL,
					"--%s does not go with --%s",
					table[i].name, table[k].name);
		}
	}
	return 0;
}

int command_line_read(const struct command_line *line, void *options, int argc,
	char **argv, struct failure *failure)
{
	struct option long_options[CLI_OPTIONS_MAX + 1] = { 0 };
	char letters[3 * CLI_OPTIONS_MAX + 2];
	bool is_given[CLI_OPTIONS_MAX] = { false };
	int found, result;

	convert_table(line->table, long_options, letters);
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, long_options, NULL)) !=
		-1) {
		result = take_option(
			line->table, found, argv[optind - 1], options, failure);
		if (result != 0)
			return result;
		is_given[find(line->table, found) - line->table] = true;
	}
	result = check_together(line->table, is_given, failure);
	return result < 0 ? result
			  : line->finish(options, argv + optind, failure);
}

static int report(const struct failure *failure)
{
	if (failure->code == -EINVAL) {
		message("%s; try %s --help", failure->text,
			program_invocation_short_name);
		return EX_USAGE;
	}
	message("%s", failure->text);
	return error_status(failure->code);
}

/* A standard stream that is closed stays without use: no file may take its
 * number. */
static void occupy_closed_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null",
				fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
}

int cli_main(const struct command_line *line, void *options,
	int (*run)(void *options), int argc, char **argv)
{
	struct failure failure;
	int result, status = EX_OK;

	occupy_closed_streams();
	result = command_line_read(line, options, argc, argv, &failure);

	if (result == SHOW_HELP)
		command_help(line);
	else if (result == SHOW_VERSION)
		printf("%s (bluetti-tools) " VERSION "\n",
			program_invocation_short_name);
	else
		status = result < 0 ? report(&failure) : run(options);
	return output_close(status);
}
