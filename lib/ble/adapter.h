/* The Bluetooth adapters of this computer. */
#ifndef BT_BLE_ADAPTER_H
#define BT_BLE_ADAPTER_H

#include <bluetooth/bluetooth.h>

#include "ble/address.h"

/*
 * Sets *own to the address of an adapter itself: that of a number, or of
 * ADAPTER_ANY. Returns 0; -ENODEV: there is none; -ENETDOWN: it is off;
 * -EOPNOTSUPP: it does not support LE; or another negative errno.
 */
int adapter_find(int adapter, bdaddr_t *own);

#endif
