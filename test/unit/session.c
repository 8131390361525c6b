/*
 * The simulated station's side of an encrypted session: against worked vectors,
 * and against lib/secure, in memory. Run from the top of the tree.
 */
#include <stdlib.h>
#include <unistd.h>

#include "../sim/sim-session.h"

#include "base/errors.h"
#include "check.h"
#include "station/secure.h"
#include "vectors.h"

static struct station_keys station_keys;
static struct secure_keys client_keys;

/* Register 16 is 1019: request and answer. */
static const uint8_t read_16[] = { 0x01, 0x03, 0x00, 0x10, 0x00, 0x01, 0x85,
	0xcf };
static const uint8_t is_16[] = { 0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9, 0x37 };

/* What the station sends in a handshake, sealed. */
static size_t seal(struct session *session, enum handshake_type type,
	uint8_t result, uint8_t *wire)
{
	uint8_t message[HANDSHAKE_MAX];
	size_t length = session_message(session, type, result, message);
	int n = session_seal(
		session, session_carrier(session, type), message, length, wire);

	CHECK(n > 0);
	return n > 0 ? (size_t)n : 0;
}

/* --- vectors ------------------------------------------------------------- */

static void check_sent(struct session *session, enum handshake_type type,
	uint8_t result, const char *name)
{
	uint8_t wire[SECURE_WIRE_MAX];
	size_t length = seal(session, type, result, wire);

	CHECK_CASE(name, vector_is(name, wire, length));
}

static enum session_event take_vector(struct session *session, const char *name,
	uint8_t plain[STAGE2_MOST], size_t *length)
{
	uint8_t wire[VECTOR_MAX];
	size_t count = vector_copy(wire, name);

	return session_take(session, wire, count, plain, length);
}

static void check_exchange(struct session *session, const char *name)
{
	uint8_t plain[STAGE2_MOST], answer[VECTOR_MAX], wire[SECURE_WIRE_MAX];
	char request[80], response[80];
	size_t length = 0;
	int n;

	snprintf(request, sizeof request, "%s_request_wire", name);
	CHECK_CASE(name,
		take_vector(session, request, plain, &length) ==
			SESSION_REQUEST);
	snprintf(request, sizeof request, "%s_request_plaintext", name);
	CHECK_CASE(name, vector_is(request, plain, length));

	snprintf(response, sizeof response, "%s_response_plaintext", name);
	length = vector_copy(answer, response);
	n = session_seal(session, SECURE_STAGE2, answer, length, wire);
	snprintf(response, sizeof response, "%s_response_wire", name);
	CHECK_CASE(name, n > 0 && vector_is(response, wire, (size_t)n));
}

static void check_vectors(void)
{
	uint8_t plain[STAGE2_MOST];
	struct session session;
	size_t length;

	session_init(&session, &station_keys, true);
	CHECK(session_begin(&session, false) == 0);
	check_sent(&session, HANDSHAKE_CHALLENGE, 0,
		"m1_device_client_plaintext_wire");
	CHECK(take_vector(&session, "m2_client_device_plaintext_wire", plain,
		      &length) == SESSION_ANSWER);
	check_sent(
		&session, HANDSHAKE_RESULT, 1, "n1_challenge_refused_m3_wire");
	check_sent(&session, HANDSHAKE_RESULT, 0,
		"m3_device_client_plaintext_wire");
	session_accept(&session);
	check_sent(&session, HANDSHAKE_STATION_KEY, 0, "m4_device_client_wire");
	CHECK(take_vector(&session, "m5_client_device_wire", plain, &length) ==
		SESSION_KEY);
	check_sent(&session, HANDSHAKE_KEY_RESULT, 1, "n2_key_refused_m6_wire");
	check_sent(&session, HANDSHAKE_KEY_RESULT, 0, "m6_device_client_wire");
	session_accept(&session);
	CHECK(vector_is("secure_key_ecdh_x", session.key, sizeof session.key));
	check_exchange(&session, "r1_read_16_1");
	check_exchange(&session, "r2_read_100_40");
	check_exchange(&session, "w1_write_3007_1");
	check_exchange(&session, "e1_exception_2");
	/* The key once more, as after a repeated one of the station. */
	CHECK(take_vector(&session, "m5_client_device_wire", plain, &length) ==
		SESSION_NOTHING);
}

