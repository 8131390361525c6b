/*
 * The key exchange of the simulated station, byte for byte: against worked
 * vectors, what it refuses, and when its messages come. Run from the top of
 * the tree.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sysexits.h>

#include "check.h"
#include "simulator.h"
#include "vectors.h"

#define PATIENCE_MS 10000
#define SILENCE_MS 150
#define ARGUMENTS_MAX 6

static char directory[] = "/tmp/bt-unit-exchange.XXXXXX";
static char socket_path[64];

static const uint8_t read_16[] = { 0x01, 0x03, 0x00, 0x10, 0x00, 0x01, 0x85,
	0xcf };

static int start(struct simulator *simulator, const char *image,
	const char *const *arguments)
{
	const char *options[ARGUMENTS_MAX + 2] = { "--encrypt" };

	for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i]; i++)
		options[i + 1] = arguments[i];
	return simulator_start(simulator, image, socket_path, options);
}

static void subscribe(int fd)
{
	static const uint8_t pdu[] = { 0x12, 31, 0, 1, 0 };

	CHECK(send(fd, pdu, sizeof pdu, MSG_NOSIGNAL) == sizeof pdu);
}

/* A write of what fits one PDU. */
static void write_bytes(int fd, const uint8_t *bytes, size_t length)
{
	uint8_t pdu[3 + VECTOR_MAX] = { 0x12, 33, 0 };

	memcpy(pdu + 3, bytes, length);
	CHECK(send(fd, pdu, 3 + length, MSG_NOSIGNAL) == (ssize_t)(3 + length));
}

static void write_vector(int fd, const char *name)
{
	uint8_t bytes[VECTOR_MAX];
	size_t length = vector_copy(bytes, name);

	CHECK_CASE(name, length > 0);
	write_bytes(fd, bytes, length);
}

/* The next PDU; its length, 0 at the end, -1 if none came in time. */
static ssize_t receive(int fd, uint8_t pdu[1024], int ms)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };

	return poll(&wanted, 1, ms) == 1 ? recv(fd, pdu, 1024, 0) : -1;
}

/* The next PDU is one of this opcode. */
static void expect(int fd, uint8_t opcode)
{
	uint8_t pdu[1024] = { 0 };
	ssize_t n = receive(fd, pdu, PATIENCE_MS);

	CHECK(n > 0 && pdu[0] == opcode);
}

static void expect_vector(int fd, const char *name)
{
	uint8_t pdu[1024];
	ssize_t n = receive(fd, pdu, PATIENCE_MS);

	CHECK_CASE(name, n > 3 && pdu[0] == 0x1b);
	CHECK_CASE(name, n > 3 && vector_is(name, pdu + 3, (size_t)n - 3));
}

/* A connection with an MTU that all vectors fit. */
static int connect_central(void)
{
	static const uint8_t mtu[] = { 0x02, 0x05, 0x02 };
	int fd = simulator_connect(socket_path);

	CHECK(send(fd, mtu, sizeof mtu, MSG_NOSIGNAL) == sizeof mtu);
	expect(fd, 0x03);
	return fd;
}

static void check_vectors(void)
{
	static const char *const arguments[] = { "--fixed", NULL };
	static const char *const exchanges[] = { "r1_read_16_1",
		"r2_read_100_40", "w1_write_3007_1", "e1_exception_2" };
	struct simulator simulator;
	char name[80];
	int fd;

	CHECK(start(&simulator, "vectors", arguments) == 0);
	fd = connect_central();
	subscribe(fd);
	expect(fd, 0x13);
	expect_vector(fd, "m1_device_client_plaintext_wire");
	write_vector(fd, "m2_client_device_plaintext_wire");
	expect(fd, 0x13);
	expect_vector(fd, "m3_device_client_plaintext_wire");
	expect_vector(fd, "m4_device_client_wire");
	write_vector(fd, "m5_client_device_wire");
	expect(fd, 0x13);
	expect_vector(fd, "m6_device_client_wire");
	for (size_t i = 0; i < sizeof exchanges / sizeof exchanges[0]; i++) {
		snprintf(name, sizeof name, "%s_request_wire", exchanges[i]);
		write_vector(fd, name);
		expect(fd, 0x13);
		snprintf(name, sizeof name, "%s_response_wire", exchanges[i]);
		expect_vector(fd, name);
	}
	close(fd);
	CHECK(simulator_end(&simulator) == 0);
	CHECK(strstr(simulator.text, "\nread 16+1 1\n") != NULL);
}

static void check_refusals(void)
{
	static const char *const arguments[] = { "--fixed", NULL };
	static const uint8_t wrong[] = { 0x2a, 0x2a, 0x02, 0x04, 1, 2, 3, 4, 0,
		0x10 };
	struct simulator simulator;
	int fd;

	CHECK(start(&simulator, "EB3A", arguments) == 0);
	fd = connect_central();
	subscribe(fd);
	expect(fd, 0x13);
	expect_vector(fd, "m1_device_client_plaintext_wire");
	write_bytes(fd, wrong, sizeof wrong);
	expect(fd, 0x13);
	expect_vector(fd, "n1_challenge_refused_m3_wire");
	close(fd);
	CHECK(simulator_end(&simulator) == 0);
	CHECK(strstr(simulator.text, "\nhandshakes-refused 1\n") != NULL);
}

