/* lib/ble/address.c: each form, and what is none. */
#include <string.h>

#include "base/errors.h"
#include "ble/address.h"
#include "check.h"

static const struct {
	const char *text;
	enum address_type type;
	const char *formatted;
} good[] = {
	{ "00:11:22:33:44:55", ADDRESS_PUBLIC, "00:11:22:33:44:55" },
	{ "28:37:2f:aa:bb:cc", ADDRESS_PUBLIC, "28:37:2F:AA:BB:CC" },
	{ "F6:12:34:56:78:9A", ADDRESS_RANDOM, "F6:12:34:56:78:9A" },
	{ "ED:25:00:00:00:01", ADDRESS_RANDOM, "ED:25:00:00:00:01" },
	{ "C9:9C:00:00:00:01", ADDRESS_RANDOM, "C9:9C:00:00:00:01" },
	{ "DC:1E:D5:00:00:01", ADDRESS_UNKNOWN, "DC:1E:D5:00:00:01" },
	{ "E4:B3:23:00:00:01", ADDRESS_UNKNOWN, "E4:B3:23:00:00:01" },
	{ "DC:1E:D5:00:00:01/public", ADDRESS_PUBLIC, "DC:1E:D5:00:00:01" },
	{ "DC:1E:D5:00:00:01/random", ADDRESS_RANDOM, "DC:1E:D5:00:00:01" },
	{ "F6:12:34:56:78:9A/public", ADDRESS_PUBLIC, "F6:12:34:56:78:9A" },
};

static const char *const bad[] = {
	"",
	"00",
	"00:11:22:33:44",
	"00:11:22:33:44:5",
	"00:11:22:33:44:55:66",
	"00:11:22:33:44:5g",
	"00-11-22-33-44-55",
	"001122334455",
	" 00:11:22:33:44:55",
	"00:11:22:33:44:55 ",
	"00:11:22:33:44:55/",
	"00:11:22:33:44:55/static",
	"00:11:22:33:44:55/randomly",
	"0:11:22:33:44:55",
	"unix:",
	"unix",
};

static void check_ble(void)
{
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct address address;
		char text[ADDRESS_TEXT];

		CHECK_CASE(good[i].text,
			address_parse(&address, good[i].text) == 0);
		CHECK_CASE(good[i].text, address.kind == ADDRESS_BLE);
		CHECK_CASE(good[i].text, address.type == good[i].type);
		address_format(text, &address);
		CHECK_CASE(good[i].text, strcmp(text, good[i].formatted) == 0);
	}
}

static void check_bad(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct address address = { .path = "kept" };

		CHECK_CASE(bad[i],
			address_parse(&address, bad[i]) == -BT_EADDRESS);
		CHECK_CASE(bad[i], strcmp(address.path, "kept") == 0);
	}
}

static void check_unix(void)
{
	struct address address;
	char text[ADDRESS_TEXT];
	char longest[ADDRESS_TEXT + 1] = "unix:";

	CHECK(address_parse(&address, "unix:/run/a socket") == 0);
	CHECK(address.kind == ADDRESS_UNIX);
	CHECK(strcmp(address.path, "/run/a socket") == 0);
	address_format(text, &address);
	CHECK(strcmp(text, "unix:/run/a socket") == 0);

	memset(longest + 5, 'x', ADDRESS_PATH - 1);
	CHECK(address_parse(&address, longest) == 0);
	address_format(text, &address);
	CHECK(strcmp(text, longest) == 0);
	longest[5 + ADDRESS_PATH - 1] = 'x';
	CHECK(address_parse(&address, longest) == -BT_EADDRESS);
}

int main(void)
{
	check_ble();
	check_bad();
	check_unix();
	return check_done();
}
