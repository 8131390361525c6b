/*
 * The table device: a row for each identity that records state, see history.h,
 * and what is known of its device.
 *
 *   identity   "ADDRESS SERIAL-NUMBER NAME"; - or nothing is absent, as is the
 *              name where there is an address
 *   part_of    the id of the device, which is that of one of its identities
 *   name       what its newest record calls the device
 *   serial_number, address   of the device
 *   model, first_seen, last_seen   of the records of this identity
 *   kept_from  raw rows before this time are not kept: keep.h
 *
 * A record from more than a day in the future does not change its device.
 */
#ifndef BT_DB_INSERT_DEVICE_H
#define BT_DB_INSERT_DEVICE_H

#include "base/failure.h"
#include "row.h"
#include "session.h"

/* Whether both records may belong to one row of device: they state the same,
 * ignoring the serial number. */
bool device_may_be_same(const struct identity *a, const struct identity *b);

/* The same number for records that may belong to one row. */
uint32_t device_hash(const struct identity *identity);

/*
 * Stores what rows, BATCH_LINES at most, say of their stations, in the open
 * transaction. Sets the number of the row of device, and of the device, in each
 * row. Returns 0 or an error of server_error() with its reason in *failure;
 * -ENOMEM.
 */
int devices_store(struct session *session, struct row *rows, size_t count,
	struct failure *failure);

/* Joins the identities that there are, in the open transaction, as
 * devices_store() does. */
int devices_join(MYSQL *handle, struct failure *failure);

#endif
