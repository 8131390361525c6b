/* lib/station/secure-keys: what is read, what is refused and why. The owner is
 * tried in secure-keys-root. */
#include "station/secure-keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "check.h"

#define LOCAL "000102030405060708090a0b0c0d0e0f"
#define PRIVATE \
	"4142434445464748494A4B4C4D4E4F50" \
	"5152535455565758595a5b5c5d5e5f60"
#define PUBLIC \
	"261efbd3550cf068ef013ed7366ba32f5d6fe557b4b2abce8ade58cba168a55e" \
	"1788a0b29a56a6abec4084c0c96bd3dcbca6b507f35dbea9e985708479d8bdc9"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

static char directory[] = "/tmp/bt-keys.XXXXXX";
static char path[64];

static void write_file(const char *text, size_t length, mode_t mode)
{
	FILE *file;

	unlink(path);
	file = fopen(path, "we");
	CHECK(file != NULL);
	if (!file)
		return;
	CHECK(fwrite(text, 1, length, file) == length);
	fclose(file);
	CHECK(chmod(path, mode) == 0);
}

static const struct {
	const char *text;
	unsigned line;
	const char *reason; /* a part of it; NULL: good */
} cases[] = {
	{ "", 0, NULL },
	{ "# nothing but a comment", 0, NULL },
	{ "\r\n \t\nlocal_key\t" LOCAL " # theirs\r\n", 0, NULL },
	{ "device_signing_public " PUBLIC "\nclient_signing_private " PRIVATE
	  "\nlocal_key " LOCAL "\n",
		0, NULL },
	{ "local_key", 1, "a name and hexadecimal digits" },
	{ "\nlocal_key " LOCAL " 00", 2, "a name and hexadecimal digits" },
	{ "local_key 00", 1, "local_key has 16 bytes" },
	{ "local_key " LOCAL "00", 1, "local_key has 16 bytes" },
	{ "local_key 0" LOCAL, 1, "not pairs of hexadecimal digits" },
	{ "local_key x00102030405060708090a0b0c0d0e0f0", 1,
		"not pairs of hexadecimal digits" },
	{ "client_signing_private " LOCAL, 1, "has 32 bytes" },
	{ "device_signing_public " PRIVATE, 1, "has 64 bytes" },
	{ "local_key " LOCAL "\n#\nlocal_key " LOCAL, 3, "comes twice" },
	{ "Local_key " LOCAL, 1, "unknown name" },
	{ "key " LOCAL, 1, "unknown name" },
	{ "client_signing_private " ZERO, 0, "not a private key of P-256" },
	{ "device_signing_public " ZERO ZERO, 0, "not a point of P-256" },
	{ "device_signing_public " PRIVATE PRIVATE, 0, "not a point of P-256" },
};

/* The line that "FILE:LINE: reason" names; 0 if it names only the file. */
static unsigned failure_line(const struct failure *failure)
{
	size_t length = strlen(path);
	unsigned line = 0;

	CHECK(strncmp(failure->text, path, length) == 0);
	sscanf(failure->text + length, ":%u", &line);
	return line;
}

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *name = cases[i].text;
		struct failure failure;
		struct secure_keys keys, before;

		memset(&keys, 0x55, sizeof keys);
		before = keys;
		write_file(name, strlen(name), 0600);
		if (!cases[i].reason) {
			CHECK_CASE(name,
				secure_keys_read(&keys, path, &failure) == 0);
			continue;
		}
		CHECK_CASE(name,
			secure_keys_read(&keys, path, &failure) == -BT_EKEYS);
		CHECK_CASE(name, failure_line(&failure) == cases[i].line);
		CHECK_CASE(name, strstr(failure.text, cases[i].reason) != NULL);
		CHECK_CASE(name, memcmp(&keys, &before, sizeof keys) == 0);
	}
}

static void test_values(void)
{
	static const char text[] = "client_signing_private " PRIVATE;
	struct failure failure;
	struct secure_keys keys, real;

	secure_keys_default(&real);
	write_file(text, strlen(text), 0444);
	CHECK(secure_keys_read(&keys, path, &failure) == 0);
	CHECK(memcmp(keys.client_signing_private,
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`",
		      CRYPTO_PRIVATE) == 0);
	CHECK(memcmp(keys.local_key, real.local_key, sizeof real.local_key) ==
		0);
	CHECK(memcmp(keys.device_signing_public, real.device_signing_public,
		      CRYPTO_PUBLIC) == 0);
}

static void check_refused(const char *reason)
{
	struct failure failure;
	struct secure_keys keys;

	CHECK_CASE(
		reason, secure_keys_read(&keys, path, &failure) == -BT_EKEYS);
	CHECK_CASE(reason, failure_line(&failure) == 0);
	CHECK_CASE(reason, strstr(failure.text, reason) != NULL);
}

static void test_files(void)
{
	static char big[17 * 1024];

	write_file("", 0, 0620);
	check_refused("others may write it");
	write_file("", 0, 0602);
	check_refused("others may write it");
	write_file("#\0", 2, 0600);
	check_refused("zero byte");
	memset(big, '#', sizeof big);
	write_file(big, sizeof big, 0600);
	check_refused("larger than 16384 bytes");
	CHECK(unlink(path) == 0);
	check_refused("No such file");
	CHECK(mkfifo(path, 0600) == 0);
	check_refused("not a regular file");
	CHECK(unlink(path) == 0);
}

int main(void)
{
	CHECK(mkdtemp(directory) != NULL);
	snprintf(path, sizeof path, "%s/keys", directory);
	test_cases();
	test_values();
	test_files();
	CHECK(rmdir(directory) == 0);
	return check_done();
}
