/* The key "registers" of a record, so that nothing is lost: bt-records(5). */
#ifndef BT_DECODE_RAW_REGISTERS_H
#define BT_DECODE_RAW_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "model/directory.h"
#include "poll-blocks.h"

/* Which registers of a poll are written. */
struct registers_choice {
	const struct maps *maps;
	const struct map *map; /* the station's; NULL: it has none */
	bool secrets;	       /* those of secrets too */
	int pack; /* those of reads that are of this pack, or of none */
};

/* Whether a register belongs to a secret field of map, or if it is NULL, of the
 * generic maps. */
bool registers_secret(const struct maps *maps, const struct map *map,
	uint8_t unit_id, uint16_t address);

/* Room to work in. */
struct raw_registers;
struct raw_registers *registers_new(void); /* to be freed; NULL: no memory */

/*
 * Writes the key and an object from register to raw value, in the order of unit
 * and address, unless it is empty. If the map is not generic, it has only
 * registers of no field. Returns true if it was written.
 */
bool registers_write(struct json *json, struct raw_registers *raw,
	const struct poll *poll, const struct registers_choice *choice);

#endif
