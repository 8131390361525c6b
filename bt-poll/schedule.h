/* When the next thing is due: a grid without drift. */
#ifndef BT_POLL_SCHEDULE_H
#define BT_POLL_SCHEDULE_H

#include <stdint.h>

/*
 * The next slot after now of a grid of interval ms that goes through due.
 * Slots that were missed are left out, the grid stays. All are times of
 * clock_monotonic(); due may lie in the past, interval is more than 0.
 */
static inline int64_t schedule_next(int64_t due, int64_t interval, int64_t now)
{
	if (due > now)
		return due;
	return due + ((now - due) / interval + 1) * interval;
}

#endif
