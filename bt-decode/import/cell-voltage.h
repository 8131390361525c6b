/*
 * What bluetti-cell-voltage saves, a page for browsers
 * (Aeymko/bluetti-cell-voltage src/shared/api/bluetti/models.ts): one object
 * with all registers that were served, in blocks of ten numbers.
 *
 *   {"format": "bluetti-register-dump/1", "createdAt": TIME,
 *    "model": "AC70P", "protocol": 2, "blocks": {"100": [5320, 0, …], …}}
 *
 * The tool has replaced the serial number by 0. It has neither address nor
 * name; the model is the one in the registers.
 */
#ifndef BT_DECODE_IMPORT_CELL_VOLTAGE_H
#define BT_DECODE_IMPORT_CELL_VOLTAGE_H

#include "dump.h"

bool cell_voltage_fits(const json_t *object);

/* See dump.h. */
int cell_voltage_open(
	struct dump *dump, const json_t *object, struct failure *failure);

#endif
