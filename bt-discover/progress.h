/* Shows the progress: one line on a terminal, overwritten each time. */
#ifndef BT_DISCOVER_PROGRESS_H
#define BT_DISCOVER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "coverage.h"

struct progress {
	bool is_shown; /* standard error is a terminal, standard output not */
	bool is_drawn; /* the line is there now */
	int64_t begin; /* clock_monotonic() */
	int64_t due;
};

/* Shows nothing unless standard error is a terminal, or if frame lines go to
 * the terminal. */
void progress_init(struct progress *progress);

/*
 * Draws the line, a few times a second at most. left is how many questions
 * are still to come, as far as is known.
 */
void progress_show(struct progress *progress, const struct coverage *coverage,
	unsigned long requests, unsigned long left);

/* Wipes the line away, before a message. */
void progress_clear(struct progress *progress);

#endif
