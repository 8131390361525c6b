/* Waits until the wall clock has been set. */
#ifndef BT_BASE_CLOCK_WAIT_H
#define BT_BASE_CLOCK_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* All zero at first. */
struct clock_wait {
	bool has_begun;
	int64_t give_up; /* clock_monotonic(): two minutes after the start */
};

/*
 * Returns true while the wall clock may be wrong: the caller waits a second and
 * calls again. A message reports the wait, another one that the clock has been
 * set, or that it was not.
 *
 * A board without a real-time clock starts in 1970, or at the time saved last,
 * hours or days ago. The kernel knows whether its clock has been synchronized
 * since then (STA_UNSYNC of adjtimex(2)). This counts only in the first three
 * minutes after the system's start: without a time server it never changes. A
 * system that does not permit the call counts as synchronized.
 */
bool clock_wait(struct clock_wait *wait);

#endif
