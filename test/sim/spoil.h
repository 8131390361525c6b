/*
 * What faults make of bytes that are to be notified, at each stage. Faults that
 * do something else are passed over. All return the new length.
 */
#ifndef BT_TEST_SIM_SPOIL_H
#define BT_TEST_SIM_SPOIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/* The answer to a MODBUS request: MODBUS_FRAME_MAX bytes at most, or none. */
size_t spoil_frame(uint8_t *frame, size_t length, const struct played *played);

/* A message of the handshake in the clear; room for one byte more. */
size_t spoil_message(
	uint8_t *message, size_t length, const struct played *played);

/* Bytes as they are to go out, encrypted or not; room for MODBUS_FRAME_MAX. */
size_t spoil_wire(uint8_t *wire, size_t length, bool is_sealed,
	const struct played *played);

#endif
