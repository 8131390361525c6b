/*M!999999\- enable the sandbox mode */ 
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `device` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(255) NOT NULL,
  `model` varchar(64) DEFAULT NULL,
  `serial_number` bigint(20) unsigned DEFAULT NULL,
  `address` varchar(255) DEFAULT NULL,
  `first_seen` datetime(3) NOT NULL,
  `last_seen` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `device` VALUES (1,'AC3001234567890123','AC300',1234567890123,'00:11:22:33:44:55','2026-11-22 09:42:00.101','2026-11-22 09:42:10.101');
INSERT INTO `device` VALUES (2,'EP6002240000000000','EP600',2240000000000,'00:11:22:33:44:77','2026-09-10 10:00:00.000','2026-09-10 10:00:10.000');
INSERT INTO `device` VALUES (3,'PBOX2246000000000','EP600',2240000000000,'00:11:22:33:44:77','2026-09-11 10:00:00.000','2026-09-11 10:00:00.000');
INSERT INTO `device` VALUES (4,'GARAGE','AC300',2232000000002,'00:11:22:00:00:02','2026-11-24 08:00:00.000','2026-11-24 08:20:00.000');
INSERT INTO `device` VALUES (5,'AC1802232000000003','AC180',NULL,NULL,'2026-11-25 08:00:00.000','2026-11-25 08:00:00.000');
INSERT INTO `device` VALUES (6,'EB3A2232000000000','EB3A',NULL,'00:11:22:33:44:66','2036-02-07 06:28:00.000','2036-02-07 06:28:00.000');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `pack_sample` (
  `device_id` int(10) unsigned NOT NULL,
  `pack` tinyint(3) unsigned NOT NULL,
  `time` datetime(3) NOT NULL,
  `extra` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`extra`)),
  `pack_status` varchar(64) DEFAULT NULL,
  `pack_voltage` double DEFAULT NULL,
  `cell_voltages` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`cell_voltages`)),
  PRIMARY KEY (`device_id`,`pack`,`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `pack_sample` VALUES (1,2,'2026-11-22 09:42:00.101',NULL,'CHARGE',53.95,'[3.36,3.36,3.4,53.95]');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `sample` (
  `device_id` int(10) unsigned NOT NULL,
  `time` datetime(3) NOT NULL,
  `extra` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`extra`)),
  `dc_input_power` double DEFAULT NULL,
  `power_generation` double DEFAULT NULL,
  `arm_version` varchar(64) DEFAULT NULL,
  `ac_output_on` tinyint(1) DEFAULT NULL,
  `ups_mode` varchar(64) DEFAULT NULL,
  `total_battery_percent` double DEFAULT NULL,
  `ac_input_power` double DEFAULT NULL,
  PRIMARY KEY (`device_id`,`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `sample` VALUES (1,'2026-11-22 09:42:00.101','{\"out_of_range\":[\"total_battery_percent\"],\"failed\":[\"70+21 timeout\"]}',752,3.7,'2053.08',1,'PV_PRIORITY',NULL,NULL);
INSERT INTO `sample` VALUES (1,'2026-11-22 09:42:10.101',NULL,0,3.8,NULL,0,NULL,NULL,NULL);
INSERT INTO `sample` VALUES (2,'2026-09-10 10:00:00.000',NULL,NULL,NULL,NULL,NULL,NULL,80,NULL);
INSERT INTO `sample` VALUES (2,'2026-09-10 10:00:10.000',NULL,NULL,NULL,NULL,NULL,NULL,81,NULL);
INSERT INTO `sample` VALUES (3,'2026-09-11 10:00:00.000',NULL,NULL,NULL,NULL,NULL,NULL,82,NULL);
INSERT INTO `sample` VALUES (4,'2026-11-24 08:00:00.000',NULL,360,NULL,NULL,NULL,NULL,10,NULL);
INSERT INTO `sample` VALUES (4,'2026-11-24 08:05:00.000',NULL,720,NULL,NULL,NULL,NULL,20,NULL);
INSERT INTO `sample` VALUES (4,'2026-11-24 08:20:00.000',NULL,0,NULL,NULL,NULL,NULL,21,NULL);
INSERT INTO `sample` VALUES (5,'2026-11-25 08:00:00.000','{\"failed\":[\"70+21 timeout\"]}',NULL,NULL,NULL,NULL,NULL,30,100);
INSERT INTO `sample` VALUES (6,'2036-02-07 06:28:00.000',NULL,NULL,NULL,NULL,NULL,NULL,11,NULL);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `schema_version` (
  `version` int(10) unsigned NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `schema_version` VALUES (1);
