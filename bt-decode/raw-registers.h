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

/* Whether a register is one of a secret: as map says, or if it is NULL, the
 * generic maps. */
bool registers_secret(const struct maps *maps, const struct map *map,
	uint8_t unit_id, uint16_t address);

/* Room to work in. */
struct raw_registers;
struct raw_registers *registers_new(void); /* to be freed; NULL: no memory */

/*
 * Writes the key and an object from register to raw value, in the order of
 * unit and address, if there is any. Of a map that is not generic only what no
 * field has. Returns true if it was written.
 */
bool registers_write(struct json *json, struct raw_registers *raw,
	const struct poll *poll, const struct registers_choice *choice);

#endif
