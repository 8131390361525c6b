/*
 * Times of logs without a UTC offset, or even without a date. Uses neither a
 * clock nor the system's time zone.
 */
#ifndef BT_DECODE_IMPORT_LOCAL_TIME_H
#define BT_DECODE_IMPORT_LOCAL_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct local_time {
	bool has_offset; /* else local time is taken as UTC */
	int64_t offset;	 /* of local time east of UTC, ms */
	int64_t day;	 /* when the day of a time of day began, ms; -1: not
			  * known */
	/* local-time.c alone: the last time of day, ms */
	int64_t last;
};

/* day is a time within the first day, in UTC; -1: unknown. */
void local_time_init(
	struct local_time *local, bool has_offset, int64_t offset, int64_t day);

/* Converts a local time, parsed as if it were UTC, to UTC in ms; -1 if it is
 * out of bounds. */
int64_t local_time_utc(const struct local_time *local, int64_t ms);

/*
 * Reads "2024-03-27 19:05:55.580" at the beginning of a text: any number of
 * decimals or none, after a point or a comma. Returns its length in bytes, and
 * the time in UTC; 0 if it is not a time.
 */
size_t local_time_read(int64_t *ms, const struct local_time *local,
	const char *text, size_t length);

/*
 * Reads "21:36:58.209" in the same way. A time of day before the last one
 * belongs to the next day. *ms is -1 if the date is unknown.
 */
size_t local_time_read_of_day(
	int64_t *ms, struct local_time *local, const char *text, size_t length);

#endif
