/* How often to show that the program is alive, and how. */
#include "base/watchdog.h"

#include <stdlib.h>

#include "base/output.h"

#define SIGNS 4 /* in the time of the watchdog */
#define USEC 1000

int64_t watchdog_interval(void)
{
	const char *text = getenv("WATCHDOG_USEC");
	long long usec = text ? strtoll(text, NULL, 10) : 0;

	if (usec <= 0)
		return INT64_MAX;
	return usec < SIGNS * USEC ? 1 : usec / (SIGNS * USEC);
}

int watchdog_show_life(void)
{
	return watchdog_interval() == INT64_MAX ? 0 : output_line("\n", 1);
}
