/* Counters of a station, printed on SIGUSR1. */
#ifndef BT_POLL_POLL_COUNTERS_H
#define BT_POLL_POLL_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/errors.h"

struct counters {
	unsigned long polls, frames;
	/* Round trips of good frames, in ms. */
	int64_t trip_sum, trip_most;
	/* Failures by error; the first element counts the system's errors. */
	unsigned long errors[BT_ERROR_END - BT_ERROR_BASE];
};

/* Room for counters_format(). */
#define COUNTERS_TEXT 512

void counters_frame(struct counters *counters, int64_t trip);

/* error is negative. */
void counters_error(struct counters *counters, int error);

/* "3 connects, 12 polls, 48 good frames, round trip 0.210 s (0.380 at most),
 * timeout 2, crc 1" */
void counters_format(char text[COUNTERS_TEXT], const struct counters *counters,
	unsigned long connects);

#endif
