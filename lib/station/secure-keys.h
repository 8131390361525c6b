/*
 * The constants of the encrypted session: the same for every station, known to
 * every client. A file replaces them: a simulated station signs with a key of
 * its own, and a later firmware may want others.
 *
 *   # a comment
 *   local_key 459fc535...              16 bytes
 *   client_signing_private 4f19a1...   32 bytes, P-256
 *   device_signing_public a73abf...    64 bytes, X then Y
 *
 * Source: Patrick762/bluetti-bt-lib bluetooth/encryption.py;
 * chromedshark/bluetti-web-discovery src/encryption.
 */
#ifndef BT_STATION_SECURE_KEYS_H
#define BT_STATION_SECURE_KEYS_H

#include <stdint.h>

#include "station/secure-crypto.h"

#define SECURE_LOCAL_KEY 16

struct secure_keys {
	uint8_t local_key[SECURE_LOCAL_KEY];
	uint8_t client_signing_private[CRYPTO_PRIVATE];
	uint8_t device_signing_public[CRYPTO_PUBLIC];
};

/* Why a file was refused. */
struct secure_keys_error {
	unsigned line; /* 0: the file as a whole */
	char reason[160];
};

/* Those that real stations have. */
void secure_keys_default(struct secure_keys *keys);

/*
 * Reads a file; what it leaves out keeps its default. A regular file that only
 * its owner may write, who is the caller or root. Returns 0, or fills *error
 * and returns -BT_EKEYS.
 */
int secure_keys_read(struct secure_keys *keys, const char *path,
	struct secure_keys_error *error);

/* Room for what went wrong with a file, with its terminating zero. */
#define SECURE_KEYS_TEXT 512

/* "FILE:LINE: reason", or what the error that was returned means. */
void secure_keys_error_format(char text[SECURE_KEYS_TEXT], const char *path,
	int error, const struct secure_keys_error *why);

#endif
