-- The tables of a classic MariaDB logger, as views, for those who come from
-- there: general_data, internal_data, settings_data, battery_pack_data. Run
-- by an administrator:
--
--   mariadb bluetti < classic-views.sql
--
-- The tables must be there: db-insert makes them when it starts. "device" is
-- type and serial number; names of modes bear their class; time is UTC. After
-- years, a question for some time is answered at once only if it names the
-- device_id, which these views have on top, as a number; of battery_pack_data,
-- the pack_num as well.

ALTER TABLE sample
	ADD COLUMN IF NOT EXISTS arm_version VARCHAR(64),
	ADD COLUMN IF NOT EXISTS dsp_version VARCHAR(64),
	ADD COLUMN IF NOT EXISTS dc_input_power DOUBLE,
	ADD COLUMN IF NOT EXISTS ac_input_power DOUBLE,
	ADD COLUMN IF NOT EXISTS ac_output_power DOUBLE,
	ADD COLUMN IF NOT EXISTS dc_output_power DOUBLE,
	ADD COLUMN IF NOT EXISTS power_generation DOUBLE,
	ADD COLUMN IF NOT EXISTS total_battery_percent DOUBLE,
	ADD COLUMN IF NOT EXISTS ac_output_on BOOLEAN,
	ADD COLUMN IF NOT EXISTS dc_output_on BOOLEAN,
	ADD COLUMN IF NOT EXISTS ac_output_mode VARCHAR(64),
	ADD COLUMN IF NOT EXISTS internal_ac_voltage DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_current_one DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_power_one DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_ac_frequency DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_current_two DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_power_two DOUBLE,
	ADD COLUMN IF NOT EXISTS ac_input_voltage DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_current_three DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_power_three DOUBLE,
	ADD COLUMN IF NOT EXISTS ac_input_frequency DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_dc_input_voltage DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_dc_input_power DOUBLE,
	ADD COLUMN IF NOT EXISTS internal_dc_input_current DOUBLE,
	ADD COLUMN IF NOT EXISTS ups_mode VARCHAR(64),
	ADD COLUMN IF NOT EXISTS split_phase_on BOOLEAN,
	ADD COLUMN IF NOT EXISTS split_phase_machine_mode VARCHAR(64),
	ADD COLUMN IF NOT EXISTS grid_charge_on BOOLEAN,
	ADD COLUMN IF NOT EXISTS time_control_on BOOLEAN,
	ADD COLUMN IF NOT EXISTS battery_range_start DOUBLE,
	ADD COLUMN IF NOT EXISTS battery_range_end DOUBLE,
	ADD COLUMN IF NOT EXISTS bluetooth_connected BOOLEAN,
	ADD COLUMN IF NOT EXISTS auto_sleep_mode VARCHAR(64),
	ADD COLUMN IF NOT EXISTS pack_num_max DOUBLE,
	ADD COLUMN IF NOT EXISTS total_battery_voltage DOUBLE,
	ALGORITHM=INSTANT;

ALTER TABLE pack_sample
	ADD COLUMN IF NOT EXISTS pack_voltage DOUBLE,
	ADD COLUMN IF NOT EXISTS pack_battery_percent DOUBLE,
	ADD COLUMN IF NOT EXISTS cell_voltages JSON,
	ALGORITHM=INSTANT;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW general_data AS
SELECT s.time, CONCAT(d.model, '-', d.serial_number) AS device,
	d.model AS device_type, d.serial_number, s.arm_version, s.dsp_version,
	s.dc_input_power, s.ac_input_power, s.ac_output_power,
	s.dc_output_power, s.power_generation, s.total_battery_percent,
	s.ac_output_on, s.dc_output_on, s.device_id
FROM sample s JOIN device d ON d.id = s.device_id
WHERE COALESCE(s.dc_input_power, s.ac_input_power, s.ac_output_power,
	s.dc_output_power, s.total_battery_percent) IS NOT NULL;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW internal_data AS
SELECT s.time, CONCAT(d.model, '-', d.serial_number) AS device,
	CONCAT('OutputMode.', s.ac_output_mode) AS ac_output_mode,
	s.internal_ac_voltage, s.internal_current_one, s.internal_power_one,
	s.internal_ac_frequency, s.internal_current_two,
	s.internal_power_two, s.ac_input_voltage, s.internal_current_three,
	s.internal_power_three, s.ac_input_frequency,
	s.internal_dc_input_voltage, s.internal_dc_input_power,
	s.internal_dc_input_current, s.device_id
FROM sample s JOIN device d ON d.id = s.device_id
WHERE COALESCE(s.internal_ac_voltage, s.internal_current_one,
	s.internal_power_one, s.internal_dc_input_voltage) IS NOT NULL;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW settings_data AS
SELECT s.time, CONCAT(d.model, '-', d.serial_number) AS device,
	CONCAT('UpsMode.', s.ups_mode) AS ups_mode, s.split_phase_on,
	CONCAT('MachineAddress.', s.split_phase_machine_mode)
		AS split_phase_machine_mode,
	(SELECT MAX(p.pack) FROM device e
		JOIN (SELECT DISTINCT device_id, pack FROM pack_sample) n
		ON n.device_id = e.id
		JOIN pack_sample p ON p.device_id = n.device_id
		AND p.pack = n.pack AND p.time = s.time
		WHERE e.part_of = d.part_of)
		AS pack_num,
	s.ac_output_on, s.dc_output_on, s.grid_charge_on, s.time_control_on,
	s.battery_range_start, s.battery_range_end, s.bluetooth_connected,
	CONCAT('AutoSleepMode.', s.auto_sleep_mode) AS auto_sleep_mode,
	s.device_id
FROM sample s JOIN device d ON d.id = s.device_id
WHERE COALESCE(s.ups_mode, s.grid_charge_on, s.time_control_on,
	s.battery_range_start) IS NOT NULL;

-- Packs are read at times of their own, and are an identity of their own: what
-- concerns the whole battery is that of the last record of the device within an
-- hour before. Comparing s.device_id from both sides, rather than as equal, lets
-- the server find this hour in the key for each record of a pack.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW battery_pack_data AS
SELECT p.time, CONCAT(d.model, '-', d.serial_number) AS device,
	(SELECT SUBSTR(MAX(CONCAT(s.time, s.pack_num_max)), 24) + 0e0
		FROM device e STRAIGHT_JOIN sample s
		ON s.device_id >= e.id AND s.device_id <= e.id
		WHERE e.part_of = d.part_of AND s.time BETWEEN
		p.time - INTERVAL 1 HOUR AND p.time) AS pack_num_max,
	(SELECT SUBSTR(MAX(CONCAT(s.time, s.total_battery_voltage)), 24) + 0e0
		FROM device e STRAIGHT_JOIN sample s
		ON s.device_id >= e.id AND s.device_id <= e.id
		WHERE e.part_of = d.part_of AND s.time BETWEEN
		p.time - INTERVAL 1 HOUR AND p.time) AS total_battery_voltage,
	p.pack AS pack_num, p.pack_voltage, p.pack_battery_percent,
	p.cell_voltages, p.device_id
FROM pack_sample p JOIN device d ON d.id = p.device_id;
