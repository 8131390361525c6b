/*
 * From frame lines to polls.
 *
 * A poll ends at its "end" line. Where there are none (old logs, a log cut in
 * the middle) it ends when a read that it has already comes again, and at the
 * end of the input. No map is needed for that.
 */
#ifndef BT_POLLS_H
#define BT_POLLS_H

#include "frameline.h"
#include "poll.h"

struct polls; /* of all stations in a stream */

struct polls *polls_new(void); /* NULL: no memory */
void polls_free(struct polls *polls);

/* Adds a line; 0 or -ENOMEM. Then polls_take() may have something. */
int polls_add(struct polls *polls, const struct frameline *line);

/* The input has ended: all polls are complete as they are. */
void polls_finish(struct polls *polls);

/* The next complete poll, to be freed; NULL if there is none. */
struct poll *polls_take(struct polls *polls);

#endif
