/*
 * The simulated station that encrypts, as a central with lib/secure sees it:
 * what comes of each fault. Run from the top of the tree.
 */
#include <poll.h>
#include <stdbool.h>

#include "base/errors.h"
#include "check.h"
#include "simulator.h"
#include "station/secure.h"
#include "vectors.h"

#define PATIENCE_MS 10000
#define SILENCE_MS 150
#define ARGUMENTS_MAX 6

/* Requests that a central sends before it has enough. */
#define REQUESTS 2

static char directory[] = "/tmp/bt-unit-encrypted.XXXXXX";
static char socket_path[64];

/* Register 16 is 1019: request and answer. */
static const uint8_t read_16[] = { 0x01, 0x03, 0x00, 0x10, 0x00, 0x01, 0x85,
	0xcf };
static const uint8_t is_16[] = { 0x01, 0x03, 0x02, 0x03, 0xfb, 0xf9, 0x37 };

/*
 * What a central lives through, one character each:
 *
 *   a  a message to answer        o  the session is open
 *   f  the answer to a request    x  another frame
 *   e  an ATT error               c  the end of the link
 *   !  the session is over: then the error's word
 *   -  nothing comes any more
 *
 * It sends a request at each o, if none is answered yet, and at each f.
 */
static const struct {
	const char *name;
	const char *arguments[ARGUMENTS_MAX + 1];
	const char *trace;
	const char *counter;
} cases[] = {
	{ "none", { NULL }, "aaoff", "\nhandshakes-complete 1\n" },
	{ "MTU 23", { "-m", "23" }, "aaoff", "\nreads 2\n" },
	{ "an early challenge", { "--challenge-early" }, "aaoff",
		"\nhandshakes 1\n" },
	{ "keys of a file", { "-k", "test/data/station.keys" }, "aaoff",
		"\nhandshakes-complete 1\n" },
	{ "the challenge again", { "--fault", "challenge 1 duplicate" },
		"aaaoff", "\nfault duplicate 1\n" },
	{ "the challenge unheard", { "--fault", "challenge 1 unheard" },
		"aaaoff", "\nfault unheard 1\n" },
	{ "the challenge lost",
		{ "--fault", "challenge 1 silence", "--challenge-every", "20" },
		"aaoff", "\nhandshakes 1\n" },
	{ "the challenge lost for good",
		{ "--fault", "challenge 1 silence", "--challenge-every", "0" },
		"-", "\nhandshakes 1\n" },
	{ "a handshake that takes too long",
		{ "--fault", "key 1 silence", "--handshake-timeout", "200" },
		"ac", "\nhandshakes-complete 0\n" },
	{ "in time", { "--handshake-timeout", "5000" }, "aaoff",
		"\nhandshakes-complete 1\n" },
	{ "result refused", { "--fault", "result 1 refused 1" }, "a!challenge",
		"\nhandshakes-refused 1\n" },
	{ "key refused", { "--fault", "key-result 1 refused 1" }, "aa!refused",
		"\nhandshakes-refused 1\n" },
	{ "no key", { "--fault", "key 1 silence" }, "a-",
		"\nhandshakes-complete 0\n" },
	{ "the key twice", { "--fault", "key 1 duplicate" }, "aaaoff",
		"\nchanged-keys 0\n" },
	{ "the key unheard", { "--fault", "key 1 unheard" }, "aaaoff",
		"\nchanged-keys 0\n" },
	{ "wrong signature", { "--fault", "key 1 signature" }, "a!signature",
		"\nfault signature 1\n" },
	{ "off the curve", { "--fault", "always off-curve" }, "a!garbage",
		"\nfault off-curve 1\n" },
	{ "checksum of a challenge", { "--fault", "challenge 1 checksum" },
		"!garbage", "\nfault checksum 1\n" },
	{ "checksum of a result", { "--fault", "result 1 checksum" },
		"a!garbage", "\nfault checksum 1\n" },
	{ "checksum of a key", { "--fault", "key 1 checksum" }, "a!garbage",
		"\nfault checksum 1\n" },
	{ "checksum of a key result", { "--fault", "key-result 1 checksum" },
		"aa!garbage", "\nfault checksum 1\n" },
	{ "a short challenge", { "--fault", "challenge 1 short" }, "!garbage",
		"\nfault short 1\n" },
	{ "a long challenge", { "--fault", "challenge 1 long" }, "!garbage",
		"\nfault long 1\n" },
	{ "a short result", { "--fault", "result 1 short" }, "a!garbage",
		"\nfault short 1\n" },
	{ "a short key", { "--fault", "key 1 short" }, "a!garbage",
		"\nfault short 1\n" },
	{ "a long key", { "--fault", "key 1 long" }, "a!garbage",
		"\nfault long 1\n" },
	{ "a long key result", { "--fault", "key-result 1 long" }, "aa!garbage",
		"\nfault long 1\n" },
	{ "length of a challenge", { "--fault", "challenge 1 length 0xffff" },
		"!garbage", "\nfault length 1\n" },
	{ "length of a key", { "--fault", "key 1 length 0xffff" }, "a!garbage",
		"\nfault length 1\n" },
	{ "length of an answer", { "--fault", "request 1 length 0xffff" },
		"aao!garbage", "\nfault length 1\n" },
	{ "key not a multiple of 16", { "--fault", "key 1 unaligned" }, "a-",
		"\nfault unaligned 1\n" },
	{ "answer not a multiple of 16", { "--fault", "request 1 unaligned" },
		"aao-", "\nfault unaligned 1\n" },
	{ "another type", { "--fault", "challenge 1 type 7" }, "!garbage",
		"\nfault type 1\n" },
	{ "the client's type", { "--fault", "challenge 1 type 2" }, "!garbage",
		"\nfault type 1\n" },
	{ "key before result", { "--fault", "result 1 instead 4" }, "a!garbage",
		"\nfault instead 1\n" },
	{ "key result before key", { "--fault", "key 1 instead 6" },
		"a!garbage", "\nfault instead 1\n" },
	{ "result before challenge", { "--fault", "challenge 1 instead 3" },
		"!garbage", "\nfault instead 1\n" },
	{ "challenge for a key", { "--fault", "key 1 instead 1" }, "aa-",
		"\nfault instead 1\n" },
	{ "a key in the clear", { "--fault", "key 1 clear" }, "a!garbage",
		"\nfault clear 1\n" },
	{ "an answer in the clear", { "--fault", "request 1 clear" }, "aao-",
		"\nfault clear 1\n" },
	{ "result and key in one", { "--fault", "result 1 joined" }, "aaoff",
		"\nfault joined 1\n" },
	{ "all in small pieces", { "--fault", "connect 1 fragment 1" }, "aaoff",
		"\nreads 2\n" },
	{ "a key in pieces", { "--fault", "key 1 fragment 7" }, "aaoff",
		"\nfault fragment 1\n" },
	{ "a late key", { "--fault", "key 1 late 100" }, "aaoff",
		"\nfault late 1\n" },
	{ "a cut key", { "--fault", "key 1 truncate 20" }, "a-",
		"\nfault truncate 1\n" },
	{ "the link ends behind the key", { "--fault", "key 1 drop-after" },
		"aac", "\nfault drop-after 1\n" },
	{ "the link ends instead of a result", { "--fault", "result 1 drop" },
		"ac", "\nfault drop 1\n" },
	{ "stall at the key", { "--fault", "key 1 stall" }, "a-",
		"\nfault stall 1\n" },
	{ "a wrong CRC", { "--fault", "request 1 crc" }, "aaox-",
		"\nfault crc 1\n" },
	{ "busy", { "--fault", "request 1 busy" }, "aaox-",
		"\nfault busy 1\n" },
	{ "wrong unit", { "--fault", "request 1 wrong-unit" }, "aaox-",
		"\nfault wrong-unit 1\n" },
	{ "an answer cut", { "--fault", "request 1 truncate 21" }, "aao-",
		"\nfault truncate 1\n" },
	{ "an answer twice", { "--fault", "request 1 duplicate" }, "aaofff",
		"\nfault duplicate 1\n" },
	{ "an ATT error", { "--fault", "request 1 att-error 14" }, "aaoe-",
		"\nfault att-error 1\n" },
	{ "stall", { "--fault", "request 2 stall" }, "aaof-", "\nreads 1\n" },
	{ "a new exchange behind an answer", { "--fault", "request 1 rekey" },
		"aaofaaof", "\nhandshakes-complete 2\n" },
	{ "a new exchange for an answer",
		{ "--fault", "request 1 rekey", "--fault",
			"request 1 silence" },
		"aaoaaoff", "\nhandshakes-complete 2\n" },
	{ "a challenge inside of the session",
		{ "--fault", "request 1 rekey-inside" }, "aaof!garbage",
		"\nhandshakes-complete 1\n" },
};

