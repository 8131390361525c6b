/* The key "registers" of a record: bt-records(5). */
#ifndef BT_DECODE_RAW_REGISTERS_H
#define BT_DECODE_RAW_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/directory.h"
#include "poll-blocks.h"
#include "writer.h"

/* Whether a register is one of a secret: as map tells, or if it is NULL, the
 * generic maps. */
bool registers_secret(const struct maps *maps, const struct map *map,
	uint8_t unit, uint16_t address);

/*
 * Writes the key and an object from register to raw value, in the order of
 * unit and address, if the poll has any register. Those of secrets are left
 * out without secrets. Returns true if it was written. On lack of memory the
 * writer is marked as failed.
 */
bool registers_write(struct writer *writer, const struct poll *poll,
	const struct maps *maps, const struct map *map, bool secrets);

#endif
