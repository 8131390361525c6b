/* The connection to one station: opened, polled, lost, opened again. */
#ifndef BT_POLL_CONNECTION_H
#define BT_POLL_CONNECTION_H

#include "ble/address.h"
#include "heartbeat.h"
#include "poll-options.h"

/*
 * Polls the station until the number of polls is reached, a signal comes
 * (SIGTERM, SIGINT), or going on makes no sense. SIGUSR1 prints counters.
 * The heartbeat beats with each thing done, and counts the polls.
 * Returns the exit status of the program.
 */
int connection_run(const struct address *address, const struct options *options,
	struct heartbeat *heartbeat);

#endif
