/* Times as they are written, against strftime(3), and read again. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "check.h"

static void check_time(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	char expected[64], text[CLOCK_TEXT + 1];
	int64_t back = -1;
	struct tm tm;
	size_t used;

	gmtime_r(&seconds, &tm);
	used = strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(expected + used, sizeof expected - used, ".%03dZ",
		(int)(ms % 1000));
	clock_format(text, ms);
	CHECK_CASE(expected, strcmp(text, expected) == 0);
	CHECK_CASE(expected,
		clock_parse(&back, text, CLOCK_TEXT) == 0 && back == ms);
}

int main(void)
{
	/* Every day, each at another time of it. */
	for (int64_t day = 0; day < (CLOCK_MAX + 1) / 86400000; day++)
		check_time(day * 86400000 + day * 9999991 % 86400000);
	check_time(0);
	check_time(CLOCK_MAX);
	return check_done();
}
