/*
 * The primitives, on the EVP interface of OpenSSL 3.0.
 *
 * P-256 keys arrive as bare bytes and are passed on as DER: SEC 1, C.4 for
 * private keys, RFC 5480, 2 for public keys. Signatures likewise: RFC 3279,
 * 2.2.3.
 */
#include "station/secure-crypto.h"

#include <errno.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "base/errors.h"

/* More is encrypted nowhere; libcrypto takes lengths as int. */
#define LENGTH_MAX 65536

#define HALF (CRYPTO_SIGNATURE / 2) /* r or s */
#define SIGNATURE_DER_MAX 72	    /* both with a leading zero */

/* Version 1, the scalar, and [0] the name of the curve: without the public
 * key, which is then computed. */
static const uint8_t private_begin[] = { 0x30, 0x31, 0x02, 0x01, 0x01, 0x04,
	CRYPTO_PRIVATE };
static const uint8_t private_end[] = { 0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07 };

/* Algorithm and curve, then X and Y as an uncompressed point. */
static const uint8_t public_begin[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07,
	0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };

void crypto_wipe(void *bytes, size_t count)
{
	OPENSSL_cleanse(bytes, count);
}

int crypto_random(uint8_t *bytes, size_t count)
{
	if (count > LENGTH_MAX)
		return -EINVAL;
	return RAND_bytes(bytes, (int)count) == 1 ? 0 : -BT_ECRYPTO;
}

int crypto_md5(uint8_t digest[CRYPTO_MD5], const uint8_t *bytes, size_t count)
{
	return EVP_Digest(bytes, count, digest, NULL, EVP_md5(), NULL) == 1
		? 0
		: -BT_ECRYPTO;
}

static const EVP_CIPHER *find_cipher(size_t key_size)
{
	switch (key_size) {
	case 16:
		return EVP_aes_128_cbc();
	case 32:
		return EVP_aes_256_cbc();
	}
	return NULL;
}

/* Both ways: length bytes, and zeros up to whole blocks. */
static int run_cipher(uint8_t *out, const EVP_CIPHER *cipher,
	const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t length,
	int encrypt)
{
	static const uint8_t zeros[CRYPTO_BLOCK];
	size_t filling = CRYPTO_PADDED(length) - length;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int first = 0, second = 0, last = 0;
	int good = context &&
		EVP_CipherInit_ex(context, cipher, NULL, key, iv, encrypt) &&
		EVP_CIPHER_CTX_set_padding(context, 0) &&
		EVP_CipherUpdate(context, out, &first, in, (int)length) &&
		EVP_CipherUpdate(
			context, out + first, &second, zeros, (int)filling) &&
		EVP_CipherFinal_ex(context, out + first + second, &last);

	EVP_CIPHER_CTX_free(context);
	return good ? 0 : -BT_ECRYPTO;
}

int crypto_encrypt(uint8_t *cipher, const uint8_t *key, size_t key_size,
	const uint8_t iv[CRYPTO_BLOCK], const uint8_t *plain, size_t length)
{
	const EVP_CIPHER *kind = find_cipher(key_size);

	if (!kind || length == 0 || length > LENGTH_MAX)
		return -EINVAL;
	return run_cipher(cipher, kind, key, iv, plain, length, 1);
}

int crypto_decrypt(uint8_t *plain, const uint8_t *key, size_t key_size,
	const uint8_t iv[CRYPTO_BLOCK], const uint8_t *cipher, size_t length)
{
	const EVP_CIPHER *kind = find_cipher(key_size);

	if (!kind || length == 0 || length > LENGTH_MAX ||
		length % CRYPTO_BLOCK != 0)
		return -EINVAL;
	return run_cipher(plain, kind, key, iv, cipher, length, 0);
}

/* Passes the key on if it is good; else frees it and returns NULL. */
static EVP_PKEY *keep_good(EVP_PKEY *key, int (*check)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX *context = NULL;
	int good;

	if (!key)
		return NULL;
	context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	good = context && check(context) == 1;
	EVP_PKEY_CTX_free(context);
	if (good)
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

static EVP_PKEY *load_private(const uint8_t private[CRYPTO_PRIVATE])
{
	uint8_t der[sizeof private_begin + CRYPTO_PRIVATE + sizeof private_end];
	const uint8_t *p = der;
	EVP_PKEY *key;

	memcpy(der, private_begin, sizeof private_begin);
	memcpy(der + sizeof private_begin, private, CRYPTO_PRIVATE);
	memcpy(der + sizeof private_begin + CRYPTO_PRIVATE, private_end,
		sizeof private_end);
	key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &p, sizeof der);
	crypto_wipe(der, sizeof der);
	return keep_good(key, EVP_PKEY_private_check);
}

static EVP_PKEY *load_public(const uint8_t public[CRYPTO_PUBLIC])
{
	uint8_t der[sizeof public_begin + CRYPTO_PUBLIC];
	const uint8_t *p = der;

	memcpy(der, public_begin, sizeof public_begin);
	memcpy(der + sizeof public_begin, public, CRYPTO_PUBLIC);
	return keep_good(
		d2i_PUBKEY(NULL, &p, sizeof der), EVP_PKEY_public_check);
}

