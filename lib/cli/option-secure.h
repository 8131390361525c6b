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

/* The rows of these options in the tables of all tools that have them. */
// clang-format off
#define OPTION_SECURE_ROWS(security, keys) \
	{ 'P', "plain", NULL, \
		"never encrypt", \
		.set = option_plain, .offset = security, .excludes = "E" }, \
	{ 'E', "secure", NULL, \
		"always encrypt (default: if the station requires it)", \
		.set = option_secure, .offset = security }, \
	{ 'k', "keys", "=FILE", \
		"keys for encrypted stations (built-in keys)", \
		.set = option_keys, .offset = keys }
// clang-format on

#endif
