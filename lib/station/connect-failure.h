/* Why a station cannot be reached, in words that help. */
#ifndef BT_STATION_CONNECT_FAILURE_H
#define BT_STATION_CONNECT_FAILURE_H

#include "ble/address.h"

/*
 * What happened, as error_text() tells it; but what the kernel says while it
 * opens a Bluetooth link is told with what it means. error is negative.
 */
const char *reason_text(const struct address *address, int error);

#endif