/* The key of a client is signed with another one than the station trusts. */
static void check_signature(void)
{
	char path[80];
	const char *const arguments[] = { "--fixed", "-k", path, NULL };
	struct simulator simulator;
	FILE *file;
	int fd;

	snprintf(path, sizeof path, "%s/keys", directory);
	file = fopen(path, "w");
	fputs("client_signing_public "
	      "261efbd3550cf068ef013ed7366ba32f5d6fe557b4b2abce8ade58cba168a55e"
	      "1788a0b29a56a6abec4084c0c96bd3dcbca6b507f35dbea9e985708479d8bdc9"
	      "\n",
		file);
	fclose(file);
	CHECK(start(&simulator, "EB3A", arguments) == 0);
	fd = connect_central();
	subscribe(fd);
	expect(fd, 0x13);
	expect_vector(fd, "m1_device_client_plaintext_wire");
	write_vector(fd, "m2_client_device_plaintext_wire");
	expect(fd, 0x13);
	expect_vector(fd, "m3_device_client_plaintext_wire");
	expect_vector(fd, "m4_device_client_wire");
	write_vector(fd, "m5_client_device_wire");
	expect(fd, 0x13);
	expect_vector(fd, "n2_key_refused_m6_wire");
	close(fd);
	unlink(path);
	CHECK(simulator_end(&simulator) == 0);
	CHECK(strstr(simulator.text, "\nwrong-signatures 1\n") != NULL);
}

/* The identical challenge, again and again, and before the response. */
static void check_challenges(void)
{
	static const char *const arguments[] = { "--fixed", "--challenge-early",
		"--challenge-every", "20", NULL };
	struct simulator simulator;
	int fd;

	CHECK(start(&simulator, "EB3A", arguments) == 0);
	fd = connect_central();
	subscribe(fd);
	expect_vector(fd, "m1_device_client_plaintext_wire");
	expect(fd, 0x13);
	for (int i = 0; i < 5; i++)
		expect_vector(fd, "m1_device_client_plaintext_wire");
	/* Only who did not listen is challenged again. */
	subscribe(fd);
	close(fd);
	CHECK(simulator_end(&simulator) == 0);
	CHECK(strstr(simulator.text, "\nhandshakes 1\n") != NULL);
}

/* What comes of a request in the clear: a response, then silence or the end. */
static void check_plain(const char *fault, uint8_t response, bool stays)
{
	const char *const arguments[] = { "--challenge-every", "0", "--fault",
		fault, NULL };
	struct simulator simulator;
	uint8_t pdu[1024];
	int fd;

	CHECK_CASE(fault, start(&simulator, "EB3A", arguments) == 0);
	fd = connect_central();
	subscribe(fd);
	expect(fd, 0x13);
	expect(fd, 0x1b);
	write_bytes(fd, read_16, sizeof read_16);
	expect(fd, response);
	if (stays)
		CHECK_CASE(fault, receive(fd, pdu, SILENCE_MS) < 0);
	else
		CHECK_CASE(fault, receive(fd, pdu, PATIENCE_MS) == 0);
	close(fd);
	CHECK_CASE(fault, simulator_end(&simulator) == 0);
	CHECK_CASE(fault, strstr(simulator.text, "\nplain-requests 1\n"));
	CHECK_CASE(fault, strstr(simulator.text, "\nreads 0\n"));
}

static void check_bad_options(void)
{
	static const char *const bad[][3] = {
		{ "--keys", "/nonexistent" },
		{ "--keys", "test/data/test.keys" },
		{ "--challenge-every", "-1" },
		{ "--handshake-timeout", "x" },
		{ "--fault", "challenge 0 crc" },
		{ "--fault", "challenge 1 crc" },
		{ "--fault", "request 1 signature" },
		{ "--fault", "result 1 refused 0" },
		{ "--fault", "key 1 length 65536" },
		{ "--fault", "plain 1 late 5" },
	};
	int kept = dup(STDERR_FILENO);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct simulator simulator;

	/* What it says of them is not for the log of the tests. */
	dup2(null, STDERR_FILENO);
	close(null);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int status;

		CHECK_CASE(bad[i][1], start(&simulator, "EB3A", bad[i]) < 0);
		status = simulator_end(&simulator);
		CHECK_CASE(
			bad[i][1], status == EX_CONFIG || status == EX_USAGE);
	}
	dup2(kept, STDERR_FILENO);
	close(kept);
}

int main(void)
{
	CHECK(mkdtemp(directory) != NULL);
	snprintf(socket_path, sizeof socket_path, "%s/socket", directory);
	alarm(60);

	check_vectors();
	check_refusals();
	check_signature();
	check_challenges();
	check_plain("always silence", 0x13, true);
	check_plain("plain 1 att-error 0x0e", 0x01, true);
	check_plain("plain 1 drop", 0x13, false);
	check_bad_options();

	CHECK(rmdir(directory) == 0);
	return check_done();
}
