/*
 * Requests of a connection whose answers are still to be expected.
 *
 * An answer names no register: only function and length distinguish a late one
 * from the expected one. So each unanswered request is remembered until the
 * connection ends.
 */
#ifndef BT_STATION_UNANSWERED_H
#define BT_STATION_UNANSWERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modbus/modbus.h"

/* With more of them the connection is better opened again. */
#define UNANSWERED_MAX 16

/* All zeros: no request. */
struct unanswered {
	struct modbus_request requests[UNANSWERED_MAX];
	unsigned count;
};

/* Remembers a request. If there are too many, no request is safe from then on.
 */
void unanswered_add(
	struct unanswered *late, const struct modbus_request *request);

/*
 * True if an answer to the request could be confused with a late one to
 * another request: the same unit and function, the same number of registers,
 * but other registers. The answer to a write names its register.
 */
bool unanswered_confuses(
	const struct unanswered *late, const struct modbus_request *request);

/* True if an exception may be of another request than this one. */
bool unanswered_has_other(
	const struct unanswered *late, const struct modbus_request *request);

/*
 * If the whole frame is a good answer to one of the requests, forgets that
 * one and returns true.
 */
bool unanswered_take(
	struct unanswered *late, const uint8_t *frame, size_t length);

#endif
