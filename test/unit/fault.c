/*
 * Faults of the simulated station, as a central sees them: which bytes come,
 * and when.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "peer.h"
#include "simulator.h"

#define PATIENCE_MS 5000
#define LINES_MAX 3

static char directory[] = "/tmp/bt-unit-fault.XXXXXX";
static char socket_path[64];

/* --- conversations ------------------------------------------------------- */

/* Handles of the simulator: 30 ff01, 31 its CCCD, 33 ff02. */
#define NOTIFIED(...) RX(0x1b, 30, 0, __VA_ARGS__)
#define SUBSCRIBE TX(0x12, 31, 0, 1, 0), RX(0x13)
#define WRITE(...) TX(0x12, 33, 0, __VA_ARGS__)
#define WRITTEN RX(0x13)

/* Register 16 of an EB3A, 1019; register 3034, what it is and may become. */
#define READ_16 0x01, 0x03, 0x00, 0x10, 0x00, 0x01, 0x85, 0xcf
#define IS_16 0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9, 0x37
#define WRITE_3034 0x01, 0x06, 0x0b, 0xda, 0x00, 0x01, 0x6b, 0xd5
#define ASK WRITE(READ_16), WRITTEN
#define ANSWERED NOTIFIED(IS_16)
#define EXCEPTION_5 0x01, 0x83, 0x05, 0x81, 0x33

/* The MTU request of a central, and the answer of a station. */
#define MTU_517 TX(0x02, 0x05, 0x02), RX(0x03, 0x05, 0x02)
#define FIND_SERVICE \
	TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, 0x00, 0xff), \
		RX(0x07, 28, 0, 38, 0)
/* What is sent when the station asks or indicates. */
#define INDICATED RX(0x1d, 8, 0, 0x01, 0x00, 0xff, 0xff)

