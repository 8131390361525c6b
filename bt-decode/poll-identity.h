/* Who a station is by its own registers. */
#ifndef BT_DECODE_POLL_IDENTITY_H
#define BT_DECODE_POLL_IDENTITY_H

#include "model/identity.h"
#include "poll-blocks.h"

/* By what this poll holds alone. */
void poll_identify(struct identity *identity, const struct poll *poll);

/*
 * The map of the poll's station: that of its name, empty if it is not known,
 * unless its registers show another. A message reports that, once a station.
 */
const struct map *poll_map(
	const struct poll *poll, const char *name, const struct maps *maps);

/* What the station's own registers call it, in the form of its name; empty if
 * they do not tell. Returns name. */
#define IDENTITY_NAME (IDENTITY_TYPE + 20)
const char *poll_identity_name(
	char name[IDENTITY_NAME], const struct identity *identity);

#endif
