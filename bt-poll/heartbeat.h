/*
 * The heartbeat of a station's process for its parent: shared memory. It
 * outlives the process, so that a new process can continue where the old one
 * ended.
 */
#ifndef BT_POLL_HEARTBEAT_H
#define BT_POLL_HEARTBEAT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * Seconds without a heartbeat after which a process counts as stuck: more than
 * its longest wait without one.
 */
#define HEARTBEAT_STUCK 90
/* The longest sleep of a process without one. */
#define HEARTBEAT_REST 30000
/* Seconds that a process waits for the reader of its output before a message.
 */
#define HEARTBEAT_UNREAD 10

/* 32 bits each: ARMv6 has no instruction for larger atomics. */
struct heartbeat {
	_Atomic int32_t last;	     /* heartbeat_clock() */
	_Atomic int32_t write;	     /* when a write began; 0: none runs */
	_Atomic unsigned long polls; /* done, of --polls */
	_Atomic int32_t begin;	     /* of the first process; 0: not yet */
};

/* Seconds of clock_monotonic(). */
static inline int32_t heartbeat_clock(void)
{
	return (int32_t)(clock_monotonic() / 1000);
}

static inline void heartbeat_beat(struct heartbeat *heartbeat)
{
	atomic_store(&heartbeat->last, heartbeat_clock());
}

/* Whether it has waited about this many seconds for the reader. */
static inline bool heartbeat_is_unread(
	const struct heartbeat *heartbeat, int32_t seconds)
{
	int32_t begin = heartbeat->write;

	return begin != 0 && heartbeat_clock() - begin >= seconds;
}

/* A process that waits for the reader is not stuck. */
static inline bool heartbeat_is_stuck(const struct heartbeat *heartbeat)
{
	return heartbeat->write == 0 &&
		heartbeat_clock() - heartbeat->last >= HEARTBEAT_STUCK;
}

#endif
