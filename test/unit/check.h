/* What every unit test needs: checks that go on, and a count at the end. */
#ifndef BT_TEST_UNIT_CHECK_H
#define BT_TEST_UNIT_CHECK_H

#include <stdio.h>

static int checks_failed;
static int checks_passed;

/* Says where and what if the condition does not hold, and goes on. */
#define CHECK(condition) \
	do { \
		if (condition) { \
			checks_passed++; \
		} else { \
			checks_failed++; \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
				__LINE__, #condition); \
		} \
	} while (0)

/* The same in the name of a row of a table of cases. */
#define CHECK_CASE(name, condition) \
	do { \
		if (condition) { \
			checks_passed++; \
		} else { \
			checks_failed++; \
			fprintf(stderr, "%s:%d: %s: not so: %s\n", __FILE__, \
				__LINE__, name, #condition); \
		} \
	} while (0)

/* The status of a test program that cannot run here; says why. */
static inline int check_skip(const char *reason)
{
	puts(reason);
	return 77;
}

/* The status of the test program. */
static inline int check_done(void)
{
	printf("%d checks passed, %d failed\n", checks_passed, checks_failed);
	return checks_failed > 0 || checks_passed == 0;
}

#endif
