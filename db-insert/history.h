/*
 * Which records are of one device.
 *
 * A record states an identity: a Bluetooth address and a serial number; without
 * an address, a name. Identities are of one device, and so their records are
 * one history, by these rules, which depend on nothing but the set of
 * identities and the names of those with an address:
 *
 *   - the same address and the same serial number;
 *   - an address without a serial number: the device of that address, if there
 *     is only one;
 *   - no address: the device of that name, if there is only one, unless its
 *     serial number is another one; if there are several, the one without an
 *     address.
 */
#ifndef BT_DB_INSERT_HISTORY_H
#define BT_DB_INSERT_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "field.h"

/* Bytes without a text are absent. */
struct history_identity {
	uint32_t id;
	struct text address, serial_number,
		name; /* the newest, with an address */
	/* out */
	uint32_t part_of;	   /* the smallest id of the same device */
	struct text device_serial; /* the serial number of the device */
};

/* Splits "ADDRESS SERIAL-NUMBER NAME", in which - or nothing is absent. */
void history_parse(struct history_identity *identity, struct text text);

/* Whether both are the same identity: the name counts only where there is no
 * address. */
bool history_is_same(
	const struct history_identity *a, const struct history_identity *b);

/* Whether they are the same, ignoring the serial number. */
bool history_is_near(
	const struct history_identity *a, const struct history_identity *b);

/* Sets what is out in each. 0 or -ENOMEM. */
int history_join(struct history_identity *identities, size_t count);

#endif
