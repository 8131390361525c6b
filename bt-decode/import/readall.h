/*
 * The output of bluetti-readall (Patrick762/bluetti-bt-lib
 * scripts/bluetti_readall.py): one object with all registers of a station.
 *
 *   {"mac": "00:11:22:33:44:55", "iotVersion": 1, "encryption": false,
 *    "registers": {"1": HEX, "11": "", …}}
 *
 * A block has only the data bytes, without header and checksum. An empty block
 * was refused or not answered. There is no time. People who post a dump mask
 * the address: an invalid one counts as missing.
 */
#ifndef BT_DECODE_IMPORT_READALL_H
#define BT_DECODE_IMPORT_READALL_H

#include "dump.h"

bool readall_fits(const json_t *object);

/* See dump.h. */
int readall_open(
	struct dump *dump, const json_t *object, struct failure *failure);

#endif
