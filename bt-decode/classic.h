/*
 * JSON objects of the classic tools, as frame lines.
 *
 * bluetti-logger and bluetti-discovery (warhammerkid/bluetti_mqtt 0.15.0
 * logger_cli.py, discovery_cli.py) write one for each exchange:
 *
 *   {"type": "client", "time": "2022-08-10 17:03:11 -0700",
 *    "data": BASE64, "command": BASE64}
 *
 * with the whole frames, or "error" and a text in place of "data".
 * bluetti-readall writes one for all that a station told: dump.h.
 */
#ifndef BT_DECODE_CLASSIC_H
#define BT_DECODE_CLASSIC_H

#include <stddef.h>

#include "modbus/frame-line.h"
#include "object.h"

struct classic; /* one object */

/*
 * Reads the text of an object. Returns 0 and an object to be freed; -ENOMEM;
 * or -BT_ECLASSIC with the reason in *failure.
 */
int classic_read(struct classic **classic, const char *text, size_t length,
	struct failure *failure);
void classic_free(struct classic *classic);

/*
 * The object's frame lines, one after another: its exchange; or what was read
 * of a dump, between two lines that close a poll. Returns 1 and the line; 0 if
 * there are no more; -BT_ECLASSIC with the reason in *failure if this one is
 * bad, and the next call goes on behind it.
 */
int classic_next(struct classic *classic, struct frame_line *line,
	struct failure *failure);

#endif
