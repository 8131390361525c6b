/* Discovers one station, from its address to the summary. */
#ifndef BT_DISCOVER_DISCOVER_H
#define BT_DISCOVER_DISCOVER_H

#include "discover-options.h"

/* Frame lines go to standard output. Returns the exit status. */
int discover(const struct options *options);

#endif
