/*
 * An exchange in a JSON object of the classic tools, bluetti-logger and
 * bluetti-discovery (warhammerkid/bluetti_mqtt 0.15.0 logger_cli.py,
 * discovery_cli.py):
 *
 *   {"type": "client", "time": "2022-08-10 17:03:11 -0700",
 *    "data": BASE64, "command": BASE64}
 *
 * with the whole frames, or "error" and a text in place of "data".
 */
#ifndef BT_DECODE_IMPORT_LOGGER_H
#define BT_DECODE_IMPORT_LOGGER_H

#include "local-time.h"
#include "modbus/frame-line.h"
#include "object.h"

/* 0 if the object is such an exchange; else -BT_EOBJECT with the reason in
 * *failure. */
int logger_check(const json_t *object, struct failure *failure);

/* Fills in time, request and answer of an empty line, of such an object, and
 * whether its time has an offset from UTC. 0; or -BT_EOBJECT with the reason in
 * *failure. */
int logger_read(struct frame_line *line, bool *has_zone, const json_t *object,
	const struct local_time *local, struct failure *failure);

#endif