static const struct {
	const char *name;
	const char *lines[LINES_MAX + 1];
	const char *counter;
	struct step steps[STEPS_MAX];
} cases[] = {
	{ "none", { NULL }, "\nreads 1\n", { SUBSCRIBE, ASK, ANSWERED } },
	{ "silence", { "request 1 silence" }, "\nfault silence 1\n",
		{ SUBSCRIBE, ASK, ASK, ANSWERED } },
	{ "a range of requests", { "requests 2-3 silence" },
		"\nfault silence 2\n",
		{ SUBSCRIBE, ASK, ANSWERED, ASK, ASK, ASK, ANSWERED } },
	{ "all later requests", { "request 2- silence # from now on" },
		"\nfault silence 2\n", { SUBSCRIBE, ASK, ANSWERED, ASK, ASK } },
	{ "every second request", { "every 2 silence" }, "\nfault silence 2\n",
		{ SUBSCRIBE, ASK, ANSWERED, ASK, ASK, ANSWERED, ASK } },
	{ "always", { "always silence" }, "\nfault silence 2\n",
		{ SUBSCRIBE, ASK, ASK } },
	{ "a read", { "read 16+1 busy" }, "\nfault busy 2\n",
		{ SUBSCRIBE, ASK, NOTIFIED(EXCEPTION_5), ASK,
			NOTIFIED(EXCEPTION_5) } },
	{ "a read of another length", { "read 16+2 busy" }, "\nreads 1\n",
		{ SUBSCRIBE, ASK, ANSWERED } },
	{ "a read of any length, once", { "read 0x10 once busy" },
		"\nfault busy 1\n",
		{ SUBSCRIBE, ASK, NOTIFIED(EXCEPTION_5), ASK, ANSWERED } },
	{ "a write, which is then not done", { "write 3034 once busy" },
		"\nexceptions 1\n",
		{ SUBSCRIBE, WRITE(WRITE_3034), WRITTEN,
			NOTIFIED(0x01, 0x86, 0x05, 0x82, 0x63),
			WRITE(0x01, 0x03, 0x0b, 0xda, 0x00, 0x01, 0xa7, 0xd5),
			WRITTEN,
			NOTIFIED(0x01, 0x03, 0x02, 0x00, 0x04, 0xb9, 0x87) } },
	{ "a write whose answer is lost is done", { "write 3034 silence" },
		"\nfault silence 1\n",
		{ SUBSCRIBE, WRITE(WRITE_3034), WRITTEN,
			WRITE(0x01, 0x03, 0x0b, 0xda, 0x00, 0x01, 0xa7, 0xd5),
			WRITTEN,
			NOTIFIED(0x01, 0x03, 0x02, 0x00, 0x01, 0x79, 0x84) } },
	{ "late", { "request 1 late 500" }, "\nfault late 1\n",
		{ SUBSCRIBE, ASK, PAUSE(100), ANSWERED } },
	{ "late, with an answer in between",
		{ "request 1 late 500", "request 1 crc" }, "\nfault late 1\n",
		{ SUBSCRIBE, ASK, ASK, ANSWERED, PAUSE(100),
			NOTIFIED(0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9, 0x62) } },
	{ "two late ones, the first overtaken",
		{ "request 1 late 900", "request 2 late 400",
			"request 1 truncate 1" },
		"\nfault late 2\n",
		{ SUBSCRIBE, ASK, ASK, PAUSE(50), ANSWERED, PAUSE(50),
			NOTIFIED(0x01) } },
	{ "crc", { "request 1 crc" }, "\nfault crc 1\n",
		{ SUBSCRIBE, ASK,
			NOTIFIED(0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9, 0x62) } },
	{ "truncate", { "request 1 truncate 3" }, "\nfault truncate 1\n",
		{ SUBSCRIBE, ASK, NOTIFIED(0x01, 0x03, 0x02) } },
	{ "exception", { "request 1 exception 2" }, "\nfault exception 1\n",
		{ SUBSCRIBE, ASK, NOTIFIED(0x01, 0x83, 0x02, 0xc0, 0xf1) } },
	{ "at-name", { "request 1 at-name" }, "\nfault at-name 1\n",
		{ SUBSCRIBE, ASK,
			NOTIFIED('A', 'T', '+', 'N', 'A', 'M', 'E', '?', '\r'),
			ANSWERED } },
	{ "at-adv in place of an answer",
		{ "request 1 at-adv", "request 1 silence" },
		"\nfault at-adv 1\n",
		{ SUBSCRIBE, ASK,
			NOTIFIED('A', 'T', '+', 'A', 'D', 'V', '?', '\r'), ASK,
			ANSWERED } },
	{ "stray", { "request 1 stray 0103ff" }, "\nfault stray 1\n",
		{ SUBSCRIBE, ASK, NOTIFIED(0x01, 0x03, 0xff), ANSWERED } },
	{ "fragment", { "request 1 fragment 3" }, "\nfault fragment 1\n",
		{ SUBSCRIBE, ASK, NOTIFIED(0x01, 0x03, 0x02),
			NOTIFIED(0x03, 0xfb, 0xf9), NOTIFIED(0x37), ASK,
			ANSWERED } },
	{ "fragments of a whole connection", { "connect 1 fragment 6" },
		"\nfault fragment 1\n",
		{ SUBSCRIBE, ASK, NOTIFIED(0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9),
			NOTIFIED(0x37), ASK,
			NOTIFIED(0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9),
			NOTIFIED(0x37) } },
	{ "joined", { "request 1 joined" }, "\nfault joined 1\n",
		{ SUBSCRIBE, ASK, PAUSE(20), ASK, NOTIFIED(IS_16, IS_16), ASK,
			ANSWERED } },
	{ "three joined", { "requests 1-2 joined" }, "\nfault joined 2\n",
		{ MTU_517, SUBSCRIBE, ASK, ASK, ASK,
			NOTIFIED(IS_16, IS_16, IS_16) } },
	{ "duplicate", { "request 1 duplicate" }, "\nfault duplicate 1\n",
		{ SUBSCRIBE, ASK, ANSWERED, ANSWERED } },
	{ "wrong unit", { "request 1 wrong-unit" }, "\nfault wrong-unit 1\n",
		{ SUBSCRIBE, ASK,
			NOTIFIED(0x02, 0x03, 0x02, 0x03, 0xfb, 0xbd, 0x37) } },
	{ "wrong function", { "request 1 wrong-function" },
		"\nfault wrong-function 1\n",
		{ SUBSCRIBE, ASK,
			NOTIFIED(0x01, 0x04, 0x02, 0x03, 0xfb, 0xf8, 0x43) } },
	{ "wrong count", { "request 1 wrong-count" }, "\nfault wrong-count 1\n",
		{ SUBSCRIBE, ASK,
			NOTIFIED(0x01, 0x03, 0x04, 0x03, 0xfb, 0x00, 0x00, 0x8b,
				0x86) } },
	{ "att-error of a request", { "request 1 att-error 0x0e" },
		"\nreads 1\n",
		{ SUBSCRIBE, WRITE(READ_16), RX(0x01, 0x12, 33, 0, 0x0e), ASK,
			ANSWERED } },
	{ "att-error of a PDU", { "pdu 1 att-error 5" },
		"\nfault att-error 1\n",
		{ TX(0x12, 31, 0, 1, 0), RX(0x01, 0x12, 0, 0, 0x05), SUBSCRIBE,
			ASK, ANSWERED } },
	{ "silence of a PDU", { "pdu 2 silence" }, "\nreads 1\n",
		{ SUBSCRIBE, WRITE(READ_16), ASK, ANSWERED } },
	{ "drop", { "request 1 drop" }, "\nfault drop 1\n",
		{ SUBSCRIBE, ASK, CLOSE, SUBSCRIBE, ASK, ANSWERED } },
	{ "drop at a PDU, in each connection", { "pdu 3 drop" },
		"\nfault drop 2\n",
		{ SUBSCRIBE, ASK, ANSWERED, WRITE(READ_16), CLOSE, SUBSCRIBE,
			ASK, ANSWERED, WRITE(READ_16), CLOSE } },
	{ "drop-after", { "request 1 drop-after" }, "\nfault drop-after 1\n",
		{ SUBSCRIBE, ASK, ANSWERED, CLOSE } },
	{ "late drop-after", { "request 1 drop-after", "request 1 late 400" },
		"\nfault drop-after 1\n",
		{ SUBSCRIBE, ASK, PAUSE(50), ANSWERED, CLOSE } },
	{ "stall", { "request 2 stall" }, "\nreads 1\n",
		{ SUBSCRIBE, ASK, ANSWERED, WRITE(READ_16),
			TX(0x02, 0x05, 0x02), PAUSE(50) } },
	{ "stall swallows what is late",
		{ "request 1 late 50", "request 2 stall" }, "\nfault stall 1\n",
		{ SUBSCRIBE, ASK, WRITE(READ_16), PAUSE(100) } },
	{ "stall of a connection", { "connect 1 stall" }, "\nfault stall 1\n",
		{ TX(0x02, 0x05, 0x02), PAUSE(50) } },
	{ "stall at a PDU", { "pdu 2 stall" }, "\nfault stall 1\n",
		{ MTU_517, TX(0x12, 31, 0, 1, 0), PAUSE(20) } },
	{ "mute", { "request 2 mute" }, "\nfault mute 1\n",
		{ SUBSCRIBE, ASK, ANSWERED, ASK, ASK, MTU_517, PAUSE(20) } },
	{ "mute from the beginning", { "connect 1 mute" }, "\nreads 1\n",
		{ SUBSCRIBE, ASK, MTU_517, PAUSE(20) } },
	{ "the station asks for an MTU", { "request 1 peer-mtu" },
		"\nmtu-responses 1\n",
		{ SUBSCRIBE, ASK, RX(0x02, 0x05, 0x02), ANSWERED,
			TX(0x03, 0x05, 0x02), ASK, ANSWERED } },
	{ "the station asks for services", { "pdu 1 peer-request" },
		"\nrefusals 1\n",
		{ TX(0x12, 31, 0, 1, 0),
			RX(0x10, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28), WRITTEN,
			TX(0x01, 0x10, 0x00, 0x00, 0x06), ASK, ANSWERED } },
	{ "indication", { "request 1 indication" }, "\nconfirmations 1\n",
		{ SUBSCRIBE, ASK, INDICATED, ANSWERED, TX(0x1e), ASK,
			ANSWERED } },
	{ "refuse", { "connect 1 refuse" }, "\nconnects 2\n",
		{ CLOSE, SUBSCRIBE, ASK, ANSWERED } },
	{ "every second connection", { "every 2 refuse", "pdu 1 once drop" },
		"\nfault refuse 1\n",
		{ TX(0x20), CLOSE, CLOSE, TX(0x20),
			RX(0x01, 0x20, 0, 0, 0x06) } },
	{ "no service", { "connect 1 no-service" }, "\nfault no-service 1\n",
		{ TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, 0x00, 0xff),
			RX(0x01, 0x06, 0x01, 0x00, 0x0a), WRITE(READ_16),
			RX(0x01, 0x12, 33, 0, 0x01) } },
	{ "no notify", { "connect 1 no-notify" }, "\nfault no-notify 1\n",
		{ FIND_SERVICE, TX(0x08, 28, 0, 32, 0, 0x03, 0x28),
			RX(0x09, 7, 32, 0, 0x0c, 33, 0, 0x02, 0xff),
			TX(0x12, 31, 0, 1, 0), RX(0x01, 0x12, 31, 0, 0x01) } },
	{ "mtu", { "always mtu 23" }, "\nfault mtu 1\n",
		{ TX(0x02, 0x05, 0x02), RX(0x03, 23, 0) } },
	{ "several at once",
		{ "request 1 at-name", "request 1 fragment 4",
			"request 1 duplicate" },
		"\nfault duplicate 1\n",
		{ SUBSCRIBE, ASK,
			NOTIFIED('A', 'T', '+', 'N', 'A', 'M', 'E', '?', '\r'),
			NOTIFIED(0x01, 0x03, 0x02, 0x03),
			NOTIFIED(0xfb, 0xf9, 0x37),
			NOTIFIED(0x01, 0x03, 0x02, 0x03),
			NOTIFIED(0xfb, 0xf9, 0x37) } },
};

