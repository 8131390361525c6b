/* The key "registers" of a record: bt-records(5). */
#ifndef BT_REGISTERS_H
#define BT_REGISTERS_H

#include <stdbool.h>

#include "poll.h"
#include "writer.h"

/*
 * Writes the key and an object from register to raw value, in the order of
 * unit and address, if the poll has any register. Returns true if it was
 * written. On lack of memory the writer is marked as failed.
 */
bool registers_write(struct writer *writer, const struct poll *poll);

#endif
