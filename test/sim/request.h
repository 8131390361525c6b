/* What a central writes to ff02: MODBUS requests, or of a station that encrypts
 * whatever belongs to its session. */
#ifndef BT_TEST_SIM_REQUEST_H
#define BT_TEST_SIM_REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct gatt;

/* Takes what came in a write, a long write or a write command, as opcode tells.
 * Returns 0, or a negative error if the connection is over. */
int request_take(
	struct gatt *gatt, uint8_t opcode, const uint8_t *bytes, size_t length);

#endif