/* --- with lib/secure ----------------------------------------------------- */

/* Both ends, and where each message is cut in two. */
struct link {
	struct session session;
	struct secure *client;
	size_t cut;
	unsigned opened;
};

/* What the station does about a write. */
static void answer(struct link *link, enum session_event event,
	const uint8_t *plain, size_t length);

/* Pieces up to the cut, and the rest. */
static void write_station(struct link *link, const uint8_t *wire, size_t length)
{
	size_t first = link->cut < length ? link->cut : length;
	uint8_t plain[STAGE2_MOST];
	size_t plain_length = 0;
	enum session_event event = SESSION_NOTHING;

	if (first > 0)
		event = session_take(
			&link->session, wire, first, plain, &plain_length);
	if (first < length && first > 0)
		CHECK(event == SESSION_NOTHING);
	if (first < length)
		event = session_take(&link->session, wire + first,
			length - first, plain, &plain_length);
	answer(link, event, plain, plain_length);
}

/* True if the client got the answer. */
static bool pump_client(struct link *link)
{
	uint8_t message[SECURE_WIRE_MAX];
	bool answered = false;
	size_t length = 0;
	int event;

	while ((event = secure_next(link->client, message, &length)) !=
		SECURE_NOTHING) {
		CHECK(event > 0);
		if (event < 0)
			break;
		if (event == SECURE_REPLY)
			write_station(link, message, length);
		else if (event == SECURE_OPEN)
			link->opened++;
		else
			answered = length == sizeof is_16 &&
				memcmp(message, is_16, length) == 0;
	}
	return answered;
}

static bool notify(struct link *link, const uint8_t *wire, size_t length)
{
	size_t first = link->cut < length ? link->cut : length;

	CHECK(secure_receive(link->client, wire, first) == 0);
	if (first < length)
		CHECK(!pump_client(link));
	CHECK(secure_receive(link->client, wire + first, length - first) == 0);
	return pump_client(link);
}

static void send_station(
	struct link *link, enum handshake_type type, bool accepts)
{
	uint8_t wire[SECURE_WIRE_MAX];
	size_t length = seal(&link->session, type, 0, wire);

	if (accepts)
		session_accept(&link->session);
	notify(link, wire, length);
}

static void answer(struct link *link, enum session_event event,
	const uint8_t *plain, size_t length)
{
	uint8_t wire[SECURE_WIRE_MAX];
	int n;

	switch ((int)event) {
	case SESSION_ANSWER:
		send_station(link, HANDSHAKE_RESULT, true);
		send_station(link, HANDSHAKE_STATION_KEY, false);
		break;
	case SESSION_KEY:
		send_station(link, HANDSHAKE_KEY_RESULT, true);
		break;
	case SESSION_REQUEST:
		CHECK(length == sizeof read_16 &&
			memcmp(plain, read_16, length) == 0);
		n = session_seal(&link->session, SECURE_STAGE2, is_16,
			sizeof is_16, wire);
		CHECK(notify(link, wire, (size_t)n));
		break;
	default:
		CHECK(event == SESSION_NOTHING);
	}
}

static void check_request(struct link *link)
{
	uint8_t wire[SECURE_WIRE_MAX];
	size_t length = 0;

	CHECK(secure_seal(link->client, read_16, sizeof read_16, wire,
		      &length) == 0);
	write_station(link, wire, length);
}

static void link_begin(struct link *link, size_t cut)
{
	*link = (struct link){ .cut = cut };
	CHECK(secure_new(&link->client, &client_keys) == 0);
	session_init(&link->session, &station_keys, false);
}

/* A handshake, and one that forgets its session: whatever the size of the
 * pieces, requests are answered. */
static void check_split(size_t cut)
{
	struct link link;

	link_begin(&link, cut);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(session_begin(&link.session, false) == 0);
		send_station(&link, HANDSHAKE_CHALLENGE, false);
		CHECK(link.opened == i + 1);
		CHECK(link.session.state == SESSION_OPEN);
		check_request(&link);
	}
	secure_free(link.client);
}