/* One PDU; its length, 0 at the end of the link, -1 if none came in time. */
static ssize_t receive(int fd, uint8_t pdu[1024], int ms)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (poll(&wanted, 1, ms) != 1)
		return -1;
	n = recv(fd, pdu, 1024, 0);
	return n < 0 && errno == ECONNRESET ? 0 : n;
}

static bool play_step(int *fd, const struct step *step)
{
	uint8_t pdu[1024];
	ssize_t n;

	if (*fd < 0)
		*fd = simulator_connect(socket_path);
	switch (step->kind) {
	case SENT_TO_PEER:
		n = send(*fd, step->pdu, step->length, MSG_NOSIGNAL);
		return n == (ssize_t)step->length;
	case SENT_BY_PEER:
		n = receive(*fd, pdu, PATIENCE_MS);
		return n == (ssize_t)step->length &&
			memcmp(pdu, step->pdu, step->length) == 0;
	case PEER_PAUSES:
		return receive(*fd, pdu, (int)step->length) < 0;
	case PEER_CLOSES:
		n = receive(*fd, pdu, PATIENCE_MS);
		close(*fd);
		*fd = -1;
		return n == 0;
	case END:
		break;
	}
	return true;
}

/* Plays a conversation as a central. A link that the station closed is opened
 * again by the next step. */
