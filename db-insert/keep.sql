-- Makes room: raw rows that are older than so many days go, the sums of them
-- stay. Run by an administrator, or each night by cron:
--
--   mariadb --init-command="SET @days=400" bluetti < keep.sql
--
-- First the date moves, in device.kept_from: from then on db-insert leaves the
-- sums before it as they are. A device whose older rows are not summed yet waits
-- for the next time. Then rows go, a thousand in a transaction; it may be killed
-- and run again. What is stored later of a time before the date goes with the
-- next run.

DELIMITER //
BEGIN NOT ATOMIC
	DECLARE until_time DATETIME(3) DEFAULT
		DATE(UTC_TIMESTAMP()) - INTERVAL @days DAY;
	DECLARE gone, rows_gone, packs_gone BIGINT DEFAULT 0;

	IF COALESCE(@days, 0) < 1 THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
			'how many days? --init-command="SET @days=400"';
	END IF;
	SET time_zone = '+00:00';
	UPDATE device SET kept_from = until_time
		WHERE (kept_from IS NULL OR kept_from < until_time) AND
		NOT EXISTS (SELECT * FROM period
			WHERE period.device_id = device.part_of AND
			period.minutes = 15 AND period.touched > 0 AND
			period.start < until_time);
	COMMIT;

	-- The last quarter of an hour before the date stays: its last record
	-- reaches beyond it.
	FOR kept IN (SELECT id, kept_from - INTERVAL 15 MINUTE AS first_time
		FROM device WHERE kept_from IS NOT NULL) DO
		REPEAT
			DELETE FROM sample WHERE device_id = kept.id AND
				time < kept.first_time LIMIT 1000;
			SET gone = ROW_COUNT(), rows_gone = rows_gone + gone;
			COMMIT;
		UNTIL gone = 0 END REPEAT;
		FOR packs IN (SELECT DISTINCT pack FROM pack_sample
			WHERE device_id = kept.id) DO
			REPEAT
				DELETE FROM pack_sample
					WHERE device_id = kept.id AND
					pack = packs.pack AND
					time < kept.first_time LIMIT 1000;
				SET gone = ROW_COUNT(),
					packs_gone = packs_gone + gone;
				COMMIT;
			UNTIL gone = 0 END REPEAT;
		END FOR;
	END FOR;
	SELECT rows_gone AS `rows of stations`, packs_gone AS `of packs`;
END //
DELIMITER ;
