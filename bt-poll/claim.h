/*
 * One process a station: a station over Bluetooth has one connection, so a
 * second bt-poll could only disturb the first.
 *
 * The claim is a socket in the abstract name space, bluetti-tools/ADDRESS. The
 * kernel gives it back when the process ends, however it ends.
 */
#ifndef BT_POLL_CLAIM_H
#define BT_POLL_CLAIM_H

#include <stdbool.h>

#include "ble/address.h"

/*
 * False if another process has the station. True if it is claimed, or cannot be
 * because the system forbids such sockets; and for unix:PATH, which may have
 * more than one connection. *claim is a descriptor of the caller's, or -1.
 */
bool claim_station(int *claim, const struct address *address);

#endif
