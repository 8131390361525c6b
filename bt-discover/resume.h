/* Going on where a former output ends. */
#ifndef BT_DISCOVER_RESUME_H
#define BT_DISCOVER_RESUME_H

#include <stdbool.h>

#include "probe.h"

/*
 * Learns from the lines of a file that are of the probe's station; the others
 * are passed over. *is_cut tells that the last line lacks its end. Returns an
 * exit status: 0, also for a file without any line; 65 if it has lines, but
 * none of the station; 74 if it cannot be read.
 */
int resume_read(struct probe *probe, const char *path, bool *is_cut);

#endif
