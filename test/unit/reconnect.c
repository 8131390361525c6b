/* lib/station/reconnect: when the next connect is due, and when it is over. */
#include "station/reconnect.h"

#include <errno.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/errors.h"
#include "check.h"

#define BACKOFF_MAX 5000
#define LATE 900 /* ms that a slow machine may lose between two lines */

static struct address address;
static struct secure_keys keys;

static void begin(struct reconnect *link, int64_t timeout)
{
	struct reconnect_options options = { .address = &address,
		.keys = &keys,
		.timeout = timeout,
		.backoff_max = BACKOFF_MAX };

	CHECK(reconnect_init(link, &options, -1) == 0);
	CHECK(!reconnect_is_linked(link));
}

/* Whether the next connect is so far away; by chance, up to a quarter more. */
static bool is_due_in(const struct reconnect *link, int64_t ms)
{
	int64_t left = clock_left(reconnect_due(link));

	return left > ms - LATE && left <= ms + ms / 4;
}

static void test_backoff(void)
{
	static const int64_t waits[] = { 0, 1000, 2000, 4000, 5000, 5000 };
	struct reconnect link;

	begin(&link, 0);
	CHECK(is_due_in(&link, 0));
	for (int round = 0; round < 2; round++) {
		for (unsigned i = 0; i < sizeof waits / sizeof waits[0]; i++) {
			CHECK(reconnect_fail(&link, -BT_ELOST) == 0);
			CHECK(is_due_in(&link, waits[i]));
		}
		CHECK(link.reported.count == 1);
		reconnect_recover(&link);
		CHECK(link.reported.count == 0);
	}
	reconnect_release(&link);
}

/* Nobody listens: each step is a failure that is tried again. */
static void test_unreachable(void)
{
	struct reconnect link;

	begin(&link, 0);
	CHECK(reconnect_step(&link) == -ENOENT);
	CHECK(reconnect_fail(&link, -ENOENT) == 0);
	CHECK(!reconnect_is_linked(&link));
	CHECK(link.connects == 0);
	reconnect_release(&link);
}

static void test_final(void)
{
	static const int errors[] = { -BT_ECANCELED, -BT_ECRYPTO, -EACCES,
		-EPERM, -BT_ESIGNATURE, -BT_ENOMAP, -BT_EOUTPUT };
	struct reconnect link;

	begin(&link, 0);
	for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++)
		CHECK(reconnect_fail(&link, errors[i]) == errors[i]);
	CHECK(link.reported.count == 0);
	reconnect_release(&link);
}

/* The user waits a second; the clock is put back instead of waited for. */
static void test_patience(void)
{
	static const struct frame_writer frame_writer;
	struct reconnect link;

	begin(&link, 1000);
	CHECK(reconnect_fail(&link, -BT_ELOST) == 0);
	link.last_good -= 2000;
	CHECK(reconnect_is_over(&link));
	CHECK(is_due_in(&link, 0));
	CHECK(reconnect_step(&link) == 0 && link.connects == 0);
	CHECK(reconnect_fail(&link, -BT_ECRC) == -BT_ETIMEOUT);
	CHECK(reconnect_end(&link, &frame_writer, -BT_ETIMEOUT) == EX_PROTOCOL);
	reconnect_record_good(&link);
	CHECK(!reconnect_is_over(&link));
	reconnect_release(&link);
}

/* The bound ends it whatever is answered. */
static void test_bound(void)
{
	static const struct frame_writer frame_writer;
	struct reconnect link;

	begin(&link, 0);
	CHECK(reconnect_ends(&link) == INT64_MAX);
	link.bound = clock_monotonic();
	CHECK(reconnect_is_over(&link));
	CHECK(is_due_in(&link, 0));
	CHECK(reconnect_fail(&link, -BT_ELOST) == -BT_ETIMEOUT);
	CHECK(reconnect_end(&link, &frame_writer, -BT_ETIMEOUT) ==
		EX_UNAVAILABLE);
	reconnect_record_good(&link);
	CHECK(reconnect_is_over(&link));
	CHECK(link.has_answered);
	reconnect_release(&link);
}

/* Time in which nothing was asked for does not count. */
static void test_rest(void)
{
	struct reconnect link;

	begin(&link, 1000);
	link.last_good -= 2000;
	link.last_sign -= 2000;
	reconnect_record_rest(&link, clock_monotonic() - 2000);
	CHECK(!reconnect_is_over(&link));
	CHECK(link.last_sign >= 0);
	reconnect_release(&link);
}

int main(void)
{
	CHECK(address_parse(&address, "unix:/nonexistent/station") == 0);
	secure_keys_default(&keys);
	test_backoff();
	test_unreachable();
	test_final();
	test_patience();
	test_bound();
	test_rest();
	return check_done();
}