/* --- a central ----------------------------------------------------------- */

struct central {
	int fd;
	struct secure *secure;
	unsigned answered;
	char trace[64];
};

static void note(struct central *central, const char *text)
{
	size_t used = strlen(central->trace);

	snprintf(central->trace + used, sizeof central->trace - used, "%s",
		text);
}

/* Whatever takes it does not fit a PDU of the smallest MTU: a long write. */
static void write_long(
	const struct central *central, const uint8_t *bytes, size_t length)
{
	static const uint8_t execute[] = { 0x18, 0x01 };

	for (size_t sent = 0; sent < length; sent += 18) {
		size_t n = length - sent < 18 ? length - sent : 18;
		uint8_t pdu[23] = { 0x16, 33, 0, (uint8_t)sent, 0 };

		memcpy(pdu + 5, bytes + sent, n);
		send(central->fd, pdu, 5 + n, MSG_NOSIGNAL);
	}
	send(central->fd, execute, sizeof execute, MSG_NOSIGNAL);
}

static void request(struct central *central)
{
	uint8_t wire[SECURE_WIRE_MAX];
	size_t length;

	CHECK(secure_seal(central->secure, read_16, sizeof read_16, wire,
		      &length) == 0);
	write_long(central, wire, length);
}

static void take_frame(
	struct central *central, const uint8_t *frame, size_t length)
{
	bool good = length == sizeof is_16 && memcmp(frame, is_16, length) == 0;

