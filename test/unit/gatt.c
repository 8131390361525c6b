/* lib/ble/gatt.c against a peer that plays a script, and one that answers
 * anything. */
#include "base/clock.h"
#include "base/errors.h"
#include "ble/att.h"
#include "ble/gatt.h"
#include "check.h"
#include "peer.h"

#define SHORT_MS 50

static int64_t patience_ms = 5000;

static int64_t soon(void)
{
	return clock_monotonic() + patience_ms;
}

static const uint8_t thirty[30] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
	14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 };

/* What a case does; it returns an error or a number. */

static int discover(struct att *att)
{
	struct gatt gatt;
	int error = gatt_discover(att, &gatt, soon());

	if (error < 0)
		return error;
	return gatt.notify * 10000 + gatt.cccd * 100 + gatt.write +
		gatt.has_response * 1000000;
}

static int subscribe(struct att *att)
{
	const struct gatt gatt = { .cccd = 31 };

	return gatt_subscribe(att, &gatt, soon());
}

static int write_pieces(struct att *att)
{
	const struct gatt gatt = { .write = 0x21, .has_response = false };

	return gatt_write(att, &gatt, thirty, 30, soon());
}

static int name_length(struct att *att)
{
	char name[64];
	int error = gatt_read_name(att, name, sizeof name, soon());

	return error < 0 ? error : (int)strlen(name);
}

static int name_cut(struct att *att)
{
	char name[4];
	int error = gatt_read_name(att, name, sizeof name, soon());

	return error < 0 ? error : strcmp(name, "AC3");
}

#define SERVICE_ff00 \
	TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, 0x00, 0xff), \
		RX(0x07, 0x1c, 0x00, 0x26, 0x00)
#define NO_SERVICE_ff00 \
	TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, 0x00, 0xff), \
		RX(0x01, 0x06, 0x01, 0x00, 0x0a)
#define BASE 0xfb, 0x34, 0x9b, 0x5f, 0x80, 0x00, 0x00, 0x80, 0x00, 0x10, 0, 0
#define ASK_SERVICE_128 \
	TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, BASE, 0x00, 0xff, 0, 0)
#define ASK_CHARACTERISTICS(from) TX(0x08, from, 0x00, 0x26, 0x00, 0x03, 0x28)
#define NO_MORE(opcode, from) RX(0x01, opcode, from, 0x00, 0x0a)
#define FF01 0x1d, 0x00, 0x10, 0x1e, 0x00, 0x01, 0xff
#define FF02 0x20, 0x00, 0x0c, 0x21, 0x00, 0x02, 0xff

