/* PDUs that a station sends. All return 0 or a negative errno. */
#ifndef BT_TEST_SIM_SEND_H
#define BT_TEST_SIM_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "gatt-server.h"

/* Codes of an Error Response: Core Specification, 3.F.3.4.1.1. */
enum {
	INVALID_HANDLE = 0x01,
	READ_NOT_PERMITTED = 0x02,
	WRITE_NOT_PERMITTED = 0x03,
	INVALID_PDU = 0x04,
	NOT_SUPPORTED = 0x06,
	INVALID_OFFSET = 0x07,
	NOT_FOUND = 0x0a,
	INVALID_LENGTH = 0x0d,
	UNSUPPORTED_GROUP = 0x10,
};

/* The write that wants no response. */
#define WRITE_COMMAND 0x52

/* A whole PDU. -EAGAIN if the central takes none any more. */
int send_pdu(struct gatt *gatt, const uint8_t *pdu, size_t length);

int send_error(
	struct gatt *gatt, uint8_t request, uint16_t handle, uint8_t code);

/* The response to what carried a write; a command has none. */
int send_write_response(struct gatt *gatt, uint8_t opcode);

/* The bytes of one notification of ff01, whether it was asked for or not. */
int send_notification(struct gatt *gatt, const uint8_t *bytes, size_t length);

/* That the services changed: wants a confirmation. */
int send_indication(struct gatt *gatt);

/* What the faults want sent before an answer: texts, strays, what the
 * station asks of the central. */
int send_strays(struct gatt *gatt, const struct played *played);

#endif