static void play(const char *name, int *fd, const struct step *steps)
{
	char text[128];

	for (const struct step *step = steps; step->kind != END; step++) {
		if (play_step(fd, step))
			continue;
		snprintf(text, sizeof text, "%s, step %d", name,
			(int)(step - steps) + 1);
		CHECK_CASE(text, false);
		return;
	}
}

static void start(struct simulator *simulator, const char *const *lines)
{
	const char *options[2 * LINES_MAX + 1];
	size_t n = 0;

	while (*lines && n < 2 * LINES_MAX) {
		options[n++] = "--fault";
		options[n++] = *lines++;
	}
	options[n] = NULL;
	CHECK(simulator_start(simulator, "EB3A", socket_path, options) == 0);
}

static void check_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *name = cases[i].name;
		struct simulator simulator;
		uint8_t pdu[1024];
		int fd = -1;

		start(&simulator, cases[i].lines);
		play(name, &fd, cases[i].steps);
		CHECK_CASE(name, simulator_end(&simulator) == 0);
		CHECK_CASE(
			name, strstr(simulator.text, cases[i].counter) != NULL);
		/* Nothing more came. */
		if (fd >= 0)
			CHECK_CASE(name, receive(fd, pdu, 0) == 0);
		if (fd >= 0)
			close(fd);
	}
}

