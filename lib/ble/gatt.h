/*
 * The services of a power station over ATT: found by UUID, never by handle.
 *
 *   service         ff00
 *   characteristic  ff01  notifies: from the station to us; CCCD 2902
 *   characteristic  ff02  is written: from us to the station
 *   characteristic  2a00  device name, of the Generic Access service
 *
 * Sources: Bluetooth Core Specification 5.4, volume 3, part G, section 4;
 * warhammerkid/bluetti_mqtt bluetooth/client.py; listings of an AC180 in
 * warhammerkid/bluetti_mqtt issues 84 and 93.
 *
 * All calls return the errors of att.h and their own.
 */
#ifndef BT_BLE_GATT_H
#define BT_BLE_GATT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ble/att.h"

/* The handles of one station, as gatt_discover() finds them. */
struct gatt {
	uint16_t notify;   /* handle of ff01's value */
	uint16_t cccd;	   /* of its Client Characteristic Configuration */
	uint16_t write;	   /* of ff02's value */
	bool has_response; /* ff02 is written with response */
};

/*
 * Finds service and characteristics. ff02 is written with response if it has
 * that property, as every station seen does, else without. Returns 0, or
 * -BT_ENOSERVICE if the service or a part of it is missing.
 */
int gatt_discover(struct att *att, struct gatt *gatt, int64_t deadline);

/* Asks for the notifications of ff01. Returns 0. */
int gatt_subscribe(struct att *att, const struct gatt *gatt, int64_t deadline);

/*
 * Writes a whole frame to ff02. Without response, it is split to fit the MTU.
 * Returns 0.
 */
int gatt_write(struct att *att, const struct gatt *gatt, const uint8_t *frame,
	size_t length, int64_t deadline);

/*
 * Reads the device name: as many of its bytes as fit, with a terminating
 * zero. It comes from the air: a byte may be anything. Returns 0,
 * or -BT_EATT if the peer has no name to read.
 */
int gatt_read_name(struct att *att, char *name, size_t size, int64_t deadline);

#endif
