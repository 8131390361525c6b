/*
 * The sign of life that a station's process gives its parent: memory that
 * both see. It outlives the process, so that one that takes its place knows
 * how far it came.
 */
#ifndef BT_POLL_HEARTBEAT_H
#define BT_POLL_HEARTBEAT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * ms without a sign of life after which a process is stuck: more than
 * anything that it waits for takes without one.
 */
#define HEARTBEAT_STUCK 90000
/* The longest that a process sleeps without one. */
#define HEARTBEAT_REST 30000

struct heartbeat {
	_Atomic int64_t last;	     /* clock_monotonic() */
	_Atomic unsigned long polls; /* done, of --polls */
};

static inline void heartbeat_beat(struct heartbeat *heartbeat)
{
	atomic_store(&heartbeat->last, clock_monotonic());
}

#endif
