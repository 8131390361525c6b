/*
 * The sign of life that a station's process gives its parent: memory that
 * both see. It outlives the process, so that one that takes its place knows
 * how far it came.
 */
#ifndef BT_PULSE_H
#define BT_PULSE_H

#include <stdatomic.h>
#include <stdint.h>

#include "clock.h"

/*
 * ms without a sign of life after which a process is stuck: more than
 * anything that it waits for takes without one.
 */
#define PULSE_STUCK 90000
/* The longest that a process sleeps without one. */
#define PULSE_REST 30000

struct pulse {
	_Atomic int64_t last;	     /* clock_monotonic() */
	_Atomic unsigned long polls; /* done, of --polls */
};

static inline void pulse_beat(struct pulse *pulse)
{
	atomic_store(&pulse->last, clock_monotonic());
}

#endif
