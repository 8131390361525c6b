/*
 * From frame lines to polls.
 *
 * A poll ends at its "end" line. Without one (in old or truncated logs) it ends
 * before a repeated read, and at the end of the input. This needs no map.
 */
#ifndef BT_DECODE_POLL_BUILDER_H
#define BT_DECODE_POLL_BUILDER_H

#include "modbus/frame-line.h"
#include "poll-blocks.h"

struct poll_builder; /* of all stations in a stream */

struct poll_builder *poll_builder_new(void); /* NULL: no memory */
void poll_builder_free(struct poll_builder *polls);

/* Adds a line; 0 or -ENOMEM. Then poll_builder_first() may have a poll. */
int poll_builder_add(struct poll_builder *polls, const struct frame_line *line);

/* The input has ended: all polls are complete as they are. */
void poll_builder_finish(struct poll_builder *polls);

/* The first complete poll, until it is dropped; NULL if there is none. */
struct poll *poll_builder_first(const struct poll_builder *polls);
void poll_builder_drop(struct poll_builder *polls);

#endif
