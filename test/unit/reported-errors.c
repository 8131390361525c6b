/* lib/station/reported-errors: each error once, and the exit status. */
#include "station/reported-errors.h"

#include <errno.h>
#include <sysexits.h>

#include "base/errors.h"
#include "check.h"

static void test_once(void)
{
	struct reported_errors reported = { .count = 0 };

	CHECK(!reported_errors_clear(&reported));
	CHECK(reported_errors_add(&reported, -BT_ETIMEOUT));
	CHECK(!reported_errors_add(&reported, -BT_ETIMEOUT));
	CHECK(reported_errors_add(&reported, -BT_ELOST));
	CHECK(!reported_errors_add(&reported, -BT_ETIMEOUT));
	CHECK(reported_errors_clear(&reported));
	CHECK(!reported_errors_clear(&reported));
	CHECK(reported_errors_add(&reported, -BT_ETIMEOUT));
}

/* More than there is room for are not reported; the first ones are kept. */
static void test_many(void)
{
	struct reported_errors reported = { .count = 0 };

	for (int error = 1; error <= REPORTED_ERRORS_MAX; error++)
		CHECK(reported_errors_add(&reported, -error));
	CHECK(!reported_errors_add(&reported, -REPORTED_ERRORS_MAX - 1));
	CHECK(!reported_errors_add(&reported, -1));
	CHECK(reported_errors_clear(&reported));
	CHECK(reported_errors_add(&reported, -REPORTED_ERRORS_MAX - 1));
}

static void test_status(void)
{
	struct reported_errors reported = { .count = 0 };

	CHECK(reported_errors_status(&reported) == EX_UNAVAILABLE);
	reported_errors_add(&reported, -BT_EUNFOUND);
	reported_errors_add(&reported, -EHOSTDOWN);
	CHECK(reported_errors_status(&reported) == EX_UNAVAILABLE);
	reported_errors_add(&reported, -BT_ECRC);
	reported_errors_add(&reported, -BT_ELOST);
	CHECK(reported_errors_status(&reported) == EX_PROTOCOL);
	reported_errors_clear(&reported);
	CHECK(reported_errors_status(&reported) == EX_UNAVAILABLE);
}

int main(void)
{
	test_once();
	test_many();
	test_status();
	return check_done();
}
