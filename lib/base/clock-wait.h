/* Waits for a wall clock that shows what it showed long ago. */
#ifndef BT_BASE_CLOCK_WAIT_H
#define BT_BASE_CLOCK_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* All zero at first. */
struct clock_wait {
	bool has_begun;
	int64_t give_up; /* clock_monotonic(): two minutes after the begin */
};

/*
 * Whether the times of the wall clock had better not be written yet: while
 * this is true, wait a second and ask again. A message tells that it is
 * waited, another one that the clock has been set, or never was.
 *
 * A board without a clock of its own starts in 1970, or at the time that was
 * saved last, hours or days ago. The kernel knows whether its clock was
 * compared with a time server since (STA_UNSYNC of adjtimex(2)). That counts
 * in the first three minutes after the start of the system only: without a
 * server it never changes. A system that does not let a program ask is
 * believed.
 */
bool clock_wait(struct clock_wait *wait);

#endif
