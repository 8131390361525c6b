/*
 * Whose station is on a new link: the one that was polled before, maybe under
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
	bool goes_on;	       /* what was begun before may be finished */
};

/*
 * A name that has the known serial number says enough. Else the station is
 * asked for its type, unless the user has chosen what to read. One that does
 * not answer that is what it was before or, at first, what its name tells.
 * What client knows of the station stays as it is.
 *
 * Returns 0, or an error of client_read(); -BT_ESILENT also for a station that
 * may tell its type later.
 */
int recognize(struct client *client, struct recognized *station);

/*
 * Takes over what was found out. Of a new station nothing is known: its plan is
 * made. Returns 0, -BT_ENOMAP or -ENOMEM.
 */
int recognize_adopt(struct client *client, const struct recognized *station);

#endif
