/* The table device: numbers of stations, and what is known of them. */
#ifndef BT_DB_INSERT_DEVICE_H
#define BT_DB_INSERT_DEVICE_H

#include <mysql.h>

#include "base/failure.h"
#include "row.h"

/*
 * Stores what rows, BATCH_LINES at most, say of their stations, in the open
 * transaction: a row of device for each name; first_seen and last_seen from the
 * records' own times; model, address and serial number of the newest record.
 * Sets the number of the device in each row. Returns 0 or an error of
 * server_error() with its reason in *failure; -ENOMEM.
 */
int devices_store(
	MYSQL *handle, struct row *rows, size_t count, struct failure *failure);

#endif
