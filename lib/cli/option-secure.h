/* Setters of the options --plain, --secure and --keys. Apart from
 * option-value.h, since they need libcrypto. */
#ifndef BT_CLI_OPTION_SECURE_H
#define BT_CLI_OPTION_SECURE_H

#include "cli/command-line.h"

/* The member is an enum station_security. */
int option_plain(const struct cli_value *value);
int option_secure(const struct cli_value *value);

/* The member is a struct secure_keys; the value is the file to read. */
int option_keys(const struct cli_value *value);

#endif
