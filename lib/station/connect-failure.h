/* Why a station cannot be reached, in words that help. */
#ifndef BT_STATION_CONNECT_FAILURE_H
#define BT_STATION_CONNECT_FAILURE_H

#include <stdint.h>

#include "ble/address.h"

/*
 * The text of a negative error: that of error_text(), but with an explanation
 * for the kernel's errors when it opens a Bluetooth link.
 */
const char *reason_text(const struct address *address, int error);

/* The text of -BT_EATT with this error code, which is to follow it. */
const char *refusal_text(uint8_t code);

#endif
