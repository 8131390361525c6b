/*
 * What a simulated station signs, decrypts and verifies with: the other half
 * of lib/secure-keys. A file of lines as there:
 *
 *   # a comment
 *   device_signing_private 41424344...  32 bytes, P-256
 *   local_key 459fc535...               16 bytes
 *   client_signing_public 3f29e1b8...   64 bytes, X then Y
 */
#ifndef BT_TEST_SIM_STATION_KEYS_H
#define BT_TEST_SIM_STATION_KEYS_H

#include <stdint.h>

#include "station/secure-keys.h"

struct station_keys {
	struct crypto_pair signing;
	uint8_t local_key[SECURE_LOCAL_KEY];
	uint8_t client_signing_public[CRYPTO_PUBLIC];
};

/*
 * A signing key for tests, since that of real stations is not known; else what
 * they have: the same local key, and of every client's key the public half.
 * Returns 0 or -BT_ECRYPTO.
 */
int station_keys_default(struct station_keys *keys);

/*
 * Reads a file; what it leaves out stays as it is. Returns 0; a negative errno
 * if it cannot be read; 1 if a line is bad, and sets *line (0: the file as a
 * whole) and *reason.
 */
int station_keys_read(struct station_keys *keys, const char *path,
	unsigned *line, const char **reason);

#endif
