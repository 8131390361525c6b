/*
 * One process a station: a station accepts one Bluetooth connection, so a
 * second bt-poll would disturb the first.
 *
 * The claim is a socket in the abstract namespace, bluetti-tools/ADDRESS. The
 * kernel releases it when the process ends, for whatever reason.
 */
#ifndef BT_POLL_CLAIM_H
#define BT_POLL_CLAIM_H

#include <stdbool.h>

#include "ble/address.h"

/*
 * False if another process has claimed the station. True if it is claimed now,
 * or cannot be because the system forbids such sockets; and for unix:PATH,
 * which may have several connections. *claim is a descriptor that the caller
 * closes, or -1.
 */
bool claim_station(int *claim, const struct address *address);

#endif
