/* lib/option and lib/option-secure: values that are taken, and reasons. */
#include "cli/option.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/errors.h"
#include "check.h"
#include "cli/option-secure.h"

static void test_number(void)
{
	static const struct {
		const char *text;
		long least, most, value;
	} cases[] = {
		{ "0", 0, 10, 0 },
		{ "10", 0, 10, 10 },
		{ "010", 0, 10, 10 },
		{ " +7", 0, 10, 7 },
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
	char why[MESSAGE_MAX] = "";
	int64_t ms = -1;

	CHECK(option_seconds(&ms, "1", why) == 0 && ms == 1000);
	CHECK(option_seconds(&ms, "86400", why) == 0 && ms == 86400000);
	CHECK(strcmp(why, "") == 0);
	CHECK(option_seconds(&ms, "86401", why) == -EINVAL);
	CHECK(strcmp(why, "not 1 to 86400 seconds: 86401; try option --help") ==
		0);
	CHECK(option_seconds(&ms, "0", why) == -EINVAL);
	CHECK(ms == 86400000);
}

static void test_address(void)
{
	char why[MESSAGE_MAX] = "";
	struct address address;

	CHECK(option_address(&address, "unix:sim", why) == 0);
	CHECK(option_address(&address, "sim", why) == -EINVAL);
	CHECK(strncmp(why, "sim: not an address: ", 21) == 0);
}

static void test_security(void)
{
	enum station_security security = STATION_AUTO;
	char why[MESSAGE_MAX] = "";

	CHECK(option_security(&security, STATION_PLAIN, why) == 0);
	CHECK(option_security(&security, STATION_PLAIN, why) == 0);
	CHECK(option_security(&security, STATION_SECURE, why) == -EINVAL);
	CHECK(security == STATION_PLAIN);
	CHECK(strcmp(why, "--plain excludes --secure; try option --help") == 0);
}

static void test_keys(void)
{
	char why[MESSAGE_MAX] = "";
	struct secure_keys keys;

	CHECK(option_keys(&keys, "/", why) == -BT_EKEYS);
	CHECK(strcmp(why, "/: is not a regular file") == 0);
}

/* However long the reason is, what follows it has room. */
static void test_long(void)
{
	static const char end[] = "xxx; try option --help";
	char text[2 * MESSAGE_MAX] = "";
	char why[MESSAGE_MAX];
	size_t length;

	memset(text, 'x', sizeof text - 1);
	CHECK(message_usage(why, "not this: %s", text) == -EINVAL);
	length = strlen(why);
	CHECK(length < MESSAGE_MAX);
	CHECK(strcmp(why + length - strlen(end), end) == 0);
}

int main(void)
{
	test_number();
	test_seconds();
	test_address();
	test_security();
	test_keys();
	test_long();
	return check_done();
}