/* --- what does not fit a table ------------------------------------------- */

/* The error comes first, then what was queued, then the end. */
static void check_reset(void)
{
	static const char *const lines[] = { "request 1 reset-after", NULL };
	const struct step steps[] = { SUBSCRIBE, ASK, INDICATED, TX(0x1e),
		{ 0 } };
	static const uint8_t answer[] = { 0x1b, 30, 0, IS_16 };
	struct pollfd wanted = { .events = 0 };
	struct simulator simulator;
	uint8_t pdu[1024];
	int fd = -1;

	start(&simulator, lines);
	play("reset-after", &fd, steps);
	wanted.fd = fd;
	/* Without events it waits for the end of the link alone. */
	CHECK(poll(&wanted, 1, PATIENCE_MS) == 1);
	CHECK(recv(fd, pdu, sizeof pdu, 0) < 0 && errno == ECONNRESET);
	CHECK(recv(fd, pdu, sizeof pdu, 0) == sizeof answer);
	CHECK(memcmp(pdu, answer, sizeof answer) == 0);
	CHECK(recv(fd, pdu, sizeof pdu, 0) == 0);
	close(fd);
	CHECK(simulator_end(&simulator) == 0);
}

static void check_garbage(void)
{
	static const char *const lines[] = { "requests 1-2 garbage 9", NULL };
	const struct step steps[] = { SUBSCRIBE, ASK, { 0 } };
	const struct step again[] = { ASK, { 0 } };
	uint8_t first[1024], second[1024];
	struct simulator simulator;
	int fd = -1;

	start(&simulator, lines);
	play("garbage", &fd, steps);
	CHECK(receive(fd, first, PATIENCE_MS) == 3 + 9);
	play("garbage again", &fd, again);
	CHECK(receive(fd, second, PATIENCE_MS) == 3 + 9);
	CHECK(memcmp(first, second, 3) == 0);
	CHECK(memcmp(first + 3, second + 3, 9) != 0);
	close(fd);
	CHECK(simulator_end(&simulator) == 0);
}

/* Many short connections, each waited for, so that the order of all events is
 * the same each time. */
