/*
 * Tables and their versions.
 *
 * VARCHAR(64) in utf8mb4 has 256 bytes, and from there on InnoDB may keep a
 * text outside its page: with shorter ones a table of all known fields would
 * not fit the limit of a row. There are no foreign keys, so that the big
 * tables can be partitioned by time.
 *
 * Version 2 has sums of quarter hours, hours and parts of days, and a row of
 * device for each identity that records state.
 */
#include "tables.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "base/message.h"
#include "device.h"
#include "execute.h"
#include "query.h"
#include "sums.h"

/* Of this layout; a database with a higher one is for a newer db-insert. */
#define VERSION_TEXT "2"
#define VERSION_NUMBER 2

/* utf8mb4_nopad_bin: names are equal only if all of their bytes are. */
#define TABLE_OPTIONS \
	" ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 " \
	"COLLATE=utf8mb4_nopad_bin"

/* What the sums are made of; other columns come with their fields. */
#define POWERS(prefix) \
	prefix "dc_input_power DOUBLE, " prefix \
	       "ac_input_power DOUBLE, " prefix \
	       "ac_output_power DOUBLE, " prefix \
	       "dc_output_power DOUBLE, " prefix \
	       "pv_input_power_all DOUBLE, " prefix \
	       "grid_power_all DOUBLE, " prefix \
	       "consumption_power_all DOUBLE, " prefix \
	       "total_battery_percent DOUBLE"

#define ADD "ADD COLUMN IF NOT EXISTS "

struct definition {
	const char *name;
	const char *statement;
};

static const char create_period[] =
	"CREATE TABLE IF NOT EXISTS period ("
	"device_id INT UNSIGNED NOT NULL, minutes TINYINT UNSIGNED NOT NULL, "
	/* Without a default, older servers would make it change by itself. */
	"start TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, "
	"last_quarter TIMESTAMP NULL, "
	"touched INT UNSIGNED NOT NULL DEFAULT 0, "
	"records INT UNSIGNED NOT NULL DEFAULT 0, "
	"failed INT UNSIGNED NOT NULL DEFAULT 0, "
	"seconds DOUBLE NOT NULL DEFAULT 0, "
	"charge_first DOUBLE, charge_last DOUBLE, "
	"charge_least DOUBLE, charge_most DOUBLE, "
	"dc_input_wh DOUBLE, dc_input_reverse_wh DOUBLE, "
	"ac_input_wh DOUBLE, ac_input_reverse_wh DOUBLE, "
	"ac_output_wh DOUBLE, ac_output_reverse_wh DOUBLE, "
	"dc_output_wh DOUBLE, dc_output_reverse_wh DOUBLE, "
	"PRIMARY KEY (device_id, minutes, start), "
	"INDEX touched (touched), "
	"INDEX span (minutes, start, last_quarter))" TABLE_OPTIONS;

enum { SCHEMA_VERSION, DEVICE, SAMPLE, PACK_SAMPLE, PERIOD, DEFINITIONS };

static const struct definition definitions[DEFINITIONS] = {
	[SCHEMA_VERSION] = { "schema_version",
		"CREATE TABLE IF NOT EXISTS schema_version ("
		"version INT UNSIGNED NOT NULL PRIMARY KEY)" TABLE_OPTIONS },
	[DEVICE] = { "device",
		"CREATE TABLE IF NOT EXISTS device ("
		"id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, "
		"name VARCHAR(255) NOT NULL, "
		"model VARCHAR(64), "
		"serial_number BIGINT UNSIGNED, "
		"address VARCHAR(255), "
		"first_seen DATETIME(3) NOT NULL, "
		"last_seen DATETIME(3) NOT NULL, "
		"part_of INT UNSIGNED, "
		"kept_from DATETIME(3), "
		"identity VARCHAR(300), "
		"UNIQUE INDEX identity (identity))" TABLE_OPTIONS },
	[SAMPLE] = { "sample",
		"CREATE TABLE IF NOT EXISTS sample ("
		"device_id INT UNSIGNED NOT NULL, "
		"time DATETIME(3) NOT NULL, "
		"extra JSON, " POWERS(
			"") ", cell_voltages JSON, "
			    "PRIMARY KEY (device_id, time))" TABLE_OPTIONS },
	[PACK_SAMPLE] = { "pack_sample",
		"CREATE TABLE IF NOT EXISTS pack_sample ("
		"device_id INT UNSIGNED NOT NULL, "
		"pack TINYINT UNSIGNED NOT NULL, "
		"time DATETIME(3) NOT NULL, "
		"extra JSON, cell_voltages JSON, "
		"PRIMARY KEY (device_id, pack, time))" TABLE_OPTIONS },
	[PERIOD] = { "period", create_period },
};

/* From version 1, and from a version 2 that had no parts of days. Each can be
 * repeated. After them, all that is stored is still to be summed. */
static const char *const upgrade[] = {
	"ALTER TABLE device " ADD "part_of INT UNSIGNED, " ADD
	"kept_from DATETIME(3), " ADD
	"identity VARCHAR(300), ADD UNIQUE INDEX IF NOT EXISTS "
	"identity (identity), DROP INDEX IF EXISTS name",
	"ALTER TABLE sample " POWERS(
		ADD) ", " ADD "cell_voltages JSON, ALGORITHM=INSTANT",
	"ALTER TABLE pack_sample " ADD "cell_voltages JSON, ALGORITHM=INSTANT",
	create_period,
	"ALTER TABLE period " ADD
	"last_quarter TIMESTAMP NULL, ADD INDEX IF NOT EXISTS "
	"span (minutes, start, last_quarter), DROP INDEX IF EXISTS start",
	"UPDATE period SET touched = touched + 1 WHERE minutes = 15",
	"UPDATE IGNORE device SET part_of = id, identity = CONCAT("
	"IF(address REGEXP '^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$', "
	"UPPER(address), '-'), ' ', COALESCE(serial_number, '-'), ' ', "
	"IF(name = address, '', name)) WHERE identity IS NULL",
};

