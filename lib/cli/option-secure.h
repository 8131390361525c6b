/* Options of those who talk with stations that may encrypt: --plain, --secure
 * and --keys. Apart from option.h, since they need libcrypto. */
#ifndef BT_CLI_OPTION_SECURE_H
#define BT_CLI_OPTION_SECURE_H

#include "base/message.h"
#include "station/secure-keys.h"
#include "station/station.h"

/* Sets what is wanted. Returns 0, or -EINVAL with the reason in why if the
 * opposite was wanted before. */
int option_security(enum station_security *security,
	enum station_security wanted, char why[MESSAGE_MAX]);

/* Reads the file of keys. Returns 0, or what secure_keys_read() returns, with
 * the reason in why. */
int option_keys(
	struct secure_keys *keys, const char *path, char why[MESSAGE_MAX]);

#endif
