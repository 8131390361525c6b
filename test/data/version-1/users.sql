CREATE USER IF NOT EXISTS
	bluetti_schema IDENTIFIED VIA mysql_native_password USING 'invalid',
	bluetti_insert IDENTIFIED VIA mysql_native_password USING 'invalid',
	bluetti_read IDENTIFIED VIA mysql_native_password USING 'invalid';

GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON device TO bluetti_schema;
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON sample TO bluetti_schema;
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON pack_sample TO bluetti_schema;
GRANT SELECT, INSERT, CREATE ON schema_version TO bluetti_schema;

GRANT SELECT, CREATE, CREATE VIEW, DROP ON newest TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON newest_pack TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON energy_a_day TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON general_data TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON internal_data TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON settings_data TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON battery_pack_data TO bluetti_schema;

GRANT SELECT, INSERT, UPDATE, CREATE ON device TO bluetti_insert;
GRANT SELECT, INSERT, UPDATE, CREATE ON sample TO bluetti_insert;
GRANT SELECT, INSERT, UPDATE, CREATE ON pack_sample TO bluetti_insert;
GRANT SELECT, CREATE ON schema_version TO bluetti_insert;
REVOKE CREATE ON device FROM bluetti_insert;
REVOKE CREATE ON sample FROM bluetti_insert;
REVOKE CREATE ON pack_sample FROM bluetti_insert;
REVOKE CREATE ON schema_version FROM bluetti_insert;

GRANT SELECT ON * TO bluetti_read;
