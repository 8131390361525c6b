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

#include "base/failure.h"
#include "station/secure-crypto.h"

#define SECURE_LOCAL_KEY 16

struct secure_keys {
	uint8_t local_key[SECURE_LOCAL_KEY];
	uint8_t client_signing_private[CRYPTO_PRIVATE];
	uint8_t device_signing_public[CRYPTO_PUBLIC];
};

/* The keys of real stations. */
void secure_keys_default(struct secure_keys *keys);

/*
 * Reads a file; keys that it lacks keep their defaults. It must be a regular
 * file of the caller or of root that only the owner may write. Returns 0, or
 * -BT_EKEYS with "FILE:LINE: reason" in *failure; then *keys is unchanged.
 */
int secure_keys_read(
	struct secure_keys *keys, const char *path, struct failure *failure);

#endif
