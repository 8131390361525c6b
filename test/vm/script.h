/*
 * What a tester says, line by line:
 *
 *   device ADDRESS public|random RSSI DATA RESPONSE [SOCKET]
 *             a device is there from now on and advertises DATA; RESPONSE is
 *             what it tells when it is asked for more; both are hexadecimal
 *             or -. One with a SOCKET can be connected.
 *   off ADDRESS      out of reach: it is not heard any more, and a connection
 *                    is lost when its supervision time-out is over
 *   on ADDRESS       in reach again
 *   end ADDRESS      the device ends its connection
 *   fail ADDRESS REASON
 *                    the device never answers a connection, which so ends
 *                    for this reason (hexadecimal; it is 3e); 00: not any more
 *   clear            no device is there any more
 */
#ifndef BT_TEST_VM_SCRIPT_H
#define BT_TEST_VM_SCRIPT_H

#include "controller.h"

/* Does what the line says. Returns 0, or -1 after a message if it is none. */
int script_line(struct controller *c, char *line);

#endif
