/* lib/cli: command lines that are read, values that are taken, suggestions. */
#include "cli/option-value.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/errors.h"
#include "check.h"
#include "cli/command-help.h"
#include "cli/option-secure.h"
#include "station/secure-keys.h"

static void test_number(void)
{
	static const struct {
		const char *text;
		long least, most, value;
	} cases[] = {
		{ "0", 0, 10, 0 },
		{ "10", 0, 10, 10 },
		{ "010", 0, 10, 10 },
		{ " 7", 0, 10, -1 },
		{ "+7", 0, 10, -1 },
		{ "0", 1, 10, -1 },
		{ "11", 1, 10, -1 },
		{ "-1", 0, 10, -1 },
		{ "", 0, 10, -1 },
		{ " ", 0, 10, -1 },
		{ "7 ", 0, 10, -1 },
		{ "7.5", 0, 10, -1 },
		{ "0x7", 0, 10, -1 },
		{ "seven", 0, 10, -1 },
		{ "99999999999999999999", 0, LONG_MAX, -1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CHECK_CASE(cases[i].text,
			option_number(cases[i].text, cases[i].least,
				cases[i].most) == cases[i].value);
}

static void test_seconds(void)
{
	struct failure failure = { 0 };
	int64_t ms = -1;
	struct cli_value value = {
		.text = (char[]){ "1" }, .member = &ms, .failure = &failure
	};

	CHECK(option_seconds(&value) == 0 && ms == 1000);
	value.text = (char[]){ "86400" };
	CHECK(option_seconds(&value) == 0 && ms == 86400000);
	CHECK(failure.code == 0);
	value.text = (char[]){ "86401" };
	CHECK(option_seconds(&value) == -EINVAL);
	CHECK(strcmp(failure.text, "not 1 to 86400 seconds: 86401") == 0);
	value.text = (char[]){ "0" };
	CHECK(option_seconds(&value) == -EINVAL);
	CHECK(ms == 86400000);
}

static void test_address(void)
{
	struct failure failure;
	struct address address;

	CHECK(option_address(&address, "unix:sim", &failure) == 0);
	CHECK(option_address(&address, "sim", &failure) == -BT_EADDRESS);
	CHECK(strncmp(failure.text, "sim: not an address: ", 21) == 0);
}

static void test_keys(void)
{
	struct failure failure;
	struct secure_keys keys;
	struct cli_value value = {
		.text = (char[]){ "/" }, .member = &keys, .failure = &failure
	};

	CHECK(option_keys(&value) == -BT_EKEYS);
	CHECK(strcmp(failure.text, "/: is not a regular file") == 0);
}

/* --- command lines -------------------------------------------------------- */

struct options {
	bool loud;
	const char *name, *mood;
	int64_t time;
	char **operands;
};

#define MEMBER(name) offsetof(struct options, name)

static const struct cli_option table[] = {
	{ 'l', "loud", NULL, "", .offset = MEMBER(loud) },
	{ 'n', "name", "=NAME", "", .set = cli_text, .offset = MEMBER(name) },
	{ 'm', "mood", "[=MOOD]", "", .set = cli_text, .offset = MEMBER(mood) },
	{ 0, "time", "=SECONDS", "", .set = option_seconds,
		.offset = MEMBER(time), .excludes = "l" },
	{ '?', "help", NULL, "", .set = cli_help },
	{ 0 },
};

static int finish(void *data, char **operands, struct failure *failure)
{
	struct options *options = data;

	options->operands = operands;
	return operands[0] ? 0 : failure_set(failure, -EINVAL, "no operand");
}

static const struct command_line line = { "", "", table, finish };

static struct options options;
static struct failure failure;

/* Reads a command line of words with single blanks between them. */
static int try(const char *text)
{
	static char copy[64];
	static char *words[9] = { NULL };
	char *rest = copy;
	int count = 1;

	words[0] = copy;
	snprintf(copy, sizeof copy, "%s", text);
	while (count < 8 && (words[count] = strsep(&rest, " ")))
		count++;
	options = (struct options){ .time = -1 };
	failure = (struct failure){ 0 };
	optind = 0; /* glibc: begin anew */
	return command_line_read(&line, &options, count, words, &failure);
}

static void test_taken(void)
{
	CHECK(try("-l -n a b") == 0);
	CHECK(options.loud && strcmp(options.name, "a") == 0);
	CHECK(!options.mood && options.time == -1);
	CHECK(strcmp(options.operands[0], "b") == 0 && !options.operands[1]);
	CHECK(try("b -lnc --mood=good --mood") == 0);
	CHECK(options.loud && strcmp(options.name, "c") == 0 && !options.mood);
	CHECK(try("--na=-l -- -l") == 0);
	CHECK(!options.loud && strcmp(options.name, "-l") == 0);
	CHECK(try("-?") > 0);
	CHECK(try("--he -Z") > 0);
	CHECK(try("-l? --nonsense") > 0);
}

static void test_refused(void)
{
	static const struct {
		const char *text;
		const char *words;
	} cases[] = {
		{ "no operand", "-l" },
		{ "unknown option -x", "-lx" },
		{ "unknown option -\xff", "-\xff" },
		{ "unknown option --volume", "--volume=9" },
		{ "unknown option --", "--=" },
		{ "unknown option --nam3 (did you mean --name?)",
			"--nam3=secret" },
		{ "--name needs a value", "a -n" },
		{ "--name needs a value", "--name" },
		{ "--loud takes no value", "--loud=yes" },
		{ "not 1 to 86400 seconds: 0", "--time=0" },
		{ "--time does not go with --loud", "-l --time=7" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_CASE(cases[i].text, try(cases[i].words) == -EINVAL);
		CHECK_CASE(
			failure.text, strcmp(failure.text, cases[i].text) == 0);
	}
}

static void test_suggestions(void)
{
	static const struct {
		const char *name, *meant; /* NULL: none is similar */
	} cases[] = {
		{ "n", "name" },
		{ "names", "name" },
		{ "nmae", "name" },
		{ "tim", "time" },
		{ "timer", "time" },
		{ "mode", "mood" },
		{ "hlep", "help" },
		{ "NAME", "name" },
		{ "xy", NULL },
		{ "", NULL },
		{ "volume", NULL },
		{ "named-station", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *meant = command_suggest(
			table, cases[i].name, (int)strlen(cases[i].name));

		CHECK_CASE(cases[i].name,
			cases[i].meant
				? meant && strcmp(meant, cases[i].meant) == 0
				: !meant);
	}
}

int main(void)
{
	test_number();
	test_seconds();
	test_address();
	test_keys();
	test_taken();
	test_refused();
	test_suggestions();
	return check_done();
}
