/*
 * What bluetti-readall writes (Patrick762/bluetti-bt-lib
 * scripts/bluetti_readall.py): one object with all that a station told.
 *
 *   {"mac": "00:11:22:33:44:55", "iotVersion": 1, "encryption": false,
 *    "registers": {"1": HEX, "11": "", …}}
 *
 * A block has the data bytes alone, without header and checksum. An empty one
 * was refused, or nobody answered. There is no time. Who posts it masks the
 * address: what is none is no address.
 */
#ifndef BT_DECODE_IMPORT_READALL_H
#define BT_DECODE_IMPORT_READALL_H

#include "dump.h"

bool readall_fits(const json_t *object);

/* See dump.h. */
int readall_open(
	struct dump *dump, const json_t *object, struct failure *failure);

#endif
