/* Who a station is by its own registers, map or no map. */
#ifndef BT_WHO_H
#define BT_WHO_H

#include <stdint.h>

#include "identity.h"
#include "poll.h"

struct who {
	char type[IDENTITY_TYPE]; /* "AC300"; empty: not read */
	int64_t serial;		  /* 0: not read */
	int protocol; /* version 1 or 2 of the protocol; 0: not known */
};

void who_read(struct who *who, const struct poll *poll);

#endif
