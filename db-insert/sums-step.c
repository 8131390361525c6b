/* Computing quarter hours: see sums.h. */
#include "sums.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "execute.h"
#include "numbers.h"
#include "query.h"

/* Seconds. A record holds for no longer than HOLD: it reaches into one more
 * quarter hour at most. */
#define HOUR 3600
#define DAY 86400
#define HOLD 600

/* Names of all sums, and how an upsert takes them. */
#define SUMS \
	"records, failed, seconds, charge_first, charge_last, charge_least, " \
	"charge_most, dc_input_wh, dc_input_reverse_wh, ac_input_wh, " \
	"ac_input_reverse_wh, ac_output_wh, ac_output_reverse_wh, " \
	"dc_output_wh, dc_output_reverse_wh"
#define SET(name) name " = VALUES(" name "), "
#define UPSERT \
	" ON DUPLICATE KEY UPDATE " SET("records") SET("failed") SET( \
		"charge_first") SET("charge_last") SET("charge_least") \
		SET("charge_most") SET("dc_input_wh") SET( \
			"dc_input_reverse_wh") SET("ac_input_wh") \
			SET("ac_input_reverse_wh") SET("ac_output_wh") SET( \
				"ac_output_reverse_wh") SET("dc_output_wh") \
				SET("dc_output_reverse_wh") "seconds = " \
							    "VALUES(seconds)"

/* --- the range to compute ------------------------------------------------- */

struct step {
	MYSQL *handle;
	struct failure *failure;
	unsigned long device;
	char *identities; /* ids in device, with commas between; for free() */
	long long from;	  /* quarter hours before are not computed again */
};

static int take_device(void *data, MYSQL_ROW row, struct failure *failure)
{
	struct step *step = data;

	(void)failure;
	step->identities = strdup(row[0]);
	step->from = row[1] ? strtoll(row[1], NULL, 10) : 0;
	return step->identities ? 0 : -ENOMEM;
}

static int read_device(struct step *step)
{
	char text[200];
	const struct query query = { .text = text,
		.columns = 2,
		.may_be_null = 1u << 1,
		.rows_max = 1,
		.take = take_device,
		.data = step };

	snprintf(text, sizeof text,
		"SELECT COALESCE(GROUP_CONCAT(id), 0), "
		"CEIL(UNIX_TIMESTAMP(MAX(kept_from)) / 900) * 900 "
		"FROM device WHERE part_of = %lu",
		step->device);
	return query_run(step->handle, &query, step->failure);
}

/* The time in seconds of the last row before, -1 if there is none. */
static int find_last(struct step *step, long long before, long long *time)
{
	return read_numbers(step->handle, step->failure, time, 1,
		"SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', MAX(last)) "
		"FROM (SELECT MAX(time) AS last FROM sample "
		"WHERE device_id IN (%s) AND time < FROM_UNIXTIME(%lld) "
		"GROUP BY device_id) AS l",
		step->identities, before);
}

/* --- computing ------------------------------------------------------------ */

/*
 * Each record is cut at the end of its quarter hour: piece 0 is in it, piece 1
 * in the next one. A power that is not known has no energy.
 */