static void check_random(void)
{
	struct session first, second;

	session_init(&first, &station_keys, false);
	session_init(&second, &station_keys, false);
	CHECK(session_begin(&first, false) == 0);
	CHECK(session_begin(&second, false) == 0);
	CHECK(memcmp(first.challenge, second.challenge,
		      sizeof first.challenge) != 0);
	CHECK(memcmp(first.our_key, second.our_key, sizeof first.our_key) != 0);
}

/* --- what no client should send ------------------------------------------ */

/* A station that waits for the client's key. */
static void begin_accepted(struct session *session)
{
	uint8_t plain[STAGE2_MOST];
	size_t length;

	session_init(session, &station_keys, true);
	CHECK(session_begin(session, false) == 0);
	CHECK(take_vector(session, "m2_client_device_plaintext_wire", plain,
		      &length) == SESSION_ANSWER);
	session_accept(session);
}

/* The event that follows from the client's key with one byte changed, and its
 * checksum too. */
static enum session_event take_changed_key(
	struct session *session, size_t at, const uint8_t *signing)
{
	uint8_t message[VECTOR_MAX], body[HANDSHAKE_KEY_BODY];
	uint8_t wire[SECURE_WIRE_MAX], plain[STAGE2_MOST];
	size_t length;

	CHECK(vector_copy(message, "m5_plaintext") == HANDSHAKE_MAX);
	memcpy(body, message + 4, sizeof body);
	body[at] ^= 1;
	if (signing)
		CHECK(handshake_sign_key(
			      body, body, session->stage1.iv, signing) == 0);
	handshake_build(message, HANDSHAKE_CLIENT_KEY, body);
	length = (size_t)stage1_seal(
		wire, &session->stage1, message, HANDSHAKE_MAX);
	return session_take(session, wire, length, plain, &length);
}

static void check_keys(void)
{
	const uint8_t *signing = client_keys.client_signing_private;
	struct session session;
	uint8_t plain[STAGE2_MOST];
	size_t length;

	begin_accepted(&session);
	CHECK(take_changed_key(&session, HANDSHAKE_KEY_BODY - 1, NULL) ==
		SESSION_BAD_SIGNATURE);
	CHECK(take_changed_key(&session, 0, NULL) == SESSION_BAD_SIGNATURE);
	CHECK(take_changed_key(&session, CRYPTO_PUBLIC - 1, signing) ==
		SESSION_BAD_KEY);
	CHECK(take_vector(&session, "m5_client_device_wire", plain, &length) ==
		SESSION_KEY);
	/* The same one, or none. */
	CHECK(take_vector(&session, "m5_client_device_wire", plain, &length) ==
		SESSION_KEY);
	CHECK(take_changed_key(&session, HANDSHAKE_KEY_BODY - 1, NULL) ==
		SESSION_CHANGED_KEY);
}

static void check_garbage(void)
{
	static const uint8_t wrong[] = { 0x2a, 0x2a, 0x02, 0x04, 1, 2, 3, 4, 0,
		0x10 };
	static const uint8_t challenge[] = { 0x2a, 0x2a, 0x01, 0x04, 1, 2, 3, 4,
		0, 0x0f };
	static const uint8_t zeros[SECURE_WIRE_MAX + 1];
	uint8_t plain[STAGE2_MOST];
	struct session s;
	size_t n;

	session_init(&s, &station_keys, true);
	CHECK(session_take(&s, wrong, sizeof wrong, plain, &n) ==
		SESSION_GARBAGE);
	CHECK(session_begin(&s, false) == 0);
	CHECK(session_take(&s, wrong, sizeof wrong, plain, &n) ==
		SESSION_BAD_ANSWER);
	CHECK(session_take(&s, wrong, sizeof wrong - 1, plain, &n) ==
		SESSION_NOTHING);
	CHECK(session_take(&s, zeros, 1, plain, &n) == SESSION_GARBAGE);
	CHECK(session_take(&s, challenge, sizeof challenge, plain, &n) ==
		SESSION_GARBAGE);
	CHECK(session_take(&s, zeros, sizeof zeros, plain, &n) ==
		SESSION_GARBAGE);
	CHECK(session_take(&s, zeros, 0, plain, &n) == SESSION_GARBAGE);
	CHECK(session_take(&s, read_16, sizeof read_16, plain, &n) ==
		SESSION_PLAIN);
	CHECK(take_vector(&s, "m5_client_device_wire", plain, &n) ==
		SESSION_GARBAGE);
	begin_accepted(&s);
	CHECK(take_vector(&s, "r1_read_16_1_request_wire", plain, &n) ==
		SESSION_GARBAGE);
	CHECK(take_vector(&s, "m2_client_device_plaintext_wire", plain, &n) ==
		SESSION_NOTHING);
	session_end(&s);
	CHECK(take_vector(&s, "m5_client_device_wire", plain, &n) ==
		SESSION_GARBAGE);
}

