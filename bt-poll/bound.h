/* The end of a program with a number of polls. */
#ifndef BT_POLL_BOUND_H
#define BT_POLL_BOUND_H

#include "client.h"

/* Sets the bound in client->link, by the map if it is known; independent of the
 * station's answers. Without a number of polls there is no bound. */
void bound_set(struct client *client);

#endif
