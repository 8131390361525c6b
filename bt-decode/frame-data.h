/* The registers in a frame line: what was read, or what was written. */
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

/* False if there are none: the answer to a read is missing or refuses. The line
 * has been read, so its frames have been checked. */
bool frame_data(struct frame_data *data, struct frame_line *line);

/* The registers have been changed: renews the checksums, and the answer that
 * repeats what was written. */
void frame_data_renew(struct frame_line *line);

#endif
