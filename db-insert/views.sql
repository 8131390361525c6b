-- Views for people. Run by an administrator, once, and again to see columns
-- that came later:
--
--   mariadb bluetti < views.sql
--
-- The tables must be there: db-insert makes them when it starts. All times
-- and days are UTC.

ALTER TABLE sample
	ADD COLUMN IF NOT EXISTS dc_input_power DOUBLE,
	ADD COLUMN IF NOT EXISTS ac_input_power DOUBLE,
	ADD COLUMN IF NOT EXISTS ac_output_power DOUBLE,
	ADD COLUMN IF NOT EXISTS dc_output_power DOUBLE,
	ALGORITHM=INSTANT;

-- The newest record of each device.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW newest AS
SELECT device.name, device.model, sample.*
FROM device
JOIN sample ON sample.device_id = device.id
	AND sample.time = (SELECT MAX(s.time) FROM sample s
		WHERE s.device_id = device.id);

-- The newest record of each battery pack.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW newest_pack AS
SELECT device.name, device.model, pack_sample.*
FROM device
JOIN pack_sample ON pack_sample.device_id = device.id
	AND pack_sample.time = (SELECT MAX(p.time) FROM pack_sample p
		WHERE p.device_id = device.id AND p.pack = pack_sample.pack);

-- Energy of each device and day in kWh: each power holds until the next
-- record, but not longer than ten minutes, since nobody knows what happened
-- in a longer gap.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW energy_a_day AS
SELECT device.name, DATE(power.time) AS day,
	SUM(power.dc_input_power * power.hours) / 1000 AS dc_input_kwh,
	SUM(power.ac_input_power * power.hours) / 1000 AS ac_input_kwh,
	SUM(power.ac_output_power * power.hours) / 1000 AS ac_output_kwh,
	SUM(power.dc_output_power * power.hours) / 1000 AS dc_output_kwh
FROM device
JOIN (SELECT device_id, time, dc_input_power, ac_input_power,
		ac_output_power, dc_output_power,
		LEAST(TIMESTAMPDIFF(MICROSECOND, time, LEAD(time) OVER
			(PARTITION BY device_id ORDER BY time)) / 3600e6,
			1 / 6) AS hours
	FROM sample) AS power ON power.device_id = device.id
GROUP BY device.name, DATE(power.time);
