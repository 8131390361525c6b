/* lib/trouble: what is told, and how it ends. */
#include "station/reported-errors.h"

#include <errno.h>
#include <sysexits.h>

#include "base/errors.h"
#include "check.h"

static void test_once(void)
{
	struct reported_errors trouble = { .count = 0 };

	CHECK(!reported_errors_clear(&trouble));
	CHECK(reported_errors_add(&trouble, -BT_ETIMEOUT));
	CHECK(!reported_errors_add(&trouble, -BT_ETIMEOUT));
	CHECK(reported_errors_add(&trouble, -BT_ELOST));
	CHECK(!reported_errors_add(&trouble, -BT_ETIMEOUT));
	CHECK(reported_errors_clear(&trouble));
	CHECK(!reported_errors_clear(&trouble));
	CHECK(reported_errors_add(&trouble, -BT_ETIMEOUT));
}

/* More than there is room for are not told; the first ones stay known. */
static void test_many(void)
{
	struct reported_errors trouble = { .count = 0 };

	for (int error = 1; error <= REPORTED_ERRORS_MAX; error++)
		CHECK(reported_errors_add(&trouble, -error));
	CHECK(!reported_errors_add(&trouble, -REPORTED_ERRORS_MAX - 1));
	CHECK(!reported_errors_add(&trouble, -1));
	CHECK(reported_errors_clear(&trouble));
	CHECK(reported_errors_add(&trouble, -REPORTED_ERRORS_MAX - 1));
}

static void test_status(void)
{
	struct reported_errors trouble = { .count = 0 };

	CHECK(reported_errors_status(&trouble) == EX_UNAVAILABLE);
	reported_errors_add(&trouble, -BT_EUNFOUND);
	reported_errors_add(&trouble, -EHOSTDOWN);
	CHECK(reported_errors_status(&trouble) == EX_UNAVAILABLE);
	reported_errors_add(&trouble, -BT_ECRC);
	reported_errors_add(&trouble, -BT_ELOST);
	CHECK(reported_errors_status(&trouble) == EX_PROTOCOL);
	reported_errors_clear(&trouble);
	CHECK(reported_errors_status(&trouble) == EX_UNAVAILABLE);
}

int main(void)
{
	test_once();
	test_many();
	test_status();
	return check_done();
}
