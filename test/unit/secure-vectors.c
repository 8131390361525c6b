/* The primitives and messages of lib/secure against worked vectors, in both
 * directions, and against what real stations sent. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "check.h"
#include "station/secure-keys.h"
#include "station/secure-message.h"
#include "vectors.h"

static void test_pairs(void)
{
	static const struct {
		const char *private, *public;
	} pairs[] = {
		{ "client_signing_private_fixed_l1",
			"client_signing_public_xy_derived_from_l1" },
		{ "device_signing_private_test_only",
			"device_signing_public_xy_test_only_client_must_be_"
			"told_to_trust_it" },
		{ "device_ephemeral_private", "device_ephemeral_public_xy" },
		{ "client_ephemeral_private", "client_ephemeral_public_xy" },
	};
	struct secure_keys keys;

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		const char *name = pairs[i].private;
		struct crypto_pair pair;

		CHECK_CASE(name,
			crypto_pair_of(&pair, vector_get(name)->bytes) == 0);
		CHECK_CASE(name, vector_is(name, pair.private, CRYPTO_PRIVATE));
		CHECK_CASE(name,
			vector_is(pairs[i].public, pair.public, CRYPTO_PUBLIC));
		CHECK_CASE(name, crypto_check_public(pair.public) == 0);
	}
	secure_keys_default(&keys);
	CHECK(vector_is("client_signing_private_fixed_l1",
		keys.client_signing_private, CRYPTO_PRIVATE));
	CHECK(crypto_check_public(keys.device_signing_public) == 0);
}

static struct stage1 derive(void)
{
	struct secure_keys keys;
	struct stage1 stage1;

	secure_keys_default(&keys);
	CHECK(stage1_derive(&stage1, vector_get("challenge_bytes")->bytes,
		      keys.local_key) == 0);
	return stage1;
}

/* Built and taken apart. */
static void check_message(const char *name, enum handshake_type type,
	const uint8_t *body, size_t length)
{
	const struct vector *v = vector_get(name);
	uint8_t built[HANDSHAKE_MAX];
	struct handshake handshake = { 0 };

	CHECK_CASE(name,
		vector_is(name, built, handshake_build(built, type, body)));
	CHECK_CASE(name, handshake_parse(&handshake, v->bytes, v->length) == 0);
	CHECK_CASE(name, handshake.type == type);
	CHECK_CASE(name, handshake.length == length);
	CHECK_CASE(name, memcmp(handshake.body, body, length) == 0);
	CHECK_CASE(name,
		secure_message_length(SECURE_PLAIN, v->bytes, 4) ==
			(int)v->length);
}

static void test_messages(const struct stage1 *stage1)
{
	static const uint8_t accepted[] = { 0 }, refused[] = { 1 };
	uint8_t body[HANDSHAKE_KEY_BODY];

	check_message("m1_device_client_plaintext_wire", HANDSHAKE_CHALLENGE,
		vector_get("challenge_bytes")->bytes, 4);
	check_message("m2_client_device_plaintext_wire", HANDSHAKE_ANSWER,
		stage1_answer(stage1), 4);
	check_message("m3_device_client_plaintext_wire", HANDSHAKE_RESULT,
		accepted, 1);
	memcpy(body, vector_get("device_ephemeral_public_xy")->bytes,
		CRYPTO_PUBLIC);
	memcpy(body + CRYPTO_PUBLIC,
		vector_get("device_signature_rs_over_pubiv_rfc6979")->bytes,
		CRYPTO_SIGNATURE);
	check_message("m4_plaintext", HANDSHAKE_STATION_KEY, body, sizeof body);
	memcpy(body, vector_get("client_ephemeral_public_xy")->bytes,
		CRYPTO_PUBLIC);
	memcpy(body + CRYPTO_PUBLIC,
		vector_get("client_signature_rs_over_pubiv_rfc6979")->bytes,
		CRYPTO_SIGNATURE);
	check_message("m5_plaintext", HANDSHAKE_CLIENT_KEY, body, sizeof body);
	check_message("m6_plaintext", HANDSHAKE_KEY_RESULT, accepted, 1);
	check_message(
		"n1_challenge_refused_m3_wire", HANDSHAKE_RESULT, refused, 1);
	check_message("n2_key_refused_m6_plaintext", HANDSHAKE_KEY_RESULT,
		refused, 1);
}

