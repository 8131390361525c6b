-- Three users, each with no more rights than its work needs. Run by an
-- administrator, before the tables are there or after, and again for another
-- database or a newer version:
--
--   mariadb bluetti < users.sql
--
--   bluetti_schema  db-insert's first run, and new columns and views: it may
--                   also make and change the tables
--   bluetti_insert  db-insert from then on: it inserts; new fields that have
--                   no column yet go to column extra
--   bluetti_read    dashboards: it reads tables and views
--
-- No password opens them until the administrator has given each its own:
--
--   SET PASSWORD FOR bluetti_insert = PASSWORD('...');
--
-- They may come from any host. Where one host is enough:
--
--   RENAME USER bluetti_insert TO bluetti_insert@localhost;

CREATE USER IF NOT EXISTS
	bluetti_schema IDENTIFIED VIA mysql_native_password USING 'invalid',
	bluetti_insert IDENTIFIED VIA mysql_native_password USING 'invalid',
	bluetti_read IDENTIFIED VIA mysql_native_password USING 'invalid';

GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON device TO bluetti_schema;
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON sample TO bluetti_schema;
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON pack_sample TO bluetti_schema;
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON period TO bluetti_schema;
GRANT SELECT, INSERT, CREATE ON schema_version TO bluetti_schema;

-- The views of views.sql and classic-views.sql. CREATE OR REPLACE wants DROP.
GRANT SELECT, CREATE, CREATE VIEW, DROP ON newest TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON newest_pack TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON cells TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON energy_a_quarter TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON energy_an_hour TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON energy_a_day TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON energy_a_month TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON energy_a_year TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON link_a_day TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON general_data TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON internal_data TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON settings_data TO bluetti_schema;
GRANT SELECT, CREATE, CREATE VIEW, DROP ON battery_pack_data TO bluetti_schema;

-- Only with CREATE can rights be given on a table that is not there yet; it is
-- taken back at once.
GRANT SELECT, INSERT, UPDATE, CREATE ON device TO bluetti_insert;
GRANT SELECT, INSERT, UPDATE, CREATE ON sample TO bluetti_insert;
GRANT SELECT, INSERT, UPDATE, CREATE ON pack_sample TO bluetti_insert;
GRANT SELECT, INSERT, UPDATE, CREATE ON period TO bluetti_insert;
GRANT SELECT, CREATE ON schema_version TO bluetti_insert;
REVOKE CREATE ON device FROM bluetti_insert;
REVOKE CREATE ON sample FROM bluetti_insert;
REVOKE CREATE ON pack_sample FROM bluetti_insert;
REVOKE CREATE ON period FROM bluetti_insert;
REVOKE CREATE ON schema_version FROM bluetti_insert;

GRANT SELECT ON * TO bluetti_read;
