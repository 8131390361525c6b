/* Local times become UTC. */
#include "local-time.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define DAY INT64_C(86400000) /* ms */

/* "2024-03-27 " and "19:05:55". */
#define DATE_LENGTH 11
#define TIME_LENGTH 8
#define TIME_MAX 12 /* with milliseconds: more decimals do not count */

void local_time_init(
	struct local_time *local, bool has_offset, int64_t offset, int64_t day)
{
	*local = (struct local_time){
		.has_offset = has_offset,
		.offset = offset,
		.day = -1,
	};
	if (day >= 0)
		local->day = (day + offset) / DAY * DAY;
}

/* The length of "19:05:55.580"; 0 if the text does not begin with such a time.
 */
static size_t time_length(const char *text, size_t length)
{
	size_t n = TIME_LENGTH;

	if (length < TIME_LENGTH)
		return 0;
	for (size_t i = 0; i < TIME_LENGTH; i++)
		if (i % 3 == 2 ? text[i] != ':'
			       : !isdigit((unsigned char)text[i]))
			return 0;
	if (n + 1 < length && (text[n] == '.' || text[n] == ',') &&
		isdigit((unsigned char)text[n + 1]))
		for (n++; n < length && isdigit((unsigned char)text[n]);)
			n++;
	return n;
}

/* Reads a date of DATE_LENGTH bytes and a time of length as if of UTC. */
static bool read_utc(
	int64_t *ms, const char *date, const char *time, size_t length)
{
	char text[DATE_LENGTH + TIME_MAX + sizeof "Z"];
	int used;

	if (length > TIME_MAX)
		length = TIME_MAX;
	used = snprintf(
		text, sizeof text, "%.10sT%.*sZ", date, (int)length, time);
	if (length > TIME_LENGTH)
		text[DATE_LENGTH + TIME_LENGTH] = '.';
	return clock_parse(ms, text, (size_t)used) == 0;
}

int64_t local_time_utc(const struct local_time *local, int64_t ms)
{
	int64_t utc = ms - local->offset;

	return utc >= 0 && utc <= CLOCK_MAX ? utc : -1;
}

size_t local_time_read(int64_t *ms, const struct local_time *local,
	const char *text, size_t length)
{
	size_t n = length > DATE_LENGTH
		? time_length(text + DATE_LENGTH, length - DATE_LENGTH)
		: 0;
	int64_t time;

	if (n == 0 || text[DATE_LENGTH - 1] != ' ' ||
		!read_utc(&time, text, text + DATE_LENGTH, n))
		return 0;
	*ms = local_time_utc(local, time);
	return DATE_LENGTH + n;
}

size_t local_time_read_of_day(
	int64_t *ms, struct local_time *local, const char *text, size_t length)
{
	size_t n = time_length(text, length);
	int64_t time;

	if (n == 0 || !read_utc(&time, "1970-01-01 ", text, n))
		return 0;
	*ms = -1;
	if (local->day < 0)
		return n;
	if (time < local->last)
		local->day += DAY;
	local->last = time;
	*ms = local_time_utc(local, local->day + time);
	return n;
}
