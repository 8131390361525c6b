/* bt-scan/advertisers: when a station is due, and which of very many
 * advertisers makes room for another. Run from the top of the tree. */
#include "../../bt-scan/advertisers.h"

#include <string.h>

#include "base/failure.h"
#include "check.h"

#define ROOM 1024
#define SECOND 1000

static const uint8_t company[] = { 10, 0xff, 0x42, 0x4c, 'B', 'L', 'U', 'E',
	'T', 'T', 'I' };
static const uint8_t name[] = { 6, 0x09, 'E', 'B', '3', 'A', '1' };
static const uint8_t nothing[] = { 0 };

#define HEARS(h, number, data, now) hear(h, number, data, sizeof(data), now)

static void hear(struct advertisers *h, unsigned number, const uint8_t *data,
	size_t length, int64_t now)
{
	struct report report = { .rssi = -60, .data = data, .length = length };

	report.address.octets[4] = (uint8_t)(number >> 8);
	report.address.octets[5] = (uint8_t)number;
	advertisers_add(h, &report, now);
}

static struct advertisers *begin(const struct maps *maps)
{
	static const struct advertisers_wanted wanted;
	struct advertisers *h = NULL;

	CHECK(advertisers_new(&h, maps, &wanted) == 0);
	return h;
}

static bool is_next(struct advertisers *h, int64_t now, const char *expected)
{
	const struct advertiser *a = advertisers_next(h, now);

	return a && strcmp(a->advert.name, expected) == 0;
}

/* A station that is complete is due at once, another one a second later. */
static void test_due(const struct maps *maps)
{
	struct advertisers *h = begin(maps);

	CHECK(advertisers_due(h) == INT64_MAX);
	HEARS(h, 1, name, 5);
	CHECK(advertisers_due(h) == 5 + SECOND);
	HEARS(h, 1, name, 7);
	CHECK(advertisers_due(h) == 5 + SECOND);
	CHECK(!advertisers_next(h, 4 + SECOND));
	CHECK(is_next(h, 5 + SECOND, "EB3A1"));
	CHECK(!advertisers_next(h, 5 + SECOND));
	HEARS(h, 2, name, 2 * SECOND);
	HEARS(h, 2, company, 2 * SECOND + 1);
	CHECK(advertisers_due(h) == 2 * SECOND + 1);
	CHECK(is_next(h, 2 * SECOND + 1, "EB3A1"));
	CHECK(advertisers_stations(h) == 2);
	advertisers_free(h);
}

/* Strangers come and go; a station of which half was heard stays, as long as
 * fewer come than there is room for. */
static void test_room(const struct maps *maps)
{
	struct advertisers *h = begin(maps);
	int64_t now = 0;
	unsigned n = 0;

	while (n < 2 * ROOM)
		HEARS(h, n++, nothing, now++);
	HEARS(h, 60000, name, now++);
	while (n < 3 * ROOM - 1)
		HEARS(h, n++, nothing, now++);
	HEARS(h, 60000, company, now);
	CHECK(is_next(h, now, "EB3A1"));
	HEARS(h, 60001, name, now++);
	while (n < 4 * ROOM)
		HEARS(h, n++, nothing, now++);
	CHECK(advertisers_due(h) == INT64_MAX);
	advertisers_free(h);
}

/* Of very many heard in one ms, a station keeps its place until each of the
 * others has lost its own. */
static void test_same_time(const struct maps *maps)
{
	struct advertisers *h = begin(maps);
	unsigned n = 0;

	while (n < ROOM)
		HEARS(h, n++, nothing, 0);
	HEARS(h, 60000, name, 0);
	while (n < 2 * ROOM - 1)
		HEARS(h, n++, nothing, 0);
	HEARS(h, 60000, company, 0);
	CHECK(is_next(h, 0, "EB3A1"));
	advertisers_free(h);
}

int main(void)
{
	struct failure failure;
	struct maps *maps = NULL;

	CHECK(maps_load(&maps, "lib/maps", &failure) == 0);
	test_due(maps);
	test_room(maps);
	test_same_time(maps);
	maps_free(maps);
	return check_done();
}