static const struct {
	const char *name;
	int (*run)(struct att *);
	struct step steps[STEPS_MAX];
	int expected;
} cases[] = {
	{ "discovery", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, FF02), ASK_CHARACTERISTICS(0x21),
			RX(0x09, 7, 0x22, 0, 0x04, 0x23, 0, 0x03, 0xff),
			ASK_CHARACTERISTICS(0x23), NO_MORE(0x08, 0x23),
			TX(0x04, 0x1e, 0x00, 0x1f, 0x00),
			RX(0x05, 1, 0x1e, 0, 0x01, 0xff, 0x1f, 0, 0x02, 0x29) },
		1303133 },
	{ "discovery, long UUIDs", discover,
		{ NO_SERVICE_ff00, ASK_SERVICE_128,
			RX(0x07, 0x1c, 0x00, 0x26, 0x00),
			ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 21, 0x1d, 0, 0x10, 0x1e, 0, BASE, 0x01, 0xff,
				0, 0),
			ASK_CHARACTERISTICS(0x1e),
			RX(0x09, 21, 0x20, 0, 0x04, 0x21, 0, BASE, 0x02, 0xff,
				0, 0),
			ASK_CHARACTERISTICS(0x21), NO_MORE(0x08, 0x21),
			TX(0x04, 0x1e, 0x00, 0x1f, 0x00),
			RX(0x05, 2, 0x1e, 0, BASE, 0x01, 0xff, 0, 0),
			TX(0x04, 0x1f, 0x00, 0x1f, 0x00),
			RX(0x05, 2, 0x1f, 0, BASE, 0x02, 0x29, 0, 0) },
		303133 },
	{ "no such service", discover,
		{ NO_SERVICE_ff00, ASK_SERVICE_128,
			RX(0x01, 0x06, 0x01, 0x00, 0x0a) },
		-BT_ENOSERVICE },
	{ "service search refused", discover,
		{ TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, 0x00, 0xff),
			RX(0x01, 0x06, 0x01, 0x00, 0x05) },
		-BT_EATT },
	{ "service that ends before it begins", discover,
		{ TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, 0x00, 0xff),
			RX(0x07, 0x1c, 0x00, 0x1b, 0x00) },
		-BT_EPROTOCOL },
	{ "service list cut", discover,
		{ TX(0x06, 0x01, 0x00, 0xff, 0xff, 0x00, 0x28, 0x00, 0xff),
			RX(0x07, 0x1c, 0x00, 0x26, 0x00, 0x30) },
		-BT_EPROTOCOL },
	{ "service without characteristics", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			NO_MORE(0x08, 0x1c) },
		-BT_ENOSERVICE },
	{ "ff02 missing", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c), RX(0x09, 7, FF01),
			ASK_CHARACTERISTICS(0x1e), NO_MORE(0x08, 0x1e) },
		-BT_ENOSERVICE },
	{ "ff02 that cannot be written", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, 0x20, 0, 0x02, 0x21, 0, 0x02, 0xff),
			ASK_CHARACTERISTICS(0x21), NO_MORE(0x08, 0x21) },
		-BT_ENOSERVICE },
	{ "CCCD missing", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, FF02), ASK_CHARACTERISTICS(0x21),
			NO_MORE(0x08, 0x21), TX(0x04, 0x1e, 0x00, 0x1f, 0x00),
			RX(0x05, 1, 0x1e, 0, 0x01, 0xff),
			TX(0x04, 0x1f, 0x00, 0x1f, 0x00), NO_MORE(0x04, 0x1f) },
		-BT_ENOSERVICE },
	{ "characteristics of an impossible size", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 6, 0x1d, 0, 0x10, 0x1e, 0, 0x01) },
		-BT_EPROTOCOL },
	{ "characteristic cut", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, 0x20, 0) },
		-BT_EPROTOCOL },
	{ "characteristics, size without an entry", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c), RX(0x09, 21, FF01) },
		-BT_EPROTOCOL },
	{ "characteristic with a handle of before", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, FF01) },
		-BT_EPROTOCOL },
	{ "characteristic with its value before it", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, 0x1e, 0, 0x10, 0x1e, 0, 0x01, 0xff) },
		-BT_EPROTOCOL },
	{ "characteristic behind its service", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, 0x26, 0, 0x10, 0x27, 0, 0x01, 0xff) },
		-BT_EPROTOCOL },
	{ "descriptors of an unknown format", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, FF02), ASK_CHARACTERISTICS(0x21),
			NO_MORE(0x08, 0x21), TX(0x04, 0x1e, 0x00, 0x1f, 0x00),
			RX(0x05, 3, 0x1e, 0, 0x01, 0xff) },
		-BT_EPROTOCOL },
	{ "descriptor cut", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, FF02), ASK_CHARACTERISTICS(0x21),
			NO_MORE(0x08, 0x21), TX(0x04, 0x1e, 0x00, 0x1f, 0x00),
			RX(0x05, 1, 0x1e, 0, 0x01, 0xff, 0x1f) },
		-BT_EPROTOCOL },
	{ "descriptor outside of what was asked", discover,
		{ SERVICE_ff00, ASK_CHARACTERISTICS(0x1c),
			RX(0x09, 7, FF01, FF02), ASK_CHARACTERISTICS(0x21),
			NO_MORE(0x08, 0x21), TX(0x04, 0x1e, 0x00, 0x1f, 0x00),
			RX(0x05, 1, 0x25, 0, 0x02, 0x29) },
		-BT_EPROTOCOL },
	{ "subscription", subscribe,
		{ TX(0x12, 0x1f, 0x00, 0x01, 0x00), RX(0x13) }, 0 },

	{ "name", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
			RX(0x09, 7, 3, 0, 'E', 'B', '3', 'A', '1') },
		5 },
	{ "name behind zeros", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
			RX(0x09, 9, 3, 0, 0, 0, 'E', 'B', '3', 'A', '1') },
		5 },
	{ "name in two parts", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
			RX(0x09, 21, 3, 0, 'A', 'C', '2', '0', '0', 'M', '2',
				'2', '2', '9', '0', '0', '0', '0', '0', '0',
				'0', '0', '0'),
			TX(0x0c, 3, 0, 19, 0), RX(0x0d, '1') },
		20 },
	{ "name that fills its part", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
			RX(0x09, 21, 3, 0, 'A', 'C', '2', '0', '0', 'M', '2',
				'2', '2', '9', '0', '0', '0', '0', '0', '0',
				'0', '0', '0'),
			TX(0x0c, 3, 0, 19, 0), RX(0x01, 0x0c, 3, 0, 0x0b) },
		19 },
	{ "name cut to what fits", name_cut,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
			RX(0x09, 7, 3, 0, 'A', 'C', '3', '0', '0') },
		0 },
	{ "empty name", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a), RX(0x09, 2, 3, 0) },
		0 },
	{ "no name", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a), NO_MORE(0x08, 0x01) },
		-BT_EATT },
	{ "name with a size beyond its PDU", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
			RX(0x09, 9, 3, 0, 'A', 'C') },
		-BT_EPROTOCOL },
	{ "name with an impossible size", name_length,
		{ TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a), RX(0x09, 1, 3, 0) },
		-BT_EPROTOCOL },

	{ "pieces without response", write_pieces,
		{ TX(0x52, 0x21, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
			  13, 14, 15, 16, 17, 18, 19, 20),
			TX(0x52, 0x21, 0x00, 21, 22, 23, 24, 25, 26, 27, 28, 29,
				30) },
		0 },
};

