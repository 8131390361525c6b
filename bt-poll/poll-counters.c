/* Counts the exchanges with a station. */
#include "poll-counters.h"

#include <stdio.h>

#define ERRORS (BT_ERROR_END - BT_ERROR_BASE)

void counters_frame(struct counters *counters, int64_t trip)
{
	counters->frames++;
	counters->trip_sum += trip;
	if (trip > counters->trip_most)
		counters->trip_most = trip;
}

void counters_error(struct counters *counters, int error)
{
	int n = -error - BT_ERROR_BASE;

	counters->errors[n > 0 && n < ERRORS ? n : 0]++;
}

void counters_format(char text[COUNTERS_TEXT], const struct counters *counters,
	unsigned long connects)
{
	const struct counters *c = counters;
	int used = snprintf(text, COUNTERS_TEXT,
		"%lu connects, %lu polls, %lu good frames", connects, c->polls,
		c->frames);

	if (c->frames > 0)
		used += snprintf(text + used, COUNTERS_TEXT - (size_t)used,
			", round trip %.3f s (%.3f at most)",
			(double)c->trip_sum / (double)c->frames / 1000,
			(double)c->trip_most / 1000);
	for (int n = 0; n < ERRORS && used < COUNTERS_TEXT - 1; n++)
		if (c->errors[n] > 0)
			used += snprintf(text + used,
				COUNTERS_TEXT - (size_t)used, ", %s %lu",
				error_tag(-BT_ERROR_BASE - n), c->errors[n]);
}
