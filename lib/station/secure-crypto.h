/*
 * The primitives of an encrypted session: MD5, AES-CBC, P-256, random bytes.
 * Uses libcrypto of OpenSSL 3.0; this interface hides OpenSSL.
 *
 * Keys are big-endian bytes of the caller, which wipes secret keys with
 * crypto_wipe(). No call keeps data; temporary copies of secrets are wiped.
 *
 * All calls return 0 or a negative error: -BT_ECRYPTO if libcrypto fails, after
 * which outputs are undefined; and those named at the call, which leave outputs
 * unchanged.
 */
#ifndef BT_STATION_SECURE_CRYPTO_H
#define BT_STATION_SECURE_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define CRYPTO_MD5 16	    /* bytes of a digest */
#define CRYPTO_BLOCK 16	    /* of AES, and of its IV */
#define CRYPTO_KEY_MAX 32   /* AES-256 */
#define CRYPTO_PRIVATE 32   /* a scalar of P-256 */
#define CRYPTO_PUBLIC 64    /* a point of P-256: X, then Y */
#define CRYPTO_SIGNATURE 64 /* r, then s */
#define CRYPTO_SECRET 32    /* the shared secret of two key pairs */

/* Bytes that length bytes take when they are encrypted. */
#define CRYPTO_PADDED(length) \
	(((length) + CRYPTO_BLOCK - 1) / CRYPTO_BLOCK * CRYPTO_BLOCK)

struct crypto_pair {
	uint8_t private[CRYPTO_PRIVATE];
	uint8_t public[CRYPTO_PUBLIC];
};

/* Overwrites secrets; never optimised away. */
void crypto_wipe(void *bytes, size_t count);

/* Fills bytes from the library's generator. */
int crypto_random(uint8_t *bytes, size_t count);

int crypto_md5(uint8_t digest[CRYPTO_MD5], const uint8_t *bytes, size_t count);

/*
 * AES-CBC with a key of 16 or 32 bytes. plain is filled up with zeros to whole
 * blocks: cipher gets CRYPTO_PADDED(length) bytes. -EINVAL for another size of
 * the key, or a length of 0.
 */
int crypto_encrypt(uint8_t *cipher, const uint8_t *key, size_t key_size,
	const uint8_t iv[CRYPTO_BLOCK], const uint8_t *plain, size_t length);

/* The reverse: plain gets length bytes, filling included. -EINVAL also if
 * length is no multiple of CRYPTO_BLOCK. */
int crypto_decrypt(uint8_t *plain, const uint8_t *key, size_t key_size,
	const uint8_t iv[CRYPTO_BLOCK], const uint8_t *cipher, size_t length);

/* Makes a new key pair from the library's randomness. */
int crypto_pair_new(struct crypto_pair *pair);

/* The pair of a private key. -EINVAL if it is 0 or not below the order of the
 * curve. */
int crypto_pair_of(
	struct crypto_pair *pair, const uint8_t private[CRYPTO_PRIVATE]);

/* Returns 0 if X and Y are a point of the curve, else -EINVAL. */
int crypto_check_public(const uint8_t public[CRYPTO_PUBLIC]);

/* ECDSA with SHA-256; the nonce is random. -EINVAL for a bad key. */
int crypto_sign(uint8_t signature[CRYPTO_SIGNATURE],
	const uint8_t private[CRYPTO_PRIVATE], const uint8_t *bytes,
	size_t count);

/* Returns 0 only for a good signature, else -BT_ESIGNATURE: so also for an r
 * or s that is 0 or not below the order. -EINVAL for a bad key. */
int crypto_verify(const uint8_t signature[CRYPTO_SIGNATURE],
	const uint8_t public[CRYPTO_PUBLIC], const uint8_t *bytes,
	size_t count);

/* ECDH: the bare X coordinate. -EINVAL for an invalid key of either side. */
int crypto_agree(uint8_t secret[CRYPTO_SECRET],
	const uint8_t private[CRYPTO_PRIVATE],
	const uint8_t peer[CRYPTO_PUBLIC]);

#endif
