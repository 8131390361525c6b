/*
 * Times of logs that tell no offset from UTC, or not even the day. Neither a
 * clock nor the system's time zone is asked.
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

/* day is a time within the first day, in UTC; -1: it is not known. */
void local_time_init(
	struct local_time *local, bool has_offset, int64_t offset, int64_t day);

/* The time in UTC, ms, of a local one that was read as if it were UTC; -1 if it
 * is out of bounds. */
int64_t local_time_utc(const struct local_time *local, int64_t ms);

/*
 * Reads "2024-03-27 19:05:55.580" at the beginning of a text: any number of
 * decimals or none, after a point or a comma. Returns how many bytes it has,
 * and the time in UTC; 0 if it is none.
 */
size_t local_time_read(int64_t *ms, const struct local_time *local,
	const char *text, size_t length);

/*
 * Reads "21:36:58.209" in the same way. A time of day that is before the last
 * one is of the next day. *ms is -1 if the day is not known.
 */
size_t local_time_read_of_day(
	int64_t *ms, struct local_time *local, const char *text, size_t length);

#endif
