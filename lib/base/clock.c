/* Monotonic and wall time; RFC 3339, section 5.6. */
#include "base/clock.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/errors.h"

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	/* Fails only for an unknown clock or a bad pointer. */
	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

int clock_left(int64_t deadline)
{
	int64_t left = deadline - clock_monotonic();

	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* Days since 1970-01-01 of a day in the Gregorian calendar, counted in
 * years that begin in March, so that the leap day is the last. */
static int64_t days_from_civil(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = y / 400;
	int year_of_era = y - era * 400;
	int day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 -
		year_of_era / 100 + day_of_year;

	return (int64_t)era * 146097 + day_of_era - 719468;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* The reverse: the date of a number of days since 1970-01-01. */
static void civil_from_days(int64_t days, int *year, int *month, int *day)
{
	int shifted = (int)days + 719468; /* since 0000-03-01 */
	int era = shifted / 146097;
	int day_of_era = shifted % 146097;
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
				  day_of_era / 146096) /
		365;
	int day_of_year = day_of_era -
		(365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int months = (5 * day_of_year + 2) / 153; /* since March */

	*day = day_of_year - (153 * months + 2) / 5 + 1;
	*month = months < 10 ? months + 3 : months - 9;
	*year = era * 400 + year_of_era + (*month <= 2);
}

/* The last count digits of a number, at the end of a field of a time. */
static void put_digits(char *text, int count, int number)
{
	for (; count-- > 0; number /= 10)
		text[count] = (char)('0' + number % 10);
}

void clock_format(char text[CLOCK_TEXT + 1], int64_t ms)
{
	int of_day = (int)(ms % 86400000);
	int year, month, day;

	civil_from_days(ms / 86400000, &year, &month, &day);
	memcpy(text, "0000-00-00T00:00:00.000Z", CLOCK_TEXT + 1);
	put_digits(text, 4, year);
	put_digits(text + 5, 2, month);
	put_digits(text + 8, 2, day);
	put_digits(text + 11, 2, of_day / 3600000);
	put_digits(text + 14, 2, of_day / 60000 % 60);
	put_digits(text + 17, 2, of_day / 1000 % 60);
	put_digits(text + 20, 3, of_day % 1000);
}

/* A run of exactly count digits; -1 if there is another character. */
static int digits(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

/* The fraction after the seconds; returns the bytes it takes, -1 if bad. */
static int parse_fraction(int *ms, const char *text, const char *end)
{
	const char *p = text;
	int weight = 100;

	*ms = 0;
	if (p == end || *p != '.')
		return 0;
	for (p++; p < end && *p >= '0' && *p <= '9'; p++, weight /= 10)
		*ms += (*p - '0') * weight;
	return p - text > 1 ? (int)(p - text) : -1;
}

/* "Z" or an offset, which must be all that is left; minutes east of UTC. */
static int parse_zone(int *minutes, const char *text, const char *end)
{
	int hour, minute;

	if (end - text == 1 && *text == 'Z') {
		*minutes = 0;
		return 0;
	}
	if (end - text != 6 || (*text != '+' && *text != '-') || text[3] != ':')
		return -BT_ETIME;
	hour = digits(text + 1, 2);
	minute = digits(text + 4, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return -BT_ETIME;
	*minutes = (*text == '-' ? -1 : 1) * (hour * 60 + minute);
	return 0;
}

int clock_parse(int64_t *ms, const char *text, size_t length)
{
	const char *end = text + length;
	int year, month, day, hour, minute, second;
	int fraction, used, zone;
	int64_t result;

	if (length < strlen("2026-11-22T09:42:00Z") || text[4] != '-' ||
		text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
		text[16] != ':')
		return -BT_ETIME;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	hour = digits(text + 11, 2);
	minute = digits(text + 14, 2);
	second = digits(text + 17, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
		day > days_in_month(year, month) || hour < 0 || hour > 23 ||
		minute < 0 || minute > 59 || second < 0 || second > 59)
		return -BT_ETIME;
	used = parse_fraction(&fraction, text + 19, end);
	if (used < 0 || parse_zone(&zone, text + 19 + used, end) < 0)
		return -BT_ETIME;

	result = days_from_civil(year, month, day) * 86400000;
	result += ((hour * 60 + minute - zone) * 60 + second) * INT64_C(1000);
	result += fraction;
	if (result < 0 || result > CLOCK_MAX)
		return -BT_ETIME;
	*ms = result;
	return 0;
}
