/*
 * A process for each station, and a parent that holds them together: signals
 * reach all of them, the children die with the parent.
 */
#ifndef BT_FAMILY_H
#define BT_FAMILY_H

#include "options.h"

/* Starts the processes and waits for their ends. Returns the exit status: 0,
 * or that of the first one that failed. */
int family(const struct options *options);

#endif
