/* The end of a program with a number of polls. */
#ifndef BT_POLL_BOUND_H
#define BT_POLL_BOUND_H

#include "client.h"

/* Sets it in client->link, by the map or as long as none is known; it does not
 * depend on what the station answers. Without a number of polls there is none.
 */
void bound_set(struct client *client);

#endif