static const char compute[] =
	"INSERT INTO period (device_id, minutes, start, " SUMS ") "
	"SELECT %lu, 15, FROM_UNIXTIME(900 * (quarter + piece)), "
	"SUM(piece = 0), SUM(piece = 0 AND failed), SUM(s), "
	"SUBSTR(MIN(IF(piece = 0, CONCAT(time, charge), NULL)), 24), "
	"SUBSTR(MAX(IF(piece = 0, CONCAT(time, charge), NULL)), 24), "
	"MIN(IF(piece = 0, charge, NULL)), MAX(IF(piece = 0, charge, NULL)), "
	"SUM(GREATEST(di, 0) * s) / 3600, SUM(GREATEST(-di, 0) * s) / 3600, "
	"SUM(GREATEST(ai, 0) * s) / 3600, SUM(GREATEST(-ai, 0) * s) / 3600, "
	"SUM(GREATEST(ao, 0) * s) / 3600, SUM(GREATEST(-ao, 0) * s) / 3600, "
	"SUM(GREATEST(do, 0) * s) / 3600, SUM(GREATEST(-do, 0) * s) / 3600 "
	"FROM (SELECT held.*, piece, IF(piece = 0, "
	"LEAST(hold, 900 * (quarter + 1) - t), "
	"t + hold - 900 * (quarter + 1)) AS s "
	"FROM (SELECT r.*, FLOOR(t / 900) AS quarter, "
	"IF(time = newest, 0, LEAST(COALESCE(next - t, 600), 600)) AS hold "
	"FROM (SELECT time, "
	"TIMESTAMPDIFF(MICROSECOND, '1970-01-01', time) / 1e6 AS t, "
	"TIMESTAMPDIFF(MICROSECOND, '1970-01-01', "
	"LEAD(time) OVER (ORDER BY time)) / 1e6 AS next, "
	"JSON_EXISTS(extra, '$.failed') <=> 1 AS failed, "
	"total_battery_percent AS charge, "
	"COALESCE(dc_input_power, pv_input_power_all) AS di, "
	"COALESCE(ac_input_power, grid_power_all) AS ai, "
	"COALESCE(ac_output_power, consumption_power_all) AS ao, "
	"dc_output_power AS do "
	"FROM sample WHERE device_id IN (%s) "
	"AND time >= FROM_UNIXTIME(%lld) AND time < FROM_UNIXTIME(%lld)) AS r "
	"JOIN (SELECT MAX(last) AS newest FROM (SELECT MAX(time) AS last "
	"FROM sample WHERE device_id IN (%s) GROUP BY device_id) AS l) AS n"
	") AS held JOIN (SELECT 0 AS piece UNION ALL SELECT 1) AS pieces "
	"WHERE piece = 0 OR t + hold > 900 * (quarter + 1)) AS cut "
	"WHERE 900 * (quarter + piece) >= %lld "
	"AND 900 * (quarter + piece) < %lld "
	"GROUP BY quarter + piece" UPSERT;

/* Longer periods: in minutes and start, what they are summed by. */
#define COMPUTE_FROM_QUARTERS(minutes, start) \
	"INSERT INTO period (device_id, minutes, start, last_quarter, " SUMS \
	") SELECT device_id, " minutes ", " start " AS first, MAX(start), " \
	"SUM(records), SUM(failed), SUM(seconds), " \
	"SUBSTR(MIN(CONCAT(start, charge_first)), 20), " \
	"SUBSTR(MAX(CONCAT(start, charge_last)), 20), " \
	"MIN(charge_least), MAX(charge_most), " \
	"SUM(dc_input_wh), SUM(dc_input_reverse_wh), " \
	"SUM(ac_input_wh), SUM(ac_input_reverse_wh), " \
	"SUM(ac_output_wh), SUM(ac_output_reverse_wh), " \
	"SUM(dc_output_wh), SUM(dc_output_reverse_wh) " \
	"FROM period AS quarter WHERE device_id = %lu AND minutes = 15 " \
	"AND start >= FROM_UNIXTIME(%lld) AND start < FROM_UNIXTIME(%lld) " \
	"GROUP BY device_id, first" UPSERT \
	", last_quarter = VALUES(last_quarter)"

static const char compute_hours[] = COMPUTE_FROM_QUARTERS(
	"60", "FROM_UNIXTIME(3600 * FLOOR(UNIX_TIMESTAMP(start) / 3600))");

/* From midnight on, of UTC or of the server, whichever is later. */
static const char compute_parts[] = COMPUTE_FROM_QUARTERS("0",
	"GREATEST(DATE(start), CONVERT_TZ(DATE("
	"CONVERT_TZ(start, '+00:00', 'SYSTEM')), 'SYSTEM', '+00:00'))");

static int empty(struct step *step, int minutes, long long begin, long long end)
{
	return execute(step->handle, step->failure,
		"UPDATE period SET touched = 0, records = 0, failed = 0, "
		"seconds = 0, charge_first = NULL, charge_last = NULL, "
		"charge_least = NULL, charge_most = NULL, dc_input_wh = NULL, "
		"dc_input_reverse_wh = NULL, ac_input_wh = NULL, "
		"ac_input_reverse_wh = NULL, ac_output_wh = NULL, "
		"ac_output_reverse_wh = NULL, dc_output_wh = NULL, "
		"dc_output_reverse_wh = NULL, last_quarter = NULL "
		"WHERE device_id = %lu AND minutes = %d "
		"AND start >= FROM_UNIXTIME(%lld) "
		"AND start < FROM_UNIXTIME(%lld)",
		step->device, minutes, begin, end);
}

/*
 * Emptying quarter hours locks them: whoever touches them from here on does so
 * behind the computation, and they stay touched. The rows are read as they are
 * when that is done, hence READ COMMITTED.
 */
