/* The registers in a frame line, read or written. */
#ifndef BT_DECODE_FRAME_DATA_H
#define BT_DECODE_FRAME_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "modbus/frame-line.h"

struct frame_data {
	uint8_t unit_id;
	uint16_t address;
	unsigned count; /* of registers */
	uint8_t *bytes; /* in the line */
};

/* False if there are none: the answer to a read is missing or an exception. The
 * frames of the line have been checked by the reader. */
bool frame_data(struct frame_data *data, struct frame_line *line);

/* Updates the checksums after a change of registers, and the answer that
 * repeats a written value. */
void frame_data_renew(struct frame_line *line);

#endif
