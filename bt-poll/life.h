/* The life of one station's process: found, polled, lost, found again. */
#ifndef BT_LIFE_H
#define BT_LIFE_H

#include "address.h"
#include "options.h"
#include "pulse.h"

/*
 * Polls the station until the number of polls is reached, a signal comes
 * (SIGTERM, SIGINT), or going on makes no sense. SIGUSR1 prints counters.
 * pulse gets a sign of life for each thing done, and counts the polls.
 * Returns the exit status of the program.
 */
int life(const struct address *address, const struct options *options,
	struct pulse *pulse);

#endif
