/*
 * The registers that identify a station with or without a map: type, serial
 * number, and version of the manufacturer's protocol. They are at MODBUS unit
 * 1, or at unit 0 if unit 1 has zeros (warhammerkid/bluetti_mqtt core/devices,
 * Patrick762/bluetti-bt-lib base_devices; recordings of four models).
 */
#ifndef BT_MODEL_IDENTITY_H
#define BT_MODEL_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/directory.h"

/* The version, in both: below 2000 for version 1. */
#define IDENTITY_VERSION 16

#define IDENTITY_TYPE_COUNT 6
#define IDENTITY_SERIAL_COUNT 4
#define IDENTITY_SERIAL_MAX INT64_C(9999999999999) /* 13 digits */

/* Room for a type with its terminating zero. */
#define IDENTITY_TYPE (2 * IDENTITY_TYPE_COUNT + 1)

/* First registers of a station of version 2, of one of version 1, and of an
 * accessory of version 2, such as a Charger 2 (Patrick762/bluetti-bt-lib
 * devices/charger2.py). In version 1 the registers from 110 on are voltages of
 * cells. */
enum { IDENTITY_VERSION_2, IDENTITY_VERSION_1, IDENTITY_ACCESSORY };
extern const struct identity_addresses {
	uint16_t type, serial;
	int protocol;
} identity_addresses[];
#define IDENTITY_ADDRESSES (IDENTITY_ACCESSORY + 1)
#define IDENTITY_PROTOCOLS 2

/* "AC300" out of IDENTITY_TYPE_COUNT registers. False, and type untouched, if
 * they hold none. */
bool identity_type(
	char type[IDENTITY_TYPE], const uint16_t *words, int protocol);

/* 1 to IDENTITY_SERIAL_MAX out of IDENTITY_SERIAL_COUNT registers; 0 if they
 * hold no serial number. */
int64_t identity_serial(const uint16_t *words);

/* The protocol, 1 or 2, from register IDENTITY_VERSION; 0: unknown. */
int identity_protocol(uint16_t version);

/* The identity of a station, as far as its registers were read. */
struct identity {
	char type[IDENTITY_TYPE]; /* "AC300"; empty: not known */
	int64_t serial;		  /* 0: not known */
	int protocol; /* version 1 or 2 of the protocol; 0: not known */
	/* By IDENTITY_VERSION or the type of version 2. An apparent type of
	 * version 1 may be part of a password of version 2. */
	bool is_proven;
	/* Its registers are at MODBUS unit 0, and those at 1 are zero: some of
	 * the second generation are so (Patrick762/bluetti-bt-lib pull 66). */
	bool is_at_unit_0;
};

/* Merges a later read at the same address: another type or another proven
 * protocol means another station. */
void identity_update(struct identity *known, const struct identity *read);

/* Cuts blanks and control bytes off both ends of a station's name: some
 * firmware puts them there (ioBroker.bluetti-battery src/lib/devices.ts). */
void identity_trim_name(char *name);

/* The station's MODBUS unit for unit_id of its map. Maps with fields at unit 0
 * describe that unit themselves. */
uint8_t identity_unit(const struct identity *identity, const struct map *map,
	uint8_t unit_id);

/* True if both lead to the same map; serial numbers do not count. */
bool identity_is_same(const struct identity *a, const struct identity *b);

/* The map of a station: by its name, unless its registers show another protocol
 * or the type of another map; else by its type, else the generic map of its
 * protocol. NULL if there is none. */
const struct map *identity_map(const struct identity *identity,
	const char *name, const struct maps *maps);

#endif
