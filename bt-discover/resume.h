/* Going on where a former output ends. */
#ifndef BT_DISCOVER_RESUME_H
#define BT_DISCOVER_RESUME_H

#include <stdbool.h>

#include "probe.h"

/*
 * Learns from the lines of the probe's station in a file and skips the others.
 * *is_cut: the last line lacks its newline. Returns an exit status: 0, also for
 * an empty file; 65 if no line is of the station; 74 if the file cannot be
 * read.
 */
int resume_read(struct probe *probe, const char *path, bool *is_cut);

#endif
