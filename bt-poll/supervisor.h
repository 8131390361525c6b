/*
 * A process for each station, and a parent that holds them together: signals
 * reach all of them, the children die with the parent.
 */
#ifndef BT_POLL_SUPERVISOR_H
#define BT_POLL_SUPERVISOR_H

#include "poll-options.h"

/* Starts the processes and waits for them to end. Returns the exit status: 0,
 * or that of the first one that failed. */
int supervise(const struct options *options);

#endif