/* Takes the bytes out of a key, which is freed. */
static int unload_pair(struct crypto_pair *pair, EVP_PKEY *key)
{
	uint8_t point[1 + CRYPTO_PUBLIC]; /* 04: uncompressed */
	size_t length = 0;
	BIGNUM *scalar = NULL;
	int good =
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) &&
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
			point, sizeof point, &length) &&
		length == sizeof point && point[0] == 0x04 &&
		BN_num_bytes(scalar) <= CRYPTO_PRIVATE;

	if (good) {
		BN_bn2binpad(scalar, pair->private, CRYPTO_PRIVATE);
		memcpy(pair->public, point + 1, CRYPTO_PUBLIC);
	}
	BN_clear_free(scalar);
	EVP_PKEY_free(key);
	return good ? 0 : -BT_ECRYPTO;
}

int crypto_pair_new(struct crypto_pair *pair)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	return key ? unload_pair(pair, key) : -BT_ECRYPTO;
}

int crypto_pair_of(
	struct crypto_pair *pair, const uint8_t private[CRYPTO_PRIVATE])
{
	EVP_PKEY *key = load_private(private);

	return key ? unload_pair(pair, key) : -EINVAL;
}

int crypto_check_public(const uint8_t public[CRYPTO_PUBLIC])
{
	EVP_PKEY *key = load_public(public);
	int good = key != NULL;

	EVP_PKEY_free(key);
	return good ? 0 : -EINVAL;
}

/* DER to r and s. */
static int unload_signature(
	uint8_t signature[CRYPTO_SIGNATURE], const uint8_t *der, size_t length)
{
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)length);
	uint8_t bytes[CRYPTO_SIGNATURE];
	int good = parsed &&
		BN_bn2binpad(ECDSA_SIG_get0_r(parsed), bytes, HALF) == HALF &&
		BN_bn2binpad(ECDSA_SIG_get0_s(parsed), bytes + HALF, HALF) ==
			HALF;

	ECDSA_SIG_free(parsed);
	if (!good)
		return -BT_ECRYPTO;
	memcpy(signature, bytes, sizeof bytes);
	return 0;
}

int crypto_sign(uint8_t signature[CRYPTO_SIGNATURE],
	const uint8_t private[CRYPTO_PRIVATE], const uint8_t *bytes,
	size_t count)
{
	EVP_PKEY *key = load_private(private);
	EVP_MD_CTX *context;
	uint8_t der[SIGNATURE_DER_MAX];
	size_t length = sizeof der;
	int good;

	if (!key)
		return -EINVAL;
	context = EVP_MD_CTX_new();
	good = context &&
		EVP_DigestSignInit_ex(
			context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
		EVP_DigestSign(context, der, &length, bytes, count) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good ? unload_signature(signature, der, length) : -BT_ECRYPTO;
}

/* r and s to DER; returns its length or -BT_ECRYPTO. */
static int load_signature(uint8_t der[SIGNATURE_DER_MAX],
	const uint8_t signature[CRYPTO_SIGNATURE])
{
	ECDSA_SIG *built = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
	BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
	int length = -1;

	if (built && r && s && ECDSA_SIG_set0(built, r, s)) {
		r = s = NULL;
		length = i2d_ECDSA_SIG(built, &der);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(built);
	return length > 0 ? length : -BT_ECRYPTO;
}

int crypto_verify(const uint8_t signature[CRYPTO_SIGNATURE],
	const uint8_t public[CRYPTO_PUBLIC], const uint8_t *bytes, size_t count)
{
	uint8_t der[SIGNATURE_DER_MAX];
	int length = load_signature(der, signature);
	int result = -BT_ECRYPTO;
	EVP_MD_CTX *context;
	EVP_PKEY *key;

	if (length < 0)
		return length;
	key = load_public(public);
	if (!key)
		return -EINVAL;
	context = EVP_MD_CTX_new();
	if (context &&
		EVP_DigestVerifyInit_ex(
			context, NULL, "SHA256", NULL, NULL, key, NULL) == 1)
		result = EVP_DigestVerify(context, der, (size_t)length, bytes,
				 count) == 1
			? 0
			: -BT_ESIGNATURE;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return result;
}

/* ECDH between two good keys. */
static int derive(
	uint8_t secret[CRYPTO_SECRET], EVP_PKEY *private, EVP_PKEY *peer)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, private, NULL);
	size_t length = CRYPTO_SECRET;
	int good = context && EVP_PKEY_derive_init(context) == 1 &&
		EVP_PKEY_derive_set_peer(context, peer) == 1 &&
		EVP_PKEY_derive(context, secret, &length) == 1 &&
		length == CRYPTO_SECRET;

	EVP_PKEY_CTX_free(context);
	return good ? 0 : -BT_ECRYPTO;
}

int crypto_agree(uint8_t secret[CRYPTO_SECRET],
	const uint8_t private[CRYPTO_PRIVATE],
	const uint8_t peer[CRYPTO_PUBLIC])
{
	EVP_PKEY *ours = load_private(private);
	EVP_PKEY *theirs = load_public(peer);
	int result = ours && theirs ? derive(secret, ours, theirs) : -EINVAL;

	EVP_PKEY_free(ours);
	EVP_PKEY_free(theirs);
	return result;
}