static void converse(const char *random, char *text, size_t size)
{
	static const uint8_t subscribe[] = { 0x12, 31, 0, 1, 0 };
	static const uint8_t request[] = { 0x52, 33, 0, READ_16 };
	const char *options[] = { "--random", random, NULL };
	struct simulator simulator;
	uint8_t pdu[1024];

	CHECK(simulator_start(&simulator, "EB3A", socket_path, options) == 0);
	for (int i = 0; i < 300; i++) {
		int fd = simulator_connect(socket_path);

		/* A link that was refused takes none of these. */
		send(fd, subscribe, sizeof subscribe, MSG_NOSIGNAL);
		send(fd, request, sizeof request, MSG_NOSIGNAL);
		shutdown(fd, SHUT_WR);
		while (receive(fd, pdu, PATIENCE_MS) > 0)
			;
		close(fd);
	}
	CHECK(simulator_end(&simulator) == 0);
	snprintf(text, size, "%s", simulator.text);
}

static void check_random(void)
{
	char first[4096], second[4096];

	converse("7:300", first, sizeof first);
	converse("7:300", second, sizeof second);
	CHECK(strcmp(first, second) == 0);
	CHECK(strstr(first, "\nfault late ") != NULL);
	CHECK(strstr(first, "\nfault refuse ") != NULL);
	converse("8:300", second, sizeof second);
	CHECK(strcmp(first, second) != 0);
	converse("7:0", second, sizeof second);
	CHECK(strstr(second, "\nfault ") == NULL);
	CHECK(strstr(second, "\nread 16+1 300\n") != NULL);
}

static int run_with(const char *option, const char *value)
{
	const char *options[] = { option, value, NULL };
	struct simulator simulator;
	int status;

	/* What it says of the line is not for the log of the tests. */
	int kept = dup(STDERR_FILENO);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDERR_FILENO);
	close(null);
	CHECK(simulator_start(&simulator, "EB3A", socket_path, options) < 0);
	status = simulator_end(&simulator);
	dup2(kept, STDERR_FILENO);
	close(kept);
	return status;
}

static void check_bad_lines(void)
{
	static const char *const bad[] = { "crc", "request crc",
		"request 0 crc", "request 2-1 crc", "request 1",
		"request 1 once", "request 1 noise", "request 1 crc 5",
		"request 1 late", "request 1 late x", "request 1 late -1",
		"request 1 refuse", "connect 1 crc", "pdu 1 crc", "every 0 crc",
		"read 16+0 crc", "read 16+128 crc", "read 65536 crc",
		"write 16+1 crc", "always truncate 0", "always exception 256",
		"always mtu 22", "always stray 0", "always stray gg",
		"always never crc", "request 1- once late 5 5",
		"request 4294967296 crc" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_CASE(bad[i], run_with("--fault", bad[i]) == EX_CONFIG);
	CHECK(run_with("--faults", "/nonexistent") == EX_CONFIG);
	CHECK(run_with("--random", "x") == EX_USAGE);
	CHECK(run_with("--random", "1:1001") == EX_USAGE);
}

static void check_file(void)
{
	const struct step steps[] = { CLOSE, SUBSCRIBE, ASK, ASK, ANSWERED,
		{ 0 } };
	char path[80];
	const char *options[] = { "--faults", path, NULL };
	struct simulator simulator;
	FILE *file;
	int fd = -1;

	snprintf(path, sizeof path, "%s/faults", directory);
	file = fopen(path, "w");
	fputs("# A station with\n\n  connect 1\trefuse\r\n"
	      "request 1 silence # troubles",
		file);
	fclose(file);
	CHECK(simulator_start(&simulator, "EB3A", socket_path, options) == 0);
	play("a file", &fd, steps);
	close(fd);
	CHECK(simulator_end(&simulator) == 0);
	unlink(path);
}

int main(void)
{
	CHECK(mkdtemp(directory) != NULL);
	snprintf(socket_path, sizeof socket_path, "%s/socket", directory);
	alarm(60);

	check_cases();
	check_reset();
	check_garbage();
	check_random();
	check_bad_lines();
	check_file();

	CHECK(rmdir(directory) == 0);
	return check_done();
}
