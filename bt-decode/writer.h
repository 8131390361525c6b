/* Writes the output of bt-decode: records, changes, or the log with secrets
 * masked. */
#ifndef BT_DECODE_WRITER_H
#define BT_DECODE_WRITER_H

#include <stdbool.h>

#include "base/failure.h"
#include "base/json.h"
#include "changes.h"
#include "decode-options.h"
#include "modbus/frame-line.h"
#include "poll-record.h"
#include "record-text.h"
#include "redact-log.h"

/* One of the first three members is set. */
struct writer {
	struct redact_log *redact; /* --redact */
	struct changes *changes;   /* --changes */
	struct recorder *recorder;
	const struct options *options;
	struct json json;
	struct text text;
};

/* map: of --model, else NULL. Returns 0 or the code of *failure;
 * writer_close() is due in both cases. */
int writer_open(struct writer *writer, const struct options *options,
	struct maps *maps, const struct map *map, struct failure *failure);
void writer_close(struct writer *writer);

/* These return 0, or an error after which nothing more can be written. */

/* Writes the header of CSV. */
int writer_begin(struct writer *writer);

/* Takes a complete poll. */
int writer_poll(struct writer *writer, struct poll *poll);

/* Takes a line, after the polls that it completes. -ENOSPC: it was left out,
 * since there are too many stations. */
int writer_line(struct writer *writer, const struct frame_line *line);

/* Ends the output. is_cut: the input was left before its end. */
int writer_end(struct writer *writer, bool is_cut);

#endif
