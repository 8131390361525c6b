/*
 * Two clocks: deadlines and intervals use the monotonic clock, printed times
 * the wall clock.
 */
#ifndef BT_BASE_CLOCK_H
#define BT_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_monotonic(void);

/* Milliseconds since 1970-01-01T00:00:00Z of the wall clock. */
int64_t clock_wall(void);

/* Milliseconds until a deadline on clock_monotonic(), for poll(2): 0 if it has
 * passed, at most INT_MAX. */
int clock_left(int64_t deadline);

/* The earlier of two times of one clock. */
static inline int64_t clock_earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* "2026-11-22T09:42:00.123Z" without the terminating zero. */
#define CLOCK_TEXT 24

/* Times that a line or record may carry: from 1970 up to the end of 9999. */
#define CLOCK_MAX INT64_C(253402300799999)

/*
 * Writes a time as RFC 3339 in UTC with milliseconds and a terminating zero.
 * The time must be 0 to CLOCK_MAX.
 */
void clock_format(char text[CLOCK_TEXT + 1], int64_t ms);

/*
 * Reads "YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM)", length bytes, any
 * number of digits in the fraction (those beyond milliseconds are dropped).
 * Returns 0, or -BT_ETIME and leaves *ms alone.
 */
int clock_parse(int64_t *ms, const char *text, size_t length);

#endif
