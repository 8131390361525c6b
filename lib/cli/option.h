/*
 * Values of options that several tools take. What sets one leaves it alone if
 * the text is bad: then it writes the reason to why and returns -EINVAL.
 */
#ifndef BT_CLI_OPTION_H
#define BT_CLI_OPTION_H

#include <stdint.h>

#include "base/message.h"
#include "ble/address.h"

/* A whole number of least (0 or more) to most, as strtol(3) takes it; -1 if it
 * is none. */
long option_number(const char *text, long least, long most);

/* 1 to 86400 seconds, as ms. Returns 0. */
int option_seconds(int64_t *ms, const char *text, char why[MESSAGE_MAX]);

/* The address of a station. Returns 0. */
int option_address(
	struct address *address, const char *text, char why[MESSAGE_MAX]);

#endif