/* As sums_touch_all() does, for an administrator. */
static const char touch_all[] =
	"INSERT INTO period (device_id, minutes, start, touched) "
	"SELECT DISTINCT device_id, 15, FROM_UNIXTIME(900 * "
	"FLOOR(TIMESTAMPDIFF(SECOND, '1970-01-01', time) / 900)), 1 "
	"FROM sample WHERE time BETWEEN '1970-01-02' AND '2038-01-18' "
	"ON DUPLICATE KEY UPDATE touched = touched + 1";

static const char note_version[] =
	"INSERT IGNORE INTO schema_version VALUES (" VERSION_TEXT ")";

#define STEPS (sizeof upgrade / sizeof upgrade[0])

static int take_name(void *data, MYSQL_ROW row, struct failure *failure)
{
	bool *present = data;

	(void)failure;
	for (size_t i = 0; i < DEFINITIONS; i++)
		present[i] |= strcmp(definitions[i].name, row[0]) == 0;
	return 0;
}

/* Which of the definitions there are: period only with all of its columns. */
static int find_tables(
	MYSQL *handle, bool present[DEFINITIONS], struct failure *failure)
{
	const struct query query = {
		.text = "SELECT TABLE_NAME FROM information_schema.TABLES "
			"WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN "
			"('schema_version', 'device', 'sample', 'pack_sample') "
			"UNION ALL SELECT TABLE_NAME "
			"FROM information_schema.COLUMNS "
			"WHERE TABLE_SCHEMA = DATABASE() AND "
			"TABLE_NAME = 'period' AND "
			"COLUMN_NAME = 'last_quarter'",
		.columns = 1,
		.rows_max = DEFINITIONS,
		.take = take_name,
		.data = present,
	};

	return query_run(handle, &query, failure);
}

static int create_missing(
	MYSQL *handle, const bool present[DEFINITIONS], struct failure *failure)
{
	for (size_t i = 0; i < DEFINITIONS; i++) {
		int error;

		if (present[i] ||
			mysql_query(handle, definitions[i].statement) == 0)
			continue;
		error = execute_fail(handle, failure);
		if (error == -BT_EDENIED)
			return failure_set(failure, error,
				"no right to make the missing table %s: an "
				"administrator must run: %s; and so on, or "
				"GRANT CREATE, ALTER",
				definitions[i].name, definitions[i].statement);
		return error;
	}
	return 0;
}

static int take_version(void *data, MYSQL_ROW row, struct failure *failure)
{
	(void)failure;
	*(unsigned long *)data = strtoul(row[0], NULL, 10);
	return 0;
}

int tables_version(
	MYSQL *handle, unsigned long *version, struct failure *failure)
{
	const struct query query = {
		.text = "SELECT COALESCE(MAX(version), 0) FROM schema_version",
		.columns = 1,
		.rows_max = 1,
		.take = take_version,
		.data = version,
	};

	return query_run(handle, &query, failure);
}

static int set_version(MYSQL *handle, struct failure *failure)
{
	if (mysql_query(handle, note_version) != 0 || mysql_commit(handle) != 0)
		return execute_fail(handle, failure);
	return 0;
}

/* The rest of the upgrade is for somebody else. */
static int ask_administrator(size_t step, struct failure *failure)
{
	for (; step < STEPS; step++)
		message("%s;", upgrade[step]);
	message("%s;", touch_all);
	message("%s; COMMIT;", note_version);
	return failure_set(failure, -BT_EDENIED,
		"no right to upgrade the tables to version " VERSION_TEXT
		": an administrator must run the statements above, or GRANT "
		"CREATE, ALTER");
}

static int upgrade_tables(MYSQL *handle, struct failure *failure)
{
	int error = 0;

	for (size_t i = 0; i < STEPS; i++) {
		if (mysql_query(handle, upgrade[i]) == 0)
			continue;
		error = execute_fail(handle, failure);
		return error == -BT_EDENIED ? ask_administrator(i, failure)
					    : error;
	}
	error = sums_touch_all(handle, failure);
	if (error == 0)
		error = devices_join(handle, failure);
	return error < 0 ? error : set_version(handle, failure);
}

int tables_prepare(MYSQL *handle, struct failure *failure)
{
	bool present[DEFINITIONS] = { false };
	unsigned long version = 0;
	bool is_older;
	int error = find_tables(handle, present, failure);

	if (error == 0 && present[SCHEMA_VERSION])
		error = tables_version(handle, &version, failure);
	if (error < 0)
		return error;
	if (version > VERSION_NUMBER)
		return failure_set(failure, -BT_ESETUP,
			"the tables have version %lu and are for a newer "
			"db-insert",
			version);
	is_older = present[DEVICE] &&
		(version < VERSION_NUMBER || !present[PERIOD]);
	/* The upgrade makes that one. */
	present[PERIOD] |= is_older;
	error = create_missing(handle, present, failure);
	if (error == 0 && is_older)
		return upgrade_tables(handle, failure);
	if (error == 0 && version == 0)
		error = set_version(handle, failure);
	return error;
}