static void test_stage1(void)
{
	static const char *const cases[][2] = {
		{ "m4_plaintext", "m4_device_client_wire" },
		{ "m5_plaintext", "m5_client_device_wire" },
		{ "m6_plaintext", "m6_device_client_wire" },
		{ "n2_key_refused_m6_plaintext", "n2_key_refused_m6_wire" },
	};
	struct stage1 stage1 = derive();

	CHECK(vector_is("unsecure_iv_md5_reversed_challenge", stage1.iv, 16));
	CHECK(vector_is("unsecure_key_iv_xor_local_key", stage1.key, 16));
	test_messages(&stage1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct vector *plain = vector_get(cases[i][0]);
		const struct vector *sealed = vector_get(cases[i][1]);
		uint8_t wire[SECURE_WIRE_MAX], message[HANDSHAKE_MAX];
		int n = stage1_seal(wire, &stage1, plain->bytes, plain->length);

		CHECK_CASE(
			sealed->name, vector_is(sealed->name, wire, (size_t)n));
		CHECK_CASE(sealed->name,
			secure_message_length(SECURE_STAGE1, wire, 2) == n);
		n = stage1_open(
			message, &stage1, sealed->bytes, sealed->length);
		CHECK_CASE(plain->name,
			vector_is(plain->name, message, (size_t)n));
	}
}

/* Each signature of the vectors is good; of ours, made anew, too. */
static void test_signatures(void)
{
	static const char *const cases[][3] = {
		{ "device_signature_rs_over_pubiv_rfc6979",
			"device_ephemeral_public_xy",
			"device_signing_private_test_only" },
		{ "client_signature_rs_over_pubiv_rfc6979",
			"client_ephemeral_public_xy",
			"client_signing_private_fixed_l1" },
	};
	struct stage1 stage1 = derive();

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *name = cases[i][0];
		const uint8_t *public = vector_get(cases[i][1])->bytes;
		uint8_t body[HANDSHAKE_KEY_BODY];
		struct crypto_pair signing;

		CHECK(crypto_pair_of(
			      &signing, vector_get(cases[i][2])->bytes) == 0);
		memcpy(body, public, CRYPTO_PUBLIC);
		memcpy(body + CRYPTO_PUBLIC, vector_get(name)->bytes,
			CRYPTO_SIGNATURE);
		CHECK_CASE(name,
			handshake_verify_key(body, stage1.iv, signing.public) ==
				0);
		CHECK_CASE(name,
			handshake_sign_key(
				body, public, stage1.iv, signing.private) == 0);
		CHECK_CASE(name,
			handshake_verify_key(body, stage1.iv, signing.public) ==
				0);
		CHECK_CASE(name, memcmp(body, public, CRYPTO_PUBLIC) == 0);
	}
}

static void test_agreement(void)
{
	uint8_t secret[CRYPTO_SECRET];

	CHECK(crypto_agree(secret,
		      vector_get("device_ephemeral_private")->bytes,
		      vector_get("client_ephemeral_public_xy")->bytes) == 0);
	CHECK(vector_is("secure_key_ecdh_x", secret, sizeof secret));
	CHECK(crypto_agree(secret,
		      vector_get("client_ephemeral_private")->bytes,
		      vector_get("device_ephemeral_public_xy")->bytes) == 0);
	CHECK(vector_is("secure_key_ecdh_x", secret, sizeof secret));
}

static void check_stage2(const char *exchange, const char *side)
{
	const uint8_t *key = vector_get("secure_key_ecdh_x")->bytes;
	uint8_t wire[SECURE_WIRE_MAX], plain[STAGE2_MOST], iv[CRYPTO_MD5];
	char names[4][80];
	const char *const parts[] = { "plaintext", "seed", "iv", "wire" };
	int n;

	for (size_t i = 0; i < 4; i++)
		snprintf(names[i], sizeof names[i], "%s_%s_%s", exchange, side,
			parts[i]);
	CHECK(crypto_md5(iv, vector_get(names[1])->bytes, STAGE2_SEED) == 0);
	CHECK_CASE(names[2], vector_is(names[2], iv, sizeof iv));
	n = stage2_seal(wire, key, vector_get(names[1])->bytes,
		vector_get(names[0])->bytes, vector_get(names[0])->length);
	CHECK_CASE(names[3], vector_is(names[3], wire, (size_t)n));
	CHECK_CASE(
		names[3], secure_message_length(SECURE_STAGE2, wire, 2) == n);
	n = stage2_open(plain, key, vector_get(names[3])->bytes,
		vector_get(names[3])->length);
	CHECK_CASE(names[0], vector_is(names[0], plain, (size_t)n));
}

