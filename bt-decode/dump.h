/*
 * What bluetti-readall writes (Patrick762/bluetti-bt-lib
 * scripts/bluetti_readall.py): one object with all that a station told.
 *
 *   {"mac": "00:11:22:33:44:55", "iotVersion": 1, "encryption": false,
 *    "registers": {"1": HEX, "11": "", …}}
 *
 * A block has the data bytes alone, without header and checksum. An empty one
 * was refused, or nobody answered. There is no time.
 */
#ifndef BT_DECODE_DUMP_H
#define BT_DECODE_DUMP_H

#include <stdbool.h>

#include <jansson.h>

#include "ble/address.h"
#include "modbus/frame-line.h"
#include "object.h"

struct dump {
	char address[ADDRESS_TEXT]; /* empty: not told */
	/* dump.c alone */
	json_t *registers;
	void *block; /* iterator, NULL behind the last */
};

/* Whether the object is a dump. */
bool dump_fits(const json_t *object);

/* The object must live as long as the dump, which needs no release. Returns 0,
 * or -BT_ECLASSIC with the reason in *failure. */
int dump_open(struct dump *dump, const json_t *object, struct failure *failure);

/*
 * Puts the next blocks into *line, as one read with its answer; time and
 * address are left alone. Returns 1; 0 if there are no more; -BT_ECLASSIC with
 * the reason in *failure if a block is bad, and the next call goes on behind
 * it.
 */
int dump_next(
	struct dump *dump, struct frame_line *line, struct failure *failure);

#endif
