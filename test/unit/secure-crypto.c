/* lib/secure-crypto and lib/secure-message: what they must refuse. */
#include <errno.h>
#include <string.h>

#include "base/errors.h"
#include "base/hex.h"
#include "check.h"
#include "station/secure-message.h"

/* The order of P-256, and the prime of its field: SEC 2, 2.4.2. */
#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define ORDER_LESS_1 \
	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define PRIME "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
/* Its base point. */
#define BASE_X \
	"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define BASE_Y \
	"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"

static const char bytes[] = "what is signed";

static void unhex(uint8_t *out, size_t size, const char *text)
{
	CHECK_CASE(
		text, hex_decode(out, size, text, strlen(text)) == (int)size);
}

static void test_private(void)
{
	static const struct {
		const char *scalar;
		int result;
	} cases[] = {
		{ ZERO, -EINVAL },
		{ ONE, 0 },
		{ ORDER_LESS_1, 0 },
		{ ORDER, -EINVAL },
		{ ONES, -EINVAL },
	};
	uint8_t base[CRYPTO_PUBLIC];

	unhex(base, sizeof base, BASE_X BASE_Y);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *name = cases[i].scalar;
		uint8_t scalar[CRYPTO_PRIVATE], out[CRYPTO_SIGNATURE];
		struct crypto_pair pair;

		unhex(scalar, sizeof scalar, name);
		CHECK_CASE(
			name, crypto_pair_of(&pair, scalar) == cases[i].result);
		CHECK_CASE(name,
			crypto_sign(out, scalar, (const uint8_t *)bytes,
				sizeof bytes) == cases[i].result);
		CHECK_CASE(name,
			crypto_agree(out, scalar, base) == cases[i].result);
		if (i == 1)
			CHECK(memcmp(pair.public, base, sizeof base) == 0);
	}
}

static void test_public(void)
{
	static const struct {
		const char *point;
		int result;
	} cases[] = {
		{ BASE_X BASE_Y, 0 },
		{ BASE_Y BASE_X, -EINVAL },
		{ ZERO ZERO, -EINVAL },
		{ BASE_X ZERO, -EINVAL },
		{ PRIME BASE_Y, -EINVAL },
		{ ONES ONES, -EINVAL },
	};
	uint8_t one[CRYPTO_PRIVATE], signature[CRYPTO_SIGNATURE];

	unhex(one, sizeof one, ONE);
	CHECK(crypto_sign(signature, one, (const uint8_t *)bytes,
		      sizeof bytes) == 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *name = cases[i].point;
		uint8_t point[CRYPTO_PUBLIC], secret[CRYPTO_SECRET];

		unhex(point, sizeof point, name);
		CHECK_CASE(name, crypto_check_public(point) == cases[i].result);
		CHECK_CASE(name,
			crypto_agree(secret, one, point) == cases[i].result);
		CHECK_CASE(name,
			crypto_verify(signature, point, (const uint8_t *)bytes,
				sizeof bytes) == cases[i].result);
	}
}

static void test_signatures(void)
{
	static const char *const bad[] = { ZERO ZERO, ZERO ONE, ONE ZERO,
		ORDER ONE, ONE ORDER, ONES ONES, ONE ONE };
	struct crypto_pair pair;
	uint8_t signature[CRYPTO_SIGNATURE];

	CHECK(crypto_pair_new(&pair) == 0);
	CHECK(crypto_sign(signature, pair.private, (const uint8_t *)bytes,
		      sizeof bytes) == 0);
	CHECK(crypto_verify(signature, pair.public, (const uint8_t *)bytes,
		      sizeof bytes) == 0);
	CHECK(crypto_verify(signature, pair.public, (const uint8_t *)bytes,
		      sizeof bytes - 1) == -BT_ESIGNATURE);
	for (size_t bit = 0; bit < 8 * sizeof signature; bit += 7) {
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(crypto_verify(signature, pair.public,
			      (const uint8_t *)bytes,
			      sizeof bytes) == -BT_ESIGNATURE);
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unhex(signature, sizeof signature, bad[i]);
		CHECK_CASE(bad[i],
			crypto_verify(signature, pair.public,
				(const uint8_t *)bytes,
				sizeof bytes) == -BT_ESIGNATURE);
	}
}

/* Two pairs are two, and agree from either side. */
static void test_pairs(void)
{
	struct crypto_pair a, b, again;
	uint8_t one[CRYPTO_SECRET], other[CRYPTO_SECRET];

	CHECK(crypto_pair_new(&a) == 0 && crypto_pair_new(&b) == 0);
	CHECK(memcmp(&a, &b, sizeof a) != 0);
	CHECK(crypto_pair_of(&again, a.private) == 0);
	CHECK(memcmp(&again, &a, sizeof a) == 0);
	CHECK(crypto_agree(one, a.private, b.public) == 0);
	CHECK(crypto_agree(other, b.private, a.public) == 0);
	CHECK(memcmp(one, other, sizeof one) == 0);
}

static void test_ciphers(void)
{
	static const uint8_t key[CRYPTO_KEY_MAX], iv[CRYPTO_BLOCK];
	uint8_t in[40] = { 1 }, out[48], back[48];

	CHECK(crypto_encrypt(out, key, 24, iv, in, 16) == -EINVAL);
	CHECK(crypto_encrypt(out, key, 16, iv, in, 0) == -EINVAL);
	CHECK(crypto_decrypt(out, key, 16, iv, in, 0) == -EINVAL);
	CHECK(crypto_decrypt(out, key, 16, iv, in, 17) == -EINVAL);
	CHECK(crypto_decrypt(out, key, 0, iv, in, 16) == -EINVAL);
	for (size_t n = 1; n <= sizeof in; n++) {
		memset(back, 0xff, sizeof back);
		CHECK(crypto_encrypt(out, key, 32, iv, in, n) == 0);
		CHECK(crypto_decrypt(
			      back, key, 32, iv, out, CRYPTO_PADDED(n)) == 0);
		CHECK(memcmp(back, in, n) == 0);
		CHECK(CRYPTO_PADDED(n) == n || back[CRYPTO_PADDED(n) - 1] == 0);
	}
}

