/*
 * Where registers are likely: the first registers of known blocks, and the
 * fields of the maps.
 */
#ifndef BT_DISCOVER_HINTS_H
#define BT_DISCOVER_HINTS_H

#include <stddef.h>
#include <stdint.h>

#include "model/directory.h"

struct hints;

/* Collects the hints for one MODBUS unit. Returns 0 or -ENOMEM. */
int hints_new(struct hints **hints, const struct maps *maps, uint8_t unit_id);

/* NULL is allowed. */
void hints_free(struct hints *hints);

/* The first register of block n, the likeliest blocks first; that of group n of
 * neighbouring fields. -1 after the last. */
int32_t hints_block(const struct hints *hints, size_t n);
int32_t hints_group(const struct hints *hints, size_t n);

/*
 * The last register of the longest known block that includes the register and
 * ends before the limit; -1 if there is none.
 */
int32_t hints_end(const struct hints *hints, uint32_t address, uint32_t limit);

#endif
