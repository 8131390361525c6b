/* Registers that hold passwords and the names of networks. */
#ifndef BT_DISCOVER_SECRETS_H
#define BT_DISCOVER_SECRETS_H

#include <stdint.h>

#include "coverage.h"
#include "model/directory.h"

/*
 * Marks the registers of secret fields, of which nothing is known, so that
 * they are not read: of all maps of a version of the protocol; of all maps if
 * it is not known (0). Registers that were marked before and are not secret
 * are unknown again.
 */
void secrets_mark(struct coverage *coverage, const struct maps *maps,
	int protocol, uint8_t unit_id);

#endif
