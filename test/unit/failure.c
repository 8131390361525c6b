/* lib/base/failure: codes and texts. */
#include "base/failure.h"

#include <string.h>

#include "base/errors.h"
#include "base/message.h"
#include "check.h"

static void test_text(void)
{
	struct failure failure;

	CHECK(failure_set(&failure, -BT_EKEYS, "%d of %s", 7, "nine") ==
		-BT_EKEYS);
	CHECK(failure.code == -BT_EKEYS);
	CHECK(strcmp(failure.text, "7 of nine") == 0);
	CHECK(failure_set(&failure, -BT_EMAP, "host: %s", failure.text) ==
		-BT_EMAP);
	CHECK(strcmp(failure.text, "host: 7 of nine") == 0);
}

static void test_place(void)
{
	struct failure failure;

	CHECK(failure_set_at(&failure, -BT_EMAP, "a.map", 4294967295, "%s",
		      "bad") == -BT_EMAP);
	CHECK(failure.code == -BT_EMAP);
	CHECK(strcmp(failure.text, "a.map:4294967295: bad") == 0);
	failure_set_at(&failure, -BT_EMAP, "a.map", 0, "bad");
	CHECK(strcmp(failure.text, "a.map: bad") == 0);
}

/* A long text is cut visibly; a long name of a file leaves room for the
 * reason. */
static void test_long(void)
{
	static char text[2 * MESSAGE_MAX];
	struct failure failure;

	memset(text, 'x', sizeof text - 1);
	failure_set(&failure, -BT_EMAP, "%s", text);
	CHECK(strlen(failure.text) == FAILURE_TEXT - 1);
	CHECK(strcmp(failure.text + FAILURE_TEXT - 5, "x...") == 0);
	failure_set_at(&failure, -BT_EMAP, text, 4294967295, "bad");
	CHECK(strcmp(strchr(failure.text, ':'), ":4294967295: bad") == 0);
}

int main(void)
{
	test_text();
	test_place();
	test_long();
	return check_done();
}
