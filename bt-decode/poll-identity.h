/* The identity of a station by its registers. */
#ifndef BT_DECODE_POLL_IDENTITY_H
#define BT_DECODE_POLL_IDENTITY_H

#include "model/identity.h"
#include "poll-blocks.h"

/* From the registers of this poll only. */
void poll_identify(struct identity *identity, const struct poll *poll);

/*
 * The map of the poll's station: that of its name (empty: unknown), unless its
 * registers show another. A message reports that once a station.
 */
const struct map *poll_map(
	const struct poll *poll, const char *name, const struct maps *maps);

/* The name of a station by its registers; empty if they do not have it. Returns
 * name. */
#define IDENTITY_NAME (IDENTITY_TYPE + 20)
const char *poll_identity_name(
	char name[IDENTITY_NAME], const struct identity *identity);

#endif
