/* bt-scan/advert.c: what advertisers tell, whole, in parts and cut off. */
#include <stdlib.h>
#include <string.h>

#include "../../bt-scan/advert.h"
#include "check.h"

#define NAMED(text) (uint8_t)(1 + sizeof(text) - 1), 0x09
#define MARKED(letter) \
	10, 0xff, 0x42, 0x4c, 'B', 'L', 'U', 'E', 'T', 'T', letter

/* As an Elite 200 V2 sends it: flags, service, address, manufacturer, name. */
static const uint8_t elite[] = { 0x02, 0x01, 0x06, 0x03, 0x03, 0x00, 0xff, 0x08,
	0x1b, 0x00, 0x00, 0x00, 0x00, 0xd5, 0x1e, 0xdc, MARKED('F'), 0x1a, 0x09,
	'E', 'l', 'i', 't', 'e', ' ', '2', '0', '0', ' ', 'V', '2', '2', '5',
	'1', '9', '0', '0', '0', '0', '0', '0', '0', '0', '0' };

/* Copies the data, so that a read beyond them is seen. */
static void add(struct advert *advert, const uint8_t *data, size_t length)
{
	uint8_t *copy = malloc(length + !length);

	if (!copy)
		abort();
	memcpy(copy, data, length);
	advert_add(advert, copy, length);
	free(copy);
}

static void check_elite(void)
{
	struct advert advert = { 0 };

	add(&advert, elite, sizeof elite);
	CHECK(strcmp(advert.name, "Elite 200 V22519000000000") == 0);
	CHECK(advert.is_whole);
	CHECK(advert.service_count == 1 && advert.services[0].size == 2);
	CHECK(memcmp(advert.services[0].uuid, "\xff\x00", 2) == 0);
	CHECK(advert.company_count == 1);
	CHECK(advert.companies[0].id == 0x4c42);
	CHECK(advert.companies[0].length == 7);
	CHECK(memcmp(advert.companies[0].value, "BLUETTF", 7) == 0);
	CHECK(advert_security(&advert) == ADVERT_ENCRYPTED);
	CHECK(advert_is_station(&advert));
}

/* A structure that is cut off is not there, those before it are. */
static void check_truncated(void)
{
	for (size_t length = 0; length < sizeof elite; length++) {
		struct advert advert = { 0 };

		add(&advert, elite, length);
		CHECK(advert.name[0] == '\0');
		CHECK(advert.service_count == (length >= 7));
		CHECK(advert.company_count == (length >= 27));
		CHECK(advert_is_station(&advert) == (length >= 27));
	}
}

/* --- names --------------------------------------------------------------- */

static void check_names(void)
{
	static const uint8_t shortened[] = { 6, 0x08, 'A', 'C', '3', '0', '0' };
	static const uint8_t whole[] = { NAMED("AC3002"), 'A', 'C', '3', '0',
		'0', '2' };
	static const uint8_t zeros[] = { NAMED("AC\0\0"), 'A', 'C', 0, 0 };
	static const uint8_t empty[] = { 1, 0x09 };
	struct advert advert = { 0 };
	uint8_t longest[255];

	add(&advert, shortened, sizeof shortened);
	CHECK(strcmp(advert.name, "AC300") == 0 && !advert.is_whole);
	add(&advert, whole, sizeof whole);
	CHECK(strcmp(advert.name, "AC3002") == 0 && advert.is_whole);
	add(&advert, shortened, sizeof shortened);
	CHECK(strcmp(advert.name, "AC3002") == 0 && advert.is_whole);
	add(&advert, empty, sizeof empty);
	CHECK(strcmp(advert.name, "AC3002") == 0);
	add(&advert, zeros, sizeof zeros);
	CHECK(strcmp(advert.name, "AC") == 0);

	memset(longest, 'x', sizeof longest);
	longest[0] = sizeof longest - 1;
	longest[1] = 0x09;
	add(&advert, longest, sizeof longest);
	CHECK(strlen(advert.name) == ADVERT_NAME);
}

/* --- services and companies ---------------------------------------------- */

static void check_services(void)
{
	static const uint8_t many[] = { 5, 0x02, 0x0f, 0x18, 0x00,
		0xff,				 /* two short ones */
		4, 0x03, 0x00, 0xff, 0x0a,	 /* one, and a half */
		5, 0x05, 0x00, 0xff, 0x00, 0x00, /* the same in 32 bits */
		5, 0x04, 0x01, 0x02, 0x03, 0x04, /* really long */
		17, 0x07, 0xfb, 0x34, 0x9b, 0x5f, 0x80, 0x00, 0x00, 0x80, 0x00,
		0x10, 0x00, 0x00, 0x00, 0xff, 0x00, 0x00, /* ff00 in 128 bits */
		17, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16 };
	struct advert advert = { 0 };

	add(&advert, many, sizeof many);
	CHECK(advert.service_count == 4);
	CHECK(advert.services[0].size == 2);
	CHECK(memcmp(advert.services[0].uuid, "\x18\x0f", 2) == 0);
	CHECK(advert.services[1].size == 2);
	CHECK(memcmp(advert.services[1].uuid, "\xff\x00", 2) == 0);
	CHECK(advert.services[2].size == 4);
	CHECK(memcmp(advert.services[2].uuid, "\x04\x03\x02\x01", 4) == 0);
	CHECK(advert.services[3].size == 16);
	CHECK(advert.services[3].uuid[0] == 16);

	for (uint8_t i = 0; i < 100; i++) {
		const uint8_t one[] = { 3, 0x03, i, 0x77 };

		add(&advert, one, sizeof one);
	}
	CHECK(advert.service_count == ADVERT_SERVICES);
}

