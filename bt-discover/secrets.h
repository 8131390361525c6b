/* Registers that hold passwords and the names of networks. */
#ifndef BT_DISCOVER_SECRETS_H
#define BT_DISCOVER_SECRETS_H

#include <stdint.h>

#include "coverage.h"
#include "model/directory.h"

/*
 * Marks the unknown registers of secret fields, so that they are not read:
 * those of all maps of the protocol; of all maps if the protocol is unknown
 * (0). Marked registers that are not secret become unknown again.
 */
void secrets_mark(struct coverage *coverage, const struct maps *maps,
	int protocol, uint8_t unit_id);

#endif