static int compute_quarters(struct step *step, long long begin, long long end)
{
	int error = empty(step, 15, begin, end);

	if (error == 0)
		error = execute(step->handle, step->failure, compute,
			step->device, step->identities, begin - HOLD,
			end + HOLD, step->identities, begin, end);
	if (error == 0)
		error = execute(step->handle, step->failure, compute_hours,
			step->device, begin - begin % HOUR,
			end + HOUR - 1 - (end + HOUR - 1) % HOUR);
	return error;
}

/* Those of another time zone, which the server had before, stay empty. */
static int compute_days(struct step *step, long long begin, long long end)
{
	int error = empty(step, 0, begin, end);

	return error < 0 ? error
			 : execute(step->handle, step->failure, compute_parts,
				   step->device, begin, end);
}

/* Locks the first part of each day from begin to end: who computes other
 * quarter hours of the day waits, and sums hours and parts afterwards. */
static int lock_days(struct step *step, long long begin, long long end)
{
	int error = 0;

	for (; begin < end && error == 0; begin += DAY)
		error = execute(step->handle, step->failure,
			"INSERT INTO period (device_id, minutes, start) "
			"VALUES (%lu, 0, FROM_UNIXTIME(%lld)) "
			"ON DUPLICATE KEY UPDATE last_quarter = NULL",
			step->device, begin);
	return error;
}

/* Computes the quarter hours of a range, except those whose rows are gone. */
static int compute_range(struct step *step, long long begin, long long end)
{
	long long first = begin - begin % DAY, last = end + DAY - 1;
	long long from = begin < step->from ? step->from : begin;
	int error;

	last -= last % DAY;
	error = lock_days(step, first, last);
	if (error == 0 && from < end)
		error = compute_quarters(step, from, end);
	return error < 0 ? error : compute_days(step, first, last);
}

/* Those of the day before what is kept are as they are for good. */
static int forget_old(struct step *step, long long first)
{
	long long end = first - first % DAY + DAY;

	return execute(step->handle, step->failure,
		"UPDATE period SET touched = 0 WHERE device_id = %lu "
		"AND minutes = 15 AND start >= FROM_UNIXTIME(%lld) "
		"AND start < FROM_UNIXTIME(%lld) AND touched > 0",
		step->device, first, step->from < end ? step->from : end);
}

/*
 * Quarter hours from first to last were touched. The last record in them may
 * reach into the next one. The record before them may have been the newest one
 * until now.
 */
static int compute_touched(struct step *step, long long first, long long last)
{
	long long end = last + 2 * SUMS_QUARTER, before;
	int error = find_last(step, first, &before);

	if (error < 0)
		return error;
	before -= before % SUMS_QUARTER;
	if (before < SUMS_FIRST)
		before = first;
	error = step->from > first ? forget_old(step, first) : 0;
	if (error == 0 && before + 2 * SUMS_QUARTER < first) {
		error = compute_range(step, before, before + 2 * SUMS_QUARTER);
		before = first;
	}
	return error < 0 ? error : compute_range(step, before, end);
}

static int compute_step(struct step *step, long long start)
{
	long long day = start - start % DAY, range[2];
	int error = read_device(step);

	if (error == 0)
		error = read_numbers(step->handle, step->failure, range, 2,
			"SELECT UNIX_TIMESTAMP(MIN(start)), "
			"UNIX_TIMESTAMP(MAX(start)) FROM period "
			"WHERE device_id = %lu AND minutes = 15 "
			"AND start >= FROM_UNIXTIME(%lld) "
			"AND start < FROM_UNIXTIME(%lld) AND touched > 0",
			step->device, day, day + DAY);
	if (error == 0 && range[0] > 0)
		error = compute_touched(step, range[0], range[1]);
	free(step->identities);
	return error;
}

int sums_step(MYSQL *handle, struct failure *failure)
{
	struct step step = { .handle = handle, .failure = failure };
	long long touched[2] = { -1, -1 };
	int error =
		mysql_rollback(handle) == 0 ? 0 : execute_fail(handle, failure);

	if (error == 0)
		error = execute(handle, failure,
			"SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
	if (error == 0)
		error = read_numbers(handle, failure, touched, 2,
			"SELECT device_id, UNIX_TIMESTAMP(start) FROM period "
			"WHERE touched > 0 AND minutes = 15 LIMIT 1");
	if (error == 0 && touched[0] > 0) {
		step.device = (unsigned long)touched[0];
		error = compute_step(&step, touched[1]);
	}
	if (error == 0 && mysql_commit(handle) != 0)
		error = execute_fail(handle, failure);
	if (error < 0)
		mysql_rollback(handle);
	return error < 0 ? error : touched[0] > 0;
}