static void check_companies(void)
{
	/* A FridgePower has two. */
	static const uint8_t fridge[] = { 5, 0xff, 0x06, 0x0f, 1, 2,
		MARKED('E') };
	static const uint8_t again[] = { 4, 0xff, 0x06, 0x0f, 3 };
	static const uint8_t no_id[] = { 2, 0xff, 0x42 };
	struct advert advert = { 0 };
	uint8_t longest[256] = { 255, 0xff, 0x01, 0x01 };

	add(&advert, fridge, sizeof fridge);
	CHECK(advert.company_count == 2);
	CHECK(advert.companies[0].id == 3846);
	CHECK(advert.companies[1].id == 19522);
	CHECK(advert_security(&advert) == ADVERT_ENCRYPTED);
	CHECK(advert_is_station(&advert));

	add(&advert, again, sizeof again);
	add(&advert, no_id, sizeof no_id);
	CHECK(advert.company_count == 2);
	CHECK(advert.companies[0].length == 1);
	CHECK(advert.companies[0].value[0] == 3);

	add(&advert, longest, sizeof longest);
	CHECK(advert.company_count == 3);
	CHECK(advert.companies[2].length == ADVERT_VALUE);
	for (uint8_t i = 0; i < 100; i++) {
		const uint8_t one[] = { 3, 0xff, i, 0x77 };

		add(&advert, one, sizeof one);
	}
	CHECK(advert.company_count == ADVERT_COMPANIES);
}

/* --- what it makes -------------------------------------------------------- */

static const struct {
	const char *what;
	uint8_t data[48];
	size_t length;
	enum advert_security security;
	bool is_station;
} kinds[] = {
	{ "plain", { MARKED('I') }, 11, ADVERT_PLAIN, true },
	{ "encrypted", { MARKED('E') }, 11, ADVERT_ENCRYPTED, true },
	{ "encrypted, newer", { MARKED('F') }, 11, ADVERT_ENCRYPTED, true },
	{ "another letter", { MARKED('X') }, 11, ADVERT_UNKNOWN, true },
	{ "letters after it",
		{ 11, 0xff, 0x42, 0x4c, 'B', 'L', 'U', 'E', 'T', 'T', 'I',
			'x' },
		12, ADVERT_PLAIN, true },
	{ "cut short", { 9, 0xff, 0x42, 0x4c, 'B', 'L', 'U', 'E', 'T', 'T' },
		10, ADVERT_UNKNOWN, true },
	{ "another company",
		{ 10, 0xff, 0x4c, 0x42, 'B', 'L', 'U', 'E', 'T', 'T', 'I' }, 11,
		ADVERT_UNKNOWN, false },
	{ "service alone", { 3, 0x03, 0x00, 0xff }, 4, ADVERT_UNKNOWN, false },
	{ "service and any name",
		{ 3, 0x03, 0x00, 0xff, 5, 0x09, 'L', 'a', 'm', 'p' }, 10,
		ADVERT_UNKNOWN, false },
	{ "service and a serial number",
		{ 3, 0x03, 0x00, 0xff, 15, 0x09, 'P', 'B', 'O', 'X', '2', '2',
			'3', '4', '0', '0', '0', '0', '0', '0' },
		20, ADVERT_UNKNOWN, true },
	{ "service and one digit less",
		{ 3, 0x03, 0x00, 0xff, 14, 0x09, 'P', 'B', 'O', 'X', '2', '2',
			'3', '4', '0', '0', '0', '0', '0' },
		19, ADVERT_UNKNOWN, false },
	{ "service and digits alone",
		{ 3, 0x03, 0x00, 0xff, 11, 0x09, '2', '2', '3', '4', '0', '0',
			'0', '0', '0', '0' },
		16, ADVERT_UNKNOWN, false },
	{ "serial number alone",
		{ 15, 0x09, 'P', 'B', 'O', 'X', '2', '2', '3', '4', '0', '0',
			'0', '0', '0', '0' },
		16, ADVERT_UNKNOWN, false },
	{ "zeros in front, as fill up a report", { 0, 0, 0, MARKED('I') }, 14,
		ADVERT_PLAIN, true },
};

static void check_kinds(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct advert advert = { 0 };

		add(&advert, kinds[i].data, kinds[i].length);
		CHECK_CASE(kinds[i].what,
			advert_security(&advert) == kinds[i].security);
		CHECK_CASE(kinds[i].what,
			advert_is_station(&advert) == kinds[i].is_station);
	}
}

/* --- any bytes ------------------------------------------------------------ */

static void check_random(void)
{
	struct advert advert = { 0 };

	srandom(1);
	for (int i = 0; i < 20000; i++) {
		uint8_t data[64];
		size_t length = (size_t)random() % sizeof data;

		/* Small lengths, so that there are structures to read. */
		for (size_t k = 0; k < length; k++)
			data[k] =
				(uint8_t)(random() % (random() % 2 ? 16 : 256));
		add(&advert, data, length);
		if (strlen(advert.name) > ADVERT_NAME ||
			advert.service_count > ADVERT_SERVICES ||
			advert.company_count > ADVERT_COMPANIES)
			abort();
	}
	CHECK(advert.service_count > 0);
}

int main(void)
{
	check_elite();
	check_truncated();
	check_names();
	check_services();
	check_companies();
	check_kinds();
	check_random();
	return check_done();
}
