/*
 * A log that can be posted: bt-decode(1), --redact. It takes two passes, since
 * a secret may precede the line that identifies it. A temporary file holds the
 * lines until then.
 *
 * For each line: redact_log_learn() for every poll that it completed, then
 * redact_log_add(); at the end redact_log_learn() for the last polls, then
 * redact_log_write().
 */
#ifndef BT_DECODE_REDACT_LOG_H
#define BT_DECODE_REDACT_LOG_H

#include "base/failure.h"
#include "model/directory.h"
#include "modbus/frame-line.h"
#include "poll-blocks.h"

struct redact_log;

/* map is that of every station (bt-decode --model); NULL: it is found as for
 * records. Both are borrowed. NULL: no memory, or if a file cannot be made, the
 * reason in *failure. */
struct redact_log *redact_log_new(const struct maps *maps,
	const struct map *map, struct failure *failure);
void redact_log_free(struct redact_log *log);

/* Learns about the station from a complete poll. 0 or an error. */
int redact_log_learn(struct redact_log *log, const struct poll *poll);

/* Adds a line. 0; -ENOSPC if there are too many stations or secrets, and then
 * the line is left out; or an error that ends the run. */
int redact_log_add(struct redact_log *log, const struct frame_line *line);

/* Writes all of the log to standard output; nothing more will be learned, and
 * if is_cut, lines of polls that are not complete are left out. 0 or an
 * error. */
int redact_log_write(struct redact_log *log, bool is_cut);

#endif
