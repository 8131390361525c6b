/* Who a station is by its own registers. */
#ifndef BT_DECODE_POLL_IDENTITY_H
#define BT_DECODE_POLL_IDENTITY_H

#include "model/identity.h"
#include "poll-blocks.h"

void poll_identify(struct identity *identity, const struct poll *poll);

/* What the station's own registers call it, in the form of its name; empty if
 * they do not tell. Returns name. */
#define IDENTITY_NAME (IDENTITY_TYPE + 20)
const char *poll_identity_name(
	char name[IDENTITY_NAME], const struct identity *identity);

#endif