static void test_stage2(void)
{
	static const char *const exchanges[] = { "r1_read_16_1",
		"r2_read_100_40", "w1_write_3007_1", "e1_exception_2" };

	for (size_t i = 0; i < sizeof exchanges / sizeof exchanges[0]; i++) {
		check_stage2(exchanges[i], "request");
		check_stage2(exchanges[i], "response");
	}
}

/* Recorded beginnings of handshakes: the challenge, the answer that the real
 * client gave or should have given, then what stage 1 came to be. */
static const struct {
	const char *source, *challenge, *answer, *iv, *key;
} captures[] = {
	{ "EB3A, bluetti-official/bluetti-bluetooth-lib issue 5",
		"2a2a01049ddd144401d7", "2a2a0204daae54cc02ae",
		"64b11d68483fbf56daae54cc199b1014",
		"212ed85dc8b6fea7aa3fb4552778f929" },
	{ "EB3A, bluetti-official/bluetti-bluetooth-lib issue 3",
		"2a2a01048f57b72701c9", "2a2a0204f9916931022a",
		"d705fceee20100a6f9916931f360363b",
		"929a39db62884157890089a8cd83df06" },
	{ "AC180, Patrick762/hassio-bluetti-bt issue 120",
		"2a2a010484690f5a015b", "2a2a0204dd85063701a5", NULL, NULL },
	{ "EB3A, warhammerkid/bluetti_mqtt issue 127", "2a2a0104f28ce98a02f6",
		"2a2a02046b7889910203", NULL, NULL },
};

static size_t unhex(uint8_t *bytes, size_t size, const char *text)
{
	int n = hex_decode(bytes, size, text, strlen(text));

	CHECK_CASE(text, n >= 0);
	return n < 0 ? 0 : (size_t)n;
}

static bool is_hex(const char *text, const uint8_t *bytes, size_t length)
{
	uint8_t expected[256];

	return unhex(expected, sizeof expected, text) == length &&
		memcmp(expected, bytes, length) == 0;
}

static void test_captures(void)
{
	for (size_t i = 0; i < sizeof captures / sizeof captures[0]; i++) {
		const char *source = captures[i].source;
		uint8_t message[16], answer[HANDSHAKE_MAX];
		struct secure_keys keys;
		struct handshake handshake;
		struct stage1 stage1;
		size_t n =
			unhex(message, sizeof message, captures[i].challenge);

		secure_keys_default(&keys);
		CHECK_CASE(
			source, handshake_parse(&handshake, message, n) == 0);
		CHECK_CASE(source,
			stage1_derive(
				&stage1, handshake.body, keys.local_key) == 0);
		n = handshake_build(
			answer, HANDSHAKE_ANSWER, stage1_answer(&stage1));
		CHECK_CASE(source, is_hex(captures[i].answer, answer, n));
		if (!captures[i].iv)
			continue;
		CHECK_CASE(source, is_hex(captures[i].iv, stage1.iv, 16));
		CHECK_CASE(source, is_hex(captures[i].key, stage1.key, 16));
	}
}

/* The first two blocks of a real station's key, cut where the recording was. */
static void test_real_key(void)
{
	static const char sealed[] = "39243a73736f464fefbd8bdc428eb875"
				     "de50e27c329d2a49b855e4ed3ee54daa";
	uint8_t key[16], iv[16], cipher[32], plain[32];

	unhex(iv, sizeof iv, captures[0].iv);
	unhex(key, sizeof key, captures[0].key);
	unhex(cipher, sizeof cipher, sealed);
	CHECK(crypto_decrypt(
		      plain, key, sizeof key, iv, cipher, sizeof cipher) == 0);
	CHECK(is_hex("2a2a0480d3c945e05f8ecccc064814f3629a99d8"
		     "370945ae6d419fdc483a79e4",
		plain, sizeof plain));
}

int main(void)
{
	vectors_read();
	test_pairs();
	test_stage1();
	test_signatures();
	test_agreement();
	test_stage2();
	vectors_check_used();
	test_captures();
	test_real_key();
	return check_done();
}