static void run_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct att *att;
		int fd, got;
		pid_t peer = peer_start(&fd, cases[i].steps);

		CHECK(att_new(&att, fd, -1) == 0);
		got = cases[i].run(att);
		CHECK_CASE(cases[i].name, got == cases[i].expected);
		att_free(att);
		CHECK_CASE(cases[i].name, peer_end(peer) == 0);
	}
}

/* An answer to a request that is well-formed more often than not. */
static size_t invent(uint8_t pdu[64], const uint8_t *request)
{
	static const uint8_t sizes[] = { 7, 21, 1, 2 };
	size_t length = (size_t)(rand() % 60 + 2);

	for (size_t i = 0; i < 64; i++)
		pdu[i] = (uint8_t)(rand() >> 7);
	if (rand() % 16 == 0)
		return length;
	pdu[0] = request[0] + 1;
	if (rand() % 8 == 0) {
		memcpy(pdu, (uint8_t[]){ 0x01, request[0], 1, 0, 0x0a }, 5);
		return 5;
	}
	/* Handles that grow: the range asked for begins in the request. */
	for (size_t i = 2; i + 1 < length; i++)
		if (rand() % 4 != 0)
			pdu[i] = (uint8_t)(request[1] + i / 8);
	for (size_t i = 3; i < length; i += 1 + rand() % 3)
		pdu[i] = 0;
	pdu[1] = sizes[rand() % (int)sizeof sizes];
	if (rand() % 8 != 0)
		length = pdu[1] > 2 && rand() % 2 == 0 ? 2u + pdu[1]
						       : (rand() % 2 ? 5 : 6);
	return length;
}

static void random_peer(int fd, unsigned seed)
{
	uint8_t request[1024], pdu[64];

	srand(seed);
	alarm(PEER_SECONDS);
	while (recv(fd, request, sizeof request, 0) > 0) {
		do {
			size_t length = invent(pdu, request);

			if (send(fd, pdu, length, MSG_NOSIGNAL) < 0)
				_exit(0);
		} while (rand() % 8 == 0);
		if (rand() % 16 == 0)
			_exit(0);
	}
	_exit(0);
}

/*
 * A peer that answers anything: whatever comes, calls end, and in time. The
 * seeds are fixed, so that a failure comes again.
 */
static void check_random_peer(void)
{
	patience_ms = SHORT_MS;
	for (unsigned seed = 1; seed <= 400; seed++) {
		struct att *att;
		int pair[2], got;
		pid_t pid;

		if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
			abort();
		fcntl(pair[0], F_SETFL, O_NONBLOCK);
		pid = fork();
		if (pid == 0) {
			close(pair[0]);
			random_peer(pair[1], seed);
		}
		close(pair[1]);
		CHECK(att_new(&att, pair[0], -1) == 0);
		got = discover(att);
		if (got >= 0 || got == -BT_EATT || got == -BT_ENOSERVICE)
			got = name_length(att);
		CHECK(got >= 0 || got == -BT_EPROTOCOL || got == -BT_EATT ||
			got == -BT_ELOST || got == -BT_ETIMEOUT);
		att_free(att);
		CHECK(peer_end(pid) == 0);
	}
	patience_ms = 5000;
}

int main(void)
{
	run_cases();
	check_random_peer();
	return check_done();
}
