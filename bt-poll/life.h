/* The life of one station's process: found, polled, lost, found again. */
#ifndef BT_LIFE_H
#define BT_LIFE_H

#include "address.h"
#include "options.h"

/*
 * Polls the station until the number of polls is reached, a signal comes
 * (SIGTERM, SIGINT), or going on makes no sense. SIGUSR1 prints counters.
 * Returns the exit status of the program.
 */
int life(const struct address *address, const struct options *options);

#endif
