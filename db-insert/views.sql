-- Views for people: what is newest, energy by quarter hour, hour, day, month and
-- year, cells, the quality of the link. See bluetti-database(7). Run by an
-- administrator, once the tables are there, and again to see columns that came
-- later:
--
--   mariadb bluetti < views.sql
--
-- Times and days are those of the session's time zone; that of the server if it
-- sets none.

-- Columns of the newest rows; the views make the others themselves.
SET SESSION group_concat_max_len = 1048576;
SET @own = 'device_id,time,pack,name,model,age';
SET @sample = (SELECT GROUP_CONCAT(', sample.`', COLUMN_NAME, '`'
		ORDER BY ORDINAL_POSITION SEPARATOR '')
	FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
	AND TABLE_NAME = 'sample' AND NOT FIND_IN_SET(COLUMN_NAME, @own));
SET @pack_sample = (SELECT GROUP_CONCAT(', pack_sample.`', COLUMN_NAME, '`'
		ORDER BY ORDINAL_POSITION SEPARATOR '')
	FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
	AND TABLE_NAME = 'pack_sample' AND NOT FIND_IN_SET(COLUMN_NAME, @own));

-- The newest record of each device, and its age in seconds. Records of the
-- future are left out. The rows of a device may be those of several identities:
-- the last one is found by time and id.
EXECUTE IMMEDIATE CONCAT('
CREATE OR REPLACE SQL SECURITY INVOKER VIEW newest AS
SELECT device.name, device.model, device.part_of AS device_id,
	CAST(FROM_UNIXTIME(TIMESTAMPDIFF(MICROSECOND, ''1970-01-01'',
		sample.time) / 1e6) AS DATETIME(3)) AS time,
	TIMESTAMPDIFF(SECOND, sample.time, UTC_TIMESTAMP(3)) AS age',
	@sample, '
FROM (SELECT MAX(CONCAT(seen.time, seen.device_id)) AS last
	FROM (SELECT device_id, MAX(time) AS time FROM sample
		WHERE time < UTC_TIMESTAMP() + INTERVAL 1 DAY
		GROUP BY device_id) AS seen
	JOIN device AS part ON part.id = seen.device_id
	GROUP BY part.part_of) AS latest
JOIN device ON device.id = CAST(SUBSTR(latest.last, 24) AS UNSIGNED)
JOIN sample ON sample.device_id = device.id
	AND sample.time = CAST(LEFT(latest.last, 23) AS DATETIME(3))');

-- The same for each battery pack.
EXECUTE IMMEDIATE CONCAT('
CREATE OR REPLACE SQL SECURITY INVOKER VIEW newest_pack AS
SELECT device.name, device.model, device.part_of AS device_id,
	pack_sample.pack,
	CAST(FROM_UNIXTIME(TIMESTAMPDIFF(MICROSECOND, ''1970-01-01'',
		pack_sample.time) / 1e6) AS DATETIME(3)) AS time,
	TIMESTAMPDIFF(SECOND, pack_sample.time, UTC_TIMESTAMP(3)) AS age',
	@pack_sample, '
FROM (SELECT seen.pack, MAX(CONCAT(seen.time, seen.device_id)) AS last
	FROM (SELECT device_id, pack, MAX(time) AS time FROM pack_sample
		WHERE time < UTC_TIMESTAMP() + INTERVAL 1 DAY
		GROUP BY device_id, pack) AS seen
	JOIN device AS part ON part.id = seen.device_id
	GROUP BY part.part_of, seen.pack) AS latest
JOIN device ON device.id = CAST(SUBSTR(latest.last, 24) AS UNSIGNED)
JOIN pack_sample ON pack_sample.device_id = device.id
	AND pack_sample.pack = latest.pack
	AND pack_sample.time = CAST(LEFT(latest.last, 23) AS DATETIME(3))');

-- The cells of each newest record that has them: the lowest, the highest, their
-- difference in volts, and the number of the weakest, from 1 on.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW cells AS
WITH RECURSIVE place AS (
	SELECT 0 AS place UNION ALL SELECT place + 1 FROM place WHERE place < 63),
cell AS (
	SELECT s.name, s.model, s.device_id, NULL AS pack, s.time, s.age,
		place.place, JSON_VALUE(s.cell_voltages,
			CONCAT('$[', place.place, ']')) + 0e0 AS volts
	FROM newest s JOIN place ON place.place < JSON_LENGTH(s.cell_voltages)
	UNION ALL
	SELECT p.name, p.model, p.device_id, p.pack, p.time, p.age,
		place.place, JSON_VALUE(p.cell_voltages,
			CONCAT('$[', place.place, ']')) + 0e0
	FROM newest_pack p
	JOIN place ON place.place < JSON_LENGTH(p.cell_voltages))
SELECT name, model, device_id, pack, time, age, COUNT(*) AS cells,
	MIN(volts) AS lowest, MAX(volts) AS highest,
	ROUND(MAX(volts) - MIN(volts), 4) AS spread,
	CAST(SUBSTRING_INDEX(GROUP_CONCAT(place + 1 ORDER BY volts, place), ',',
		1) AS UNSIGNED) AS weakest
FROM cell GROUP BY name, model, device_id, pack, time, age;

-- Energy of each device in kWh, in the direction of its name and against it: to
-- the mains, for instance, ac_input_reverse_kwh. Each power holds until the next
-- record, but not longer than ten minutes, since nobody knows what happened in a
-- longer gap; covered is how many seconds that is. charge is the state of charge
-- in percent.

-- Of one row of period.
SET @values = ',
	period.dc_input_wh / 1000 AS dc_input_kwh,
	period.ac_input_wh / 1000 AS ac_input_kwh,
	period.ac_output_wh / 1000 AS ac_output_kwh,
	period.dc_output_wh / 1000 AS dc_output_kwh,
	period.dc_input_reverse_wh / 1000 AS dc_input_reverse_kwh,
	period.ac_input_reverse_wh / 1000 AS ac_input_reverse_kwh,
	period.ac_output_reverse_wh / 1000 AS ac_output_reverse_kwh,
	period.dc_output_reverse_wh / 1000 AS dc_output_reverse_kwh,
	period.charge_least, period.charge_most, period.seconds AS covered,
	period.records, period.failed, period.device_id
FROM device JOIN period ON period.device_id = device.id
WHERE (period.records > 0 OR period.seconds > 0) AND period.minutes = ';

-- Of many. The server adds doubles twice as fast as integers. MariaDB 11 would
-- read the whole table for a given device_id if the key were not forced.
SET @sums = ',
	SUM(period.dc_input_wh) / 1000 AS dc_input_kwh,
	SUM(period.ac_input_wh) / 1000 AS ac_input_kwh,
	SUM(period.ac_output_wh) / 1000 AS ac_output_kwh,
	SUM(period.dc_output_wh) / 1000 AS dc_output_kwh,
	SUM(period.dc_input_reverse_wh) / 1000 AS dc_input_reverse_kwh,
	SUM(period.ac_input_reverse_wh) / 1000 AS ac_input_reverse_kwh,
	SUM(period.ac_output_reverse_wh) / 1000 AS ac_output_reverse_kwh,
	SUM(period.dc_output_reverse_wh) / 1000 AS dc_output_reverse_kwh,
	MIN(period.charge_least) AS charge_least,
	MAX(period.charge_most) AS charge_most,
	SUM(period.seconds) AS covered,
	CAST(SUM(period.records + 0e0) AS UNSIGNED) AS records,
	CAST(SUM(period.failed + 0e0) AS UNSIGNED) AS failed,
	period.device_id
FROM device JOIN period FORCE INDEX (PRIMARY) ON period.device_id = device.id
WHERE (period.records > 0 OR period.seconds > 0) AND period.minutes = ';

-- Whether hours of the session's time zone are those of UTC: in zones that want
-- quarter hours they were not in January or July of 2026.
SET @has_hours = 'MINUTE(FROM_UNIXTIME(1767225600)) = 0 AND
	MINUTE(FROM_UNIXTIME(1782864000)) = 0';

EXECUTE IMMEDIATE CONCAT('
CREATE OR REPLACE SQL SECURITY INVOKER VIEW energy_a_quarter AS
SELECT device.name, period.start AS time,
	UNIX_TIMESTAMP(period.start) AS epoch, period.charge_first,
	period.charge_last', @values, '15');

-- The doubled hour at the end of daylight saving is two hours: they have the
-- same time, not the same epoch.
SET @hour = 'UNIX_TIMESTAMP(period.start) - 60 * MINUTE(period.start)';
EXECUTE IMMEDIATE CONCAT('
CREATE OR REPLACE SQL SECURITY INVOKER VIEW energy_an_hour AS
SELECT device.name, period.start AS time,
	UNIX_TIMESTAMP(period.start) AS epoch', @values, '
	IF(', @has_hours, ', 60, NULL)
UNION ALL
SELECT device.name, FROM_UNIXTIME(', @hour, ') AS time,
	', @hour, ' AS epoch', @sums, '
	IF(', @has_hours, ', NULL, 15)
GROUP BY period.device_id, device.name, time, epoch');

-- Days, months (such as 2026-11) and years of the session's time zone are sums
-- of the parts of days, if none of these parts is of two days there: in the time
-- zone of the server, and in UTC. Else of whole hours, or of quarter hours.
SET @sums_of_days = CONCAT(@sums, 'CASE
	WHEN NOT EXISTS (SELECT * FROM period AS part WHERE part.minutes = 0
		AND DATE(part.start) <> DATE(part.last_quarter)) THEN 0
	WHEN ', @has_hours, ' THEN 60 ELSE 15 END
GROUP BY period.device_id, device.name, ');

EXECUTE IMMEDIATE CONCAT('
CREATE OR REPLACE SQL SECURITY INVOKER VIEW energy_a_day AS
SELECT device.name, DATE(period.start) AS day', @sums_of_days, 'day');

EXECUTE IMMEDIATE CONCAT('
CREATE OR REPLACE SQL SECURITY INVOKER VIEW energy_a_month AS
SELECT device.name, DATE_FORMAT(period.start, ''%Y-%m'') AS month',
	@sums_of_days, 'month');

EXECUTE IMMEDIATE CONCAT('
CREATE OR REPLACE SQL SECURITY INVOKER VIEW energy_a_year AS
SELECT device.name, YEAR(period.start) AS year', @sums_of_days, 'year');

-- How well each device could be read, by day: records, those with reads that
-- failed, and the hours that records cover.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW link_a_day AS
SELECT name, day, records, failed,
	ROUND(100 * failed / NULLIF(records, 0), 1) AS failed_percent,
	ROUND(covered / 3600, 2) AS covered_hours, device_id
FROM energy_a_day;
