/* The MODBUS side of a simulated station. */
#ifndef BT_TEST_SIM_SERVED_REGISTERS_H
#define BT_TEST_SIM_SERVED_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"
#include "modbus/modbus.h"
#include "sim-counters.h"

/* What changes while the station runs. */
struct registers {
	struct image *image;
	struct counters *counters;
	unsigned pack;	      /* whose number is shown */
	unsigned data;	      /* whose registers are served */
	int64_t data_at;      /* when they are those of pack */
	unsigned next_pack;   /* selected, not yet in effect */
	int64_t next_pack_at; /* when it will be: clock_monotonic() */
};

/* Begins with pack 1. image and counters stay the caller's. */
void registers_init(struct registers *registers, struct image *image,
	struct counters *counters);

/*
 * Serves one request. Returns the length of the answer, 0 if there is none:
 * a frame that is none (wrong length or CRC), a unit that does not exist, a
 * write that this station leaves unanswered. Exceptions: 1 for another
 * function, 2 for a register that is not served or not writable, 3 for a
 * count out of bounds. A refusal other than 0 is the exception that any
 * request gets instead of being done.
 */
size_t registers_serve(struct registers *registers, const uint8_t *request,
	size_t length, uint8_t refusal, uint8_t answer[MODBUS_FRAME_MAX]);

#endif
