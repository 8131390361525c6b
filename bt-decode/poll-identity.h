/* Who a station is by its own registers, and which map is its. */
#ifndef BT_DECODE_POLL_IDENTITY_H
#define BT_DECODE_POLL_IDENTITY_H

#include <stdint.h>

#include "model/identity.h"
#include "model/directory.h"
#include "poll-blocks.h"

struct who {
	char type[IDENTITY_TYPE]; /* "AC300"; empty: not read */
	int64_t serial;		  /* 0: not read */
	int protocol; /* version 1 or 2 of the protocol; 0: not known */
};

void who_read(struct who *who, const struct poll *poll);

/* What the station's own registers call it, in the form of its name; empty if
 * they do not tell. Returns name. */
#define WHO_NAME (IDENTITY_TYPE + 20)
const char *who_name(char name[WHO_NAME], const struct who *who);

/* The map of a station: by its name, else by its type, else the generic one
 * of its protocol. NULL if there is none. */
const struct map *who_map(
	const struct who *who, const char *name, const struct maps *maps);

#endif
