/* bt-discover/coverage: the state of each register, up to both ends. */
#include "../../bt-discover/coverage.h"

#include "check.h"

static struct coverage coverage;

static void test_range(void)
{
	coverage_init(&coverage, 10, 20);
	CHECK(coverage.counts[COVERAGE_UNKNOWN] == 11);
	CHECK(coverage_get(&coverage, 9) == COVERAGE_OUTSIDE);
	CHECK(coverage_get(&coverage, 10) == COVERAGE_UNKNOWN);
	CHECK(coverage_get(&coverage, 20) == COVERAGE_UNKNOWN);
	CHECK(coverage_get(&coverage, 21) == COVERAGE_OUTSIDE);
	coverage_set(&coverage, 21, COVERAGE_SERVED);
	CHECK(coverage.counts[COVERAGE_SERVED] == 0);
	CHECK(coverage_known(&coverage) == 0);
}

/* The registers beside the first and the last one of all are outside. */
static void test_ends(void)
{
	uint32_t first = 0, last = 0;

	coverage_init(&coverage, 0, 65535);
	CHECK(coverage.counts[COVERAGE_UNKNOWN] == 65536);
	CHECK(coverage_get(&coverage, 0U - 1) == COVERAGE_OUTSIDE);
	CHECK(coverage_get(&coverage, 65536) == COVERAGE_OUTSIDE);
	CHECK(coverage_room(&coverage, 65530, false, 127) == 6);
	CHECK(coverage_room(&coverage, 5, true, 127) == 6);
	CHECK(coverage_room(&coverage, 0U - 1, true, 127) == 0);
	CHECK(!coverage_run(&coverage, &first, &last));
	coverage_set(&coverage, 0, COVERAGE_SERVED);
	coverage_set(&coverage, 65534, COVERAGE_SERVED);
	coverage_set(&coverage, 65535, COVERAGE_SERVED);
	CHECK(coverage_run(&coverage, &first, &last));
	CHECK(first == 0 && last == 0);
	first = last + 1;
	CHECK(coverage_run(&coverage, &first, &last));
	CHECK(first == 65534 && last == 65535);
	first = last + 1;
	CHECK(!coverage_run(&coverage, &first, &last));
}

static void test_states(void)
{
	coverage_init(&coverage, 0, 9);
	coverage_set(&coverage, 0, COVERAGE_SERVED);
	coverage_set(&coverage, 1, COVERAGE_ABSENT);
	coverage_set(&coverage, 2, COVERAGE_QUIET);
	coverage_set(&coverage, 3, COVERAGE_SECRET);
	coverage_set(&coverage, 4, COVERAGE_HELD);
	coverage_set(&coverage, 5, COVERAGE_FAILED);
	CHECK(coverage_known(&coverage) == 4);
	CHECK(coverage_room(&coverage, 5, false, 127) == 0);
	CHECK(coverage_room(&coverage, 6, false, 127) == 4);
	CHECK(coverage_room(&coverage, 6, false, 3) == 3);
	CHECK(coverage_room(&coverage, 9, true, 127) == 4);
	coverage_turn(&coverage, COVERAGE_SECRET, COVERAGE_UNKNOWN);
	CHECK(coverage_get(&coverage, 3) == COVERAGE_UNKNOWN);
	CHECK(coverage.counts[COVERAGE_SECRET] == 0);
	CHECK(coverage.counts[COVERAGE_UNKNOWN] == 5);
	/* A state that is set twice counts once. */
	coverage_set(&coverage, 0, COVERAGE_SERVED);
	CHECK(coverage.counts[COVERAGE_SERVED] == 1);
}

int main(void)
{
	test_range();
	test_ends();
	test_states();
	return check_done();
}
