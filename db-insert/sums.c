/* Quarter hours whose rows have changed: see sums.h. */
#include "sums.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "execute.h"
#include "numbers.h"

/* Seconds. */
#define MONTH (30 * 86400)

/* Quarter hours that one statement touches. */
#define TOUCHED 500

/* --- touched quarter hours ------------------------------------------------ */

struct quarter {
	uint32_t device;
	int64_t start; /* seconds since 1970 */
};

static int compare(const void *a, const void *b)
{
	const struct quarter *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return (x->start > y->start) - (x->start < y->start);
}

/* The quarter hours of the rows, each once and in the order of the key, so that
 * sessions lock them in the same order. */
static size_t find_quarters(
	struct quarter *quarters, const struct row *rows, size_t count)
{
	size_t found = 0, kept = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t time = rows[i].identity.time / 1000;

		if (rows[i].table == TABLE_SAMPLE && time >= SUMS_FIRST &&
			time <= SUMS_LAST)
			quarters[found++] = (struct quarter){ rows[i].part_of,
				time - time % SUMS_QUARTER };
	}
	qsort(quarters, found, sizeof *quarters, compare);
	for (size_t i = 0; i < found; i++) {
		if (kept == 0 ||
			compare(&quarters[kept - 1], &quarters[i]) != 0)
			quarters[kept++] = quarters[i];
	}
	return kept;
}

/* Each time is counted, so that a node of a Galera cluster sees a change. */
static int touch(MYSQL *handle, const struct quarter *quarters, size_t count,
	struct failure *failure)
{
	char *values = NULL;
	size_t length;
	FILE *text = open_memstream(&values, &length);
	int error;

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		fprintf(text, "%s(%lu,15,FROM_UNIXTIME(%lld),1)",
			i > 0 ? "," : "", (unsigned long)quarters[i].device,
			(long long)quarters[i].start);
	error = fclose(text) == 0
		? execute(handle, failure,
			  "INSERT INTO period (device_id, minutes, start, "
			  "touched) VALUES %s "
			  "ON DUPLICATE KEY UPDATE touched = touched + 1",
			  values)
		: -ENOMEM;
	free(values);
	return error;
}

int sums_touch(const struct session *session, const struct row *rows,
	size_t count, struct failure *failure)
{
	struct quarter *quarters = calloc(count, sizeof *quarters);
	size_t found;
	int error = 0;

	if (!quarters)
		return -ENOMEM;
	found = find_quarters(quarters, rows, count);
	for (size_t i = 0; i < found && error == 0; i += TOUCHED)
		error = touch(session->handle, quarters + i,
			found - i < TOUCHED ? found - i : TOUCHED, failure);
	free(quarters);
	return error;
}

int sums_move(
	MYSQL *handle, uint32_t from, uint32_t to, struct failure *failure)
{
	int error = execute(handle, failure,
		"INSERT INTO period (device_id, minutes, start, touched) "
		"SELECT %lu, minutes, start, 1 FROM period AS moved "
		"WHERE device_id = %lu AND minutes = 15 "
		"ON DUPLICATE KEY UPDATE touched = period.touched + 1",
		(unsigned long)to, (unsigned long)from);

	return error < 0 ? error
			 : execute(handle, failure,
				   "UPDATE period SET touched = touched + 1 "
				   "WHERE device_id = %lu AND minutes = 15",
				   (unsigned long)from);
}

/* Those of a month: so that no statement takes long. */
static int touch_month(MYSQL *handle, unsigned long device, long long begin,
	struct failure *failure)
{
	int error = execute(handle, failure,
		"INSERT INTO period (device_id, minutes, start, touched) "
		"SELECT DISTINCT %lu, 15, FROM_UNIXTIME(900 * "
		"FLOOR(TIMESTAMPDIFF(SECOND, '1970-01-01', time) / 900)), 1 "
		"FROM sample WHERE device_id = %lu AND "
		"time >= FROM_UNIXTIME(%lld) AND time < FROM_UNIXTIME(%lld) "
		"ON DUPLICATE KEY UPDATE touched = touched + 1",
		device, device, begin, begin + MONTH);

	if (error == 0 && mysql_commit(handle) != 0)
		error = execute_fail(handle, failure);
	return error;
}

static int touch_device(
	MYSQL *handle, unsigned long device, struct failure *failure)
{
	long long range[2];
	int error = read_numbers(handle, failure, range, 2,
		"SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', MIN(time)), "
		"TIMESTAMPDIFF(SECOND, '1970-01-01', MAX(time)) FROM sample "
		"WHERE device_id = %lu AND time >= FROM_UNIXTIME(%d) AND "
		"time <= FROM_UNIXTIME(%d)",
		device, SUMS_FIRST, SUMS_LAST - MONTH);

	for (long long begin = range[0];
		error == 0 && begin >= 0 && begin <= range[1]; begin += MONTH)
		error = touch_month(handle, device, begin, failure);
	return error;
}

int sums_touch_all(MYSQL *handle, struct failure *failure)
{
	long long devices;
	int error = read_numbers(
		handle, failure, &devices, 1, "SELECT MAX(id) FROM device");

	for (long long i = 1; i <= devices && error == 0; i++)
		error = touch_device(handle, (unsigned long)i, failure);
	return error;
}