static void test_lengths(void)
{
	static const struct {
		enum secure_carrier carrier;
		const char *begin;
		int length;
	} cases[] = {
		{ SECURE_PLAIN, "2a", 0 },
		{ SECURE_PLAIN, "2a2a", 0 },
		{ SECURE_PLAIN, "2a2a01", 0 },
		{ SECURE_PLAIN, "2a2a0104", 10 },
		{ SECURE_PLAIN, "2a2a0480", 134 },
		{ SECURE_PLAIN, "2a2a0004", -BT_EGARBAGE },
		{ SECURE_PLAIN, "2a2a0701", -BT_EGARBAGE },
		{ SECURE_PLAIN, "2a2aff01", -BT_EGARBAGE },
		{ SECURE_PLAIN, "2a2a0105", -BT_EGARBAGE },
		{ SECURE_PLAIN, "2a2a04ff", -BT_EGARBAGE },
		{ SECURE_PLAIN, "0103", -BT_EGARBAGE },
		{ SECURE_PLAIN, "0008", -BT_EGARBAGE },
		{ SECURE_STAGE1, "2a2a0104", 10 },
		{ SECURE_STAGE1, "0086", 146 },
		{ SECURE_STAGE1, "0007", 18 },
		{ SECURE_STAGE1, "0000", -BT_EGARBAGE },
		{ SECURE_STAGE1, "0008", -BT_EGARBAGE },
		{ SECURE_STAGE1, "0085", -BT_EGARBAGE },
		{ SECURE_STAGE1, "ffff", -BT_EGARBAGE },
		{ SECURE_STAGE2, "00", 0 },
		{ SECURE_STAGE2, "2a2a0104", 10 },
		{ SECURE_STAGE2, "0000", -BT_EGARBAGE },
		{ SECURE_STAGE2, "0004", -BT_EGARBAGE },
		{ SECURE_STAGE2, "0005", 22 },
		{ SECURE_STAGE2, "0010", 22 },
		{ SECURE_STAGE2, "0011", 38 },
		{ SECURE_STAGE2, "0103", 278 },
		{ SECURE_STAGE2, "0104", -BT_EGARBAGE },
		{ SECURE_STAGE2, "ffff", -BT_EGARBAGE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t begin[4];
		int n = hex_decode(begin, sizeof begin, cases[i].begin,
			strlen(cases[i].begin));

		CHECK_CASE(cases[i].begin,
			secure_message_length(cases[i].carrier, begin,
				(size_t)n) == cases[i].length);
	}
}

/* Sealed messages that are cut, too long, or of a length that none has. */
static void test_open(void)
{
	static const struct stage1 stage1;
	static const uint8_t seed[STAGE2_SEED], key[STAGE2_KEY];
	uint8_t plain[STAGE2_MOST + 1] = { 0 }, wire[SECURE_WIRE_MAX + 1];
	uint8_t out[STAGE2_MOST];
	int n;

	CHECK(stage1_seal(wire, &stage1, plain, 8) == -BT_EREQUEST);
	CHECK(stage2_seal(wire, key, seed, plain, 4) == -BT_EREQUEST);
	CHECK(stage2_seal(wire, key, seed, plain, 260) == -BT_EREQUEST);
	n = stage1_seal(wire, &stage1, plain, HANDSHAKE_MAX);
	CHECK(n == 146);
	for (size_t i = 0; i <= sizeof wire; i++)
		CHECK(stage1_open(out, &stage1, wire, i) ==
			(i == 146 ? HANDSHAKE_MAX : -BT_EGARBAGE));
	n = stage2_seal(wire, key, seed, plain, STAGE2_MOST);
	CHECK(n == SECURE_WIRE_MAX);
	for (size_t i = 0; i <= sizeof wire; i++)
		CHECK(stage2_open(out, key, wire, i) ==
			(i == SECURE_WIRE_MAX ? STAGE2_MOST : -BT_EGARBAGE));
	memcpy(wire, "\x2a\x2a\x03\x01\x00\x00\x04", 7);
	CHECK(stage2_open(out, key, wire, 7) == -BT_EGARBAGE);
	CHECK(stage1_open(out, &stage1, wire, 7) == -BT_EGARBAGE);
}

static void test_parse(void)
{
	static const char *const bad[] = { "2a", "2a2a", "2a2a0301",
		"2a2a03010000", "2a2a030100000400", "2a2a0301000005",
		"2a2a0301000104", "2a2a0301010004", "2a2a0401000005",
		"2a2a0300000003", "2a2a0000000000", "2a2b0301000004" };
	uint8_t message[16];
	struct handshake handshake = { .type = HANDSHAKE_ANSWER };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int n = hex_decode(
			message, sizeof message, bad[i], strlen(bad[i]));

		CHECK_CASE(bad[i],
			handshake_parse(&handshake, message, (size_t)n) ==
				-BT_EGARBAGE);
		CHECK_CASE(bad[i], handshake.type == HANDSHAKE_ANSWER);
	}
}

int main(void)
{
	test_private();
	test_public();
	test_signatures();
	test_pairs();
	test_ciphers();
	test_lengths();
	test_open();
	test_parse();
	return check_done();
}
