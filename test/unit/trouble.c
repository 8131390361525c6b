/* lib/trouble: what is told, and how it ends. */
#include "trouble.h"

#include <errno.h>
#include <sysexits.h>

#include "check.h"
#include "error.h"

static void test_once(void)
{
	struct trouble trouble = { .count = 0 };

	CHECK(!trouble_end(&trouble));
	CHECK(trouble_add(&trouble, -BT_ETIMEOUT));
	CHECK(!trouble_add(&trouble, -BT_ETIMEOUT));
	CHECK(trouble_add(&trouble, -BT_ELOST));
	CHECK(!trouble_add(&trouble, -BT_ETIMEOUT));
	CHECK(trouble_end(&trouble));
	CHECK(!trouble_end(&trouble));
	CHECK(trouble_add(&trouble, -BT_ETIMEOUT));
}

/* More than there is room for are not told; the first ones stay known. */
static void test_many(void)
{
	struct trouble trouble = { .count = 0 };

	for (int error = 1; error <= TROUBLE_MAX; error++)
		CHECK(trouble_add(&trouble, -error));
	CHECK(!trouble_add(&trouble, -TROUBLE_MAX - 1));
	CHECK(!trouble_add(&trouble, -1));
	CHECK(trouble_end(&trouble));
	CHECK(trouble_add(&trouble, -TROUBLE_MAX - 1));
}

static void test_status(void)
{
	struct trouble trouble = { .count = 0 };

	CHECK(trouble_status(&trouble) == EX_UNAVAILABLE);
	trouble_add(&trouble, -BT_EUNFOUND);
	trouble_add(&trouble, -EHOSTDOWN);
	CHECK(trouble_status(&trouble) == EX_UNAVAILABLE);
	trouble_add(&trouble, -BT_ECRC);
	trouble_add(&trouble, -BT_ELOST);
	CHECK(trouble_status(&trouble) == EX_PROTOCOL);
	trouble_end(&trouble);
	CHECK(trouble_status(&trouble) == EX_UNAVAILABLE);
}

int main(void)
{
	test_once();
	test_many();
	test_status();
	return check_done();
}
