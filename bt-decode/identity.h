/* Who a station is by its own registers, map or no map. */
#ifndef BT_IDENTITY_H
#define BT_IDENTITY_H

#include <stdint.h>

#include "poll.h"
#include "value.h"

struct identity {
	char type[VALUE_TEXT_MAX + 1]; /* "AC300"; empty: not read */
	int64_t serial;		       /* 0: not read */
	int protocol; /* version 1 or 2 of the protocol; 0: not known */
};

void identity_read(struct identity *identity, const struct poll *poll);

#endif
