/* Opens a socket to a station. */
#ifndef BT_BLE_ATT_LINK_H
#define BT_BLE_ATT_LINK_H

#include <stdint.h>

#include "ble/address.h"

/*
 * Connects to a station. type is that of a Bluetooth LE address, not
 * ADDRESS_UNKNOWN; a unix address ignores it. The deadline is a time of
 * clock_monotonic(); cancel as in wait_for().
 *
 * Returns a descriptor that the caller closes: connected, SOCK_SEQPACKET,
 * non-blocking, close-on-exec; each packet is one ATT PDU. Or -BT_ETIMEOUT,
 * -BT_ECANCELED, -BT_ELOST if the station connected and disconnected, or a
 * negative errno: those of adapter_find() for an adapter that was named;
 * EHOSTUNREACH if there is no adapter or it is off, EBUSY if this computer has
 * a connection to the station already, EAFNOSUPPORT if the kernel does not
 * support Bluetooth; ENOENT or ECONNREFUSED if no program listens on the unix
 * socket, EAGAIN if its queue is full.
 */
int link_open(const struct address *address, enum address_type type,
	int64_t deadline, int cancel);

#endif
