/* Requests that find and read attributes. Each serves one PDU and returns 0
 * or a negative errno if the answer could not be sent. */
#ifndef BT_TEST_SIM_DISCOVERY_H
#define BT_TEST_SIM_DISCOVERY_H

#include <stddef.h>
#include <stdint.h>

#include "database.h"
#include "gatt-server.h"

/* The attribute of a handle, NULL if this connection does not have it. */
const struct attribute *discovery_find(
	const struct gatt *gatt, uint16_t handle);

/* Opcode 04. */
int discovery_information(struct gatt *gatt, const uint8_t *pdu, size_t length);

/* Opcode 06. */
int discovery_by_type_value(
	struct gatt *gatt, const uint8_t *pdu, size_t length);

/* Read By Type (opcode 08) and Read By Group Type (10). */
int discovery_read_by_type(
	struct gatt *gatt, const uint8_t *pdu, size_t length);

/* Read (opcode 0a) and Read Blob (0c). */
int discovery_read(struct gatt *gatt, const uint8_t *pdu, size_t length);

#endif
