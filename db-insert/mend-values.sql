-- Corrects values that older maps stored wrongly, where no log is left that
-- could be decoded again (bt-decode old.log | db-insert --replace does it better).
-- CHANGELOG.md has what changed. Run by an administrator, once the new maps have
-- stored a record of each station, with the UTC time of the first of them:
--
--   mariadb --init-command="SET @until='2026-12-01 08:00:00'" bluetti <
--       mend-values.sql
--
-- It may run again, and does nothing then. Most values show by themselves that
-- they are wrong, and no longer once they are corrected: no station has flows of
-- 32768 W or 3276.8 A, which a negative word without its sign becomes, and an
-- AC200M cannot have ten times the power that voltage and current give. Where
-- the old and the new value are both possible, rows before @until are corrected
-- and table mended_values keeps that time; without @until they stay as they are.
-- Rows that were decoded again with the new maps must not be among those.
--
-- What has no column, in extra, stays. So do energies that wrapped at 6553.5 kWh.

CREATE TABLE IF NOT EXISTS mended_values (until DATETIME(3) NOT NULL)
	ENGINE=InnoDB;

DELIMITER //
BEGIN NOT ATOMIC
	-- An empty string is no time.
	DECLARE until_time DATETIME(3) DEFAULT NULLIF(@until, '');
	DECLARE by_time BOOLEAN DEFAULT until_time IS NOT NULL AND
		NOT EXISTS (SELECT * FROM mended_values);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION
	BEGIN
		ROLLBACK;
		RESIGNAL;
	END;

	-- kind    what is wrong: a "word", "long" or "tenth" lacks its sign
	-- needs   other columns that must be there
	-- mend    what is set, and which rows, in SQL; made below for those three
	-- changed how many rows
	CREATE OR REPLACE TEMPORARY TABLE mend (
		id INT AUTO_INCREMENT PRIMARY KEY, field VARCHAR(64) NOT NULL,
		kind VARCHAR(8) NOT NULL, needs VARCHAR(255) DEFAULT '',
		mend TEXT, which TEXT, changed BIGINT DEFAULT 0);

	-- Protocol version 1 has these names too, and no signs.
	INSERT INTO mend (field, kind, which) VALUES
		('dc_output_power', 'word', 'v2'),
		('ac_output_power', 'word', 'v2'),
		('dc_input_power', 'word', 'v2'),
		('ac_input_power', 'word', 'v2'),
		('internal_power_one', 'word', 'v2');
	UPDATE mend SET which = "device.model NOT IN ('AC200L', 'AC200M',
		'AC200PL', 'AC300', 'AC500', 'EB3A', 'EP500', 'EP500P')";
	INSERT INTO mend (field, kind) VALUES
		('grid_p1_power', 'word'), ('grid_p2_power', 'word'),
		('grid_p3_power', 'word'), ('ac_p1_power', 'word'),
		('ac_p2_power', 'word'), ('ac_p3_power', 'word'),
		('sm_p1_power', 'word'), ('sm_p2_power', 'word'),
		('sm_p3_power', 'word'), ('grid_phase0_power', 'word'),
		('internal_ac_input_power', 'word'),
		('battery_inputoutput_power', 'word'),
		('dc_output_power', 'long'), ('ac_output_power', 'long'),
		('dc_input_power', 'long'), ('ac_input_power', 'long'),
		('total_inv_power', 'long'), ('total_dc_power', 'long'),
		('consumption_power_all', 'long'),
		('pv_input_power_all', 'long'),
		('total_inverter_power', 'long'),
		('total_battery_current', 'tenth'),
		('pack_total_current', 'tenth'), ('ac_input_current', 'tenth'),
		('grid_p1_current', 'tenth'), ('grid_p2_current', 'tenth'),
		('grid_p3_current', 'tenth');

	-- Steps of the register that were wrong, as the row itself shows. One
	-- step of an EB3A's mains is 1 V: a fraction is of the older map, and so
	-- are 8 to 30 V while the mains bring power.
	INSERT INTO mend (field, kind, needs, mend, which) VALUES
		('internal_dc_input_voltage', 'step',
			'internal_dc_input_power,internal_dc_input_current',
			'internal_dc_input_voltage =
				ROUND(10 * internal_dc_input_voltage),
			internal_dc_input_power =
				ROUND(internal_dc_input_power / 10, 1)',
			"device.model = 'AC200M' AND internal_dc_input_power >
				10 * internal_dc_input_voltage *
				internal_dc_input_current AND
			internal_dc_input_voltage * internal_dc_input_current > 0"),
		('ac_input_voltage', 'step', '',
			'ac_input_voltage = ROUND(10 * ac_input_voltage)',
			"device.model = 'EB3A' AND
				ac_input_voltage <> FLOOR(ac_input_voltage)"),
		('ac_input_voltage', 'step', 'ac_input_power',
			'ac_input_voltage = 10 * ac_input_voltage',
			"device.model = 'EB3A' AND ac_input_power > 0 AND
				ac_input_voltage BETWEEN 8 AND 30");

	-- What was no such value, or has another name.
	INSERT INTO mend (field, kind, needs, mend, which) VALUES
		('internal_dc_input_voltage', 'none', '',
			'internal_dc_input_voltage = NULL',
			"device.model = 'EB3A' AND
				internal_dc_input_voltage > 0 AND
				internal_dc_input_voltage NOT BETWEEN 8 AND 30"),
		('grid_parallel_soc', 'none', '', 'grid_parallel_soc = NULL',
			"device.model = 'Elite 200 V2' AND
				grid_parallel_soc IS NOT NULL"),
		('self_sufficiency_rate', 'none', '',
			'self_sufficiency_rate = NULL',
			"device.model = 'Elite 200 V2' AND
				self_sufficiency_rate IS NOT NULL"),
		('pv_to_ac_power', 'none', '', 'pv_to_ac_power = NULL',
			"device.model = 'Elite 200 V2' AND
				pv_to_ac_power IS NOT NULL"),
		('battery_temperature', 'name', 'total_grid_charging_energy',
			'total_grid_charging_energy =
				ROUND(battery_temperature / 10, 1),
			battery_temperature = NULL',
			"device.model = 'Elite 300' AND
				battery_temperature IS NOT NULL"),
		('estimated_time_hr', 'name', 'time_remaining',
			'time_remaining = ROUND(10 * estimated_time_hr),
			estimated_time_hr = NULL',
			"device.model = 'AP300' AND
				estimated_time_hr IS NOT NULL"),
		('total_dc_energy', 'none', '', 'total_dc_energy = NULL',
			"device.model = 'EP2000' AND
				total_dc_energy IS NOT NULL"),
		('charging_mode', 'name', '', "charging_mode = 'CUSTOM'",
			"charging_mode = '4'"),
		('ctrl_working_mode', 'name', '',
			"ctrl_working_mode = 'STANDARD_UPS'",
			"ctrl_working_mode = '3'"),
		('ctrl_working_mode', 'name', '',
			"ctrl_working_mode = 'SELF_CONSUMPTION_EXPORT'",
			"ctrl_working_mode = '11'"),
		('ems_control_mode', 'name', '',
			"ems_control_mode = ELT(ems_control_mode, '', '',
				'CLOUD', 'LOCAL_SELECTED', 'DYNAMIC_PRICING',
				'', 'VPP')",
			"ems_control_mode IN ('3', '4', '5', '7')");

	-- Only the time distinguishes these rows: with no current the numbers of
	-- an AC200M fit, and so does every energy.
	IF by_time THEN
		INSERT INTO mend (field, kind, needs, mend, which) VALUES
			('internal_dc_input_voltage', 'time',
				'internal_dc_input_power,internal_dc_input_current',
				'internal_dc_input_voltage =
					ROUND(10 * internal_dc_input_voltage),
				internal_dc_input_power =
					ROUND(internal_dc_input_power / 10, 1)',
				"device.model = 'AC200M' AND (0 IN
					(internal_dc_input_voltage,
					internal_dc_input_power,
					internal_dc_input_current))"),
			('sm_p1_current', 'time', '', 'sm_p1_current =
				ROUND(sm_p1_current / 10, 1)',
				"device.model IN ('EP600', 'EP760')"),
			('sm_p2_current', 'time', '', 'sm_p2_current =
				ROUND(sm_p2_current / 10, 1)',
				"device.model IN ('EP600', 'EP760')"),
			('sm_p3_current', 'time', '', 'sm_p3_current =
				ROUND(sm_p3_current / 10, 1)',
				"device.model IN ('EP600', 'EP760')"),
			('pv_to_ac_energy', 'time', '', 'pv_to_ac_energy =
				ROUND(pv_to_ac_energy / 10, 1)',
				"device.model IN ('AC180', 'Elite 200 V2')"),
			('pack_dsg_energy_total', 'time', '',
				'pack_dsg_energy_total =
					ROUND(pack_dsg_energy_total / 10, 1)',
				"device.model IN ('AC180', 'Elite 200 V2')"),
			('total_ac_consumption', 'time', '',
				'total_ac_consumption = NULL',
				"device.model = 'EP2000'"),
			('total_grid_consumption', 'time', '',
				'total_grid_consumption = NULL',
				"device.model = 'EP2000'"),
			('total_grid_feed', 'time', '',
				'total_grid_feed = NULL',
				"device.model = 'EP2000'");
	END IF;

	UPDATE mend SET mend = CONCAT(field, ' = ', field, ' - ',
			IF(kind = 'word', 65536, 4294967296)),
		which = CONCAT_WS(' AND ', which, CONCAT(field,
			IF(kind = 'word', ' BETWEEN 32768 AND 65535',
				' BETWEEN 2147483648 AND 4294967295')))
		WHERE kind IN ('word', 'long');
	UPDATE mend SET mend = CONCAT(field, ' = ROUND(', field, ' - 6553.6, 1)'),
		which = CONCAT(field, ' BETWEEN 3276.8 AND 6553.5')
		WHERE kind = 'tenth';
	UPDATE mend SET which = CONCAT(which, " AND sample.time < '", until_time,
		"'") WHERE kind = 'time';

	-- All or nothing, the time with them. A column that nobody has stored is
	-- not there, and has nothing to correct.
	START TRANSACTION;
	FOR m IN (SELECT * FROM mend WHERE
		(SELECT COUNT(*) FROM information_schema.columns
			WHERE table_schema = DATABASE() AND
				table_name = 'sample' AND FIND_IN_SET(column_name,
				CONCAT_WS(',', field, NULLIF(needs, '')))) =
		1 + IF(needs = '', 0, 1 + LENGTH(needs) -
			LENGTH(REPLACE(needs, ',', ''))) ORDER BY id) DO
		EXECUTE IMMEDIATE CONCAT(
			'UPDATE sample JOIN device ON device.id = device_id SET ',
			m.mend, ' WHERE ', m.which);
		UPDATE mend SET changed = ROW_COUNT() WHERE id = m.id;
	END FOR;
	-- db-insert computes the sums again.
	IF EXISTS (SELECT * FROM mend WHERE changed > 0) THEN
		UPDATE period SET touched = touched + 1 WHERE minutes = 15;
	END IF;
	IF by_time THEN
		INSERT INTO mended_values VALUES (until_time);
	END IF;
	COMMIT;

	SELECT field, changed FROM mend WHERE changed > 0 ORDER BY id;
	DROP TEMPORARY TABLE mend;
END //
DELIMITER ;
