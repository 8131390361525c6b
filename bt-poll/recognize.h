/*
 * Identifies the station on a new link: the one polled before, perhaps with
 * another name, or another one.
 */
#ifndef BT_POLL_RECOGNIZE_H
#define BT_POLL_RECOGNIZE_H

#include <stdbool.h>

#include "client.h"

struct recognized {
	char name[STATION_NAME];
	struct identity identity;
	const struct map *map; /* NULL: none, or blocks are given by hand */
	bool is_identified;    /* the station was asked, and has answered */
	bool is_confirmed;     /* by name or type, on this link */
	bool is_new;	       /* another station, or another map */
	bool goes_on;	       /* an open poll may be continued */
};

/*
 * A name with the known serial number is enough. Else this reads the station's
 * type, unless the user has chosen the registers. A station that does not
 * answer counts as the one before or, at first, as the one of its name. Does
 * not change client's knowledge of the station.
 *
 * Returns 0, or an error of client_read(); -BT_ESILENT also for a station that
 * may return its type later.
 */
int recognize(struct client *client, struct recognized *station);

/*
 * Applies the result. For a new station, drops the former knowledge and creates
 * a plan. Returns 0, -BT_ENOMAP or -ENOMEM.
 */
int recognize_adopt(struct client *client, const struct recognized *station);

#endif
