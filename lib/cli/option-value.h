/* Values of options that several tools take. A bad text leaves the member
 * unchanged. */
#ifndef BT_CLI_OPTION_VALUE_H
#define BT_CLI_OPTION_VALUE_H

#include "ble/address.h"
#include "cli/command-line.h"

/* A decimal number of least (0 or more) to most, digits only; -1 if it is
 * not. */
long option_number(const char *text, long least, long most);

/* Setter: the member is an int64_t, ms out of 1 to 86400 seconds. */
int option_seconds(const struct cli_value *value);

/* Setter: the member is an int, out of "hci3". */
int option_adapter(const struct cli_value *value);

/* The address of a station. Returns 0 or -BT_EADDRESS. */
int option_address(
	struct address *address, const char *text, struct failure *failure);

#endif