/* A key whose signature is good, and that only the curve refuses. */
static void check_false_key(void)
{
	uint8_t body[HANDSHAKE_KEY_BODY];
	struct session session;

	session_init(&session, &station_keys, true);
	CHECK(session_begin(&session, false) == 0);
	CHECK(session_false_key(&session, body) == 0);
	CHECK(handshake_verify_key(body, session.stage1.iv,
		      station_keys.signing.public) == 0);
	CHECK(crypto_check_public(body) < 0);
}

/* --- keys ---------------------------------------------------------------- */

/* 0 or 1 as station_keys_read() has it; then *line too. */
static int read_text(const char *text, unsigned *line)
{
	char path[] = "/tmp/bt-unit-session.XXXXXX";
	struct station_keys keys = station_keys;
	int fd = mkstemp(path);
	const char *reason;
	int result;

	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	result = station_keys_read(&keys, path, line, &reason);
	unlink(path);
	CHECK_CASE(text, (result == 1) == (reason != NULL));
	return result;
}

static void check_files(void)
{
	struct station_keys keys;
	const char *reason;
	unsigned line;

	memset(&keys, 0, sizeof keys);
	CHECK(station_keys_read(
		      &keys, "test/data/station.keys", &line, &reason) == 0);
	CHECK(memcmp(&keys, &station_keys, sizeof keys) == 0);
	CHECK(station_keys_read(&keys, "/nonexistent", &line, &reason) < 0);
	CHECK(memcmp(client_keys.device_signing_public,
		      station_keys.signing.public, CRYPTO_PUBLIC) == 0);

	CHECK(read_text("# nothing\n\n", &line) == 0);
	CHECK(read_text("\nlocal_key 00", &line) == 1 && line == 2);
	CHECK(read_text("local_key\n", &line) == 1 && line == 1);
	CHECK(read_text("key 00\n", &line) == 1 && line == 1);
	CHECK(read_text("local_key 00 00\n", &line) == 1 && line == 1);
	CHECK(read_text(
		      "device_signing_private 00000000000000000000000000000000"
		      "00000000000000000000000000000000\n",
		      &line) == 1 &&
		line == 0);
}

static void read_keys(void)
{
	char path[] = "/tmp/bt-unit-session.XXXXXX";
	struct failure failure;
	FILE *from = fopen("test/data/test.keys", "re");
	int fd = mkstemp(path);
	char text[1024];
	size_t n = from ? fread(text, 1, sizeof text, from) : 0;

	/* Of this one nobody else may write: so a checkout need not be. */
	CHECK(n > 0 && write(fd, text, n) == (ssize_t)n);
	if (from)
		fclose(from);
	close(fd);
	CHECK(secure_keys_read(&client_keys, path, &failure) == 0);
	unlink(path);
	CHECK(station_keys_default(&station_keys) == 0);
}

int main(void)
{
	read_keys();
	check_vectors();
	for (size_t cut = 0; cut <= 150; cut++)
		check_split(cut);
	check_random();
	check_keys();
	check_garbage();
	check_false_key();
	check_files();
	return check_done();
}
