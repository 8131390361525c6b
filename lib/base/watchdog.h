/*
 * The watchdog of a service, systemd.service(5). All programs of a pipe inherit
 * WatchdogSec=, and only a line that passes through the whole pipe shows that
 * each of them is alive. So under a watchdog bt-poll writes an empty line at
 * intervals, bt-decode forwards it, and db-insert reports to systemd.
 */
#ifndef BT_BASE_WATCHDOG_H
#define BT_BASE_WATCHDOG_H

#include <stdint.h>

/* Milliseconds from one sign of life to the next: a quarter of $WATCHDOG_USEC,
 * at least 1. INT64_MAX: there is no watchdog. $WATCHDOG_PID does not count: it
 * is the shell that runs the pipe. */
int64_t watchdog_interval(void);

/* Under a watchdog, writes an empty line to standard output. Returns 0 or an
 * error of output_line(). */
int watchdog_show_life(void);

#endif