	note(central, good ? "f" : "x");
	if (good && ++central->answered < REQUESTS &&
		secure_is_open(central->secure))
		request(central);
}

/* False if the session is over. */
static bool take_notification(
	struct central *central, const uint8_t *bytes, size_t length)
{
	uint8_t message[SECURE_WIRE_MAX];
	int event = secure_receive(central->secure, bytes, length);

	while (event >= 0 &&
		(event = secure_next(central->secure, message, &length)) > 0) {
		if (event == SECURE_REPLY) {
			note(central, "a");
			write_long(central, message, length);
		} else if (event == SECURE_OPEN) {
			note(central, "o");
			request(central);
		} else {
			take_frame(central, message, length);
		}
	}
	if (event == SECURE_NOTHING)
		return true;
	note(central, "!");
	note(central, error_tag(event));
	return false;
}

/* False at the end. An end of the trace that says that nothing comes makes
 * the central impatient. */
static bool take_pdu(struct central *central, const char *trace)
{
	size_t n = strlen(central->trace);
	bool silent = strncmp(trace, central->trace, n) == 0 && trace[n] == '-';
	struct pollfd wanted = { .fd = central->fd, .events = POLLIN };
	uint8_t pdu[1024];
	ssize_t length;

	if (strcmp(trace, central->trace) == 0)
		return false;
	if (poll(&wanted, 1, silent ? SILENCE_MS : PATIENCE_MS) != 1) {
		note(central, "-");
		return false;
	}
	length = recv(central->fd, pdu, sizeof pdu, 0);
	if (length <= 0) {
		note(central, "c");
		return false;
	}
	if (pdu[0] == 0x1b && length > 3)
		return take_notification(central, pdu + 3, (size_t)length - 3);
	if (pdu[0] == 0x01)
		note(central, "e");
	return true;
}

static void central_begin(struct central *central)
{
	static const uint8_t subscribe[] = { 0x12, 31, 0, 1, 0 };
	static const uint8_t mtu[] = { 0x02, 0x05, 0x02 };
	uint8_t trusted[VECTOR_MAX];
	struct secure_keys keys;

	*central = (struct central){ .fd = simulator_connect(socket_path) };
	secure_keys_default(&keys);
	CHECK(vector_copy(trusted,
		      "device_signing_public_xy_test_only_client_must_be_"
		      "told_to_trust_it") == CRYPTO_PUBLIC);
	memcpy(keys.device_signing_public, trusted, CRYPTO_PUBLIC);
	CHECK(secure_new(&central->secure, &keys) == 0);
	send(central->fd, mtu, sizeof mtu, MSG_NOSIGNAL);
	send(central->fd, subscribe, sizeof subscribe, MSG_NOSIGNAL);
}

static void central_end(struct central *central)
{
	secure_free(central->secure);
	close(central->fd);
}

/* --- cases --------------------------------------------------------------- */

static int start(struct simulator *simulator, const char *image,
	const char *const *arguments)
{
	const char *options[ARGUMENTS_MAX + 2] = { "--encrypt" };

	for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i]; i++)
		options[i + 1] = arguments[i];
	return simulator_start(simulator, image, socket_path, options);
}

static void check_case(const char *name, const char *const *arguments,
	const char *trace, const char *counter)
{
	struct simulator simulator;
	struct central central;
	char text[160];

	CHECK_CASE(name, start(&simulator, "EB3A", arguments) == 0);
	central_begin(&central);
	while (take_pdu(&central, trace))
		;
	snprintf(text, sizeof text, "%s: %s", name, central.trace);
	CHECK_CASE(text, strcmp(central.trace, trace) == 0);
	central_end(&central);
	CHECK_CASE(name, simulator_end(&simulator) == 0);
	CHECK_CASE(name, strstr(simulator.text, counter) != NULL);
}

int main(void)
{
	CHECK(mkdtemp(directory) != NULL);
	snprintf(socket_path, sizeof socket_path, "%s/socket", directory);
	alarm(120);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_case(cases[i].name, cases[i].arguments, cases[i].trace,
			cases[i].counter);

	CHECK(rmdir(directory) == 0);
	return check_done();
}
