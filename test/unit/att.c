/* lib/ble/att.c and lib/ble/att-value.c against a peer that plays a
 * script. Time is this test's own, so that 30 s need not pass. */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/errors.h"
#include "ble/att.h"
#include "check.h"
#include "peer.h"

#define PATIENCE_MS 5000
#define SHORT_MS 50

static int64_t clock_skew;

int64_t clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + clock_skew;
}

int clock_left(int64_t deadline)
{
	int64_t left = deadline - clock_monotonic();

	return left < 0 ? 0 : (int)left;
}

static int64_t soon(void)
{
	return clock_monotonic() + PATIENCE_MS;
}

/* What a case does; it returns an error or a number. */

static int mtu(struct att *att)
{
	int error = att_exchange_mtu(att, soon());

	return error < 0 ? error : att_mtu(att);
}

static int refused_code(struct att *att)
{
	int error = att_exchange_mtu(att, soon());

	return error == -BT_EATT ? att_error_code(att) : error;
}

static int read_three(struct att *att)
{
	uint8_t value[ATT_VALUE_MAX];

	return att_read(att, 3, 0, value, sizeof value, soon());
}

static int read_five_bytes(struct att *att)
{
	uint8_t value[5];

	return att_read(att, 3, 0, value, sizeof value, soon());
}

/* The bearer is dead: two more calls must say the same. */
static int read_dead(struct att *att)
{
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;
	int error = read_three(att);

	CHECK(read_three(att) == error);
	CHECK(att_next_notification(att, &handle, value, soon()) == error);
	return error;
}

static const uint8_t thirty[30] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
	14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 };

static int write_three(struct att *att)
{
	return att_write(att, 0x21, thirty, 3, soon());
}

static int write_twenty(struct att *att)
{
	return att_write(att, 0x21, thirty, 20, soon());
}

static int write_thirty(struct att *att)
{
	return att_write(att, 0x21, thirty, 30, soon());
}

static int write_too_long(struct att *att)
{
	static const uint8_t value[ATT_VALUE_MAX + 1];

	CHECK(att_write_command(att, 0x21, value, 21, soon()) == -EMSGSIZE);
	return att_write(att, 0x21, value, sizeof value, soon());
}

static int command(struct att *att)
{
	return att_write_command(att, 0x21, thirty, 3, soon());
}

static int next(struct att *att)
{
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;
	int n = att_next_notification(att, &handle, value, soon());

	CHECK(n < 0 || handle == 0x1e);
	return n;
}

static int next_is_late(struct att *att)
{
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;

	return att_next_notification(
		att, &handle, value, clock_monotonic() + SHORT_MS);
}

/* The read's answer comes after two notifications; both are kept. */
static int read_then_next(struct att *att)
{
	int error = read_three(att);

	return error < 0 ? error : 100 * next(att) + next(att);
}

static int next_then_lost(struct att *att)
{
	CHECK(next(att) == 2);
	CHECK(next(att) == 1);
	return next(att);
}

/* The end is told before what came in earlier: a command lies unread. */
static int command_then_lost(struct att *att)
{
	CHECK(command(att) == 0);
	return next_then_lost(att);
}

/* A request left behind is waited for before the next one is sent. */
static int read_after_late_answer(struct att *att)
{
	uint8_t value[ATT_VALUE_MAX];

	CHECK(att_read(att, 3, 0, value, sizeof value,
		      clock_monotonic() + SHORT_MS) == -BT_ETIMEOUT);
	CHECK(command(att) == 0);
	return read_three(att);
}

static int read_after_30_s(struct att *att)
{
	uint8_t value[ATT_VALUE_MAX];

	CHECK(att_read(att, 3, 0, value, sizeof value,
		      clock_monotonic() + SHORT_MS) == -BT_ETIMEOUT);
	clock_skew += 29000;
	CHECK(att_read(att, 3, 0, value, sizeof value,
		      clock_monotonic() + SHORT_MS) == -BT_ETIMEOUT);
	clock_skew += 1000;
	return read_dead(att);
}

static const struct {
	const char *name;
	int (*run)(struct att *);
	struct step steps[STEPS_MAX];
	int expected;
} cases[] = {
	{ "MTU agreed", mtu, { TX(0x02, 0x05, 0x02), RX(0x03, 0xf7, 0x00) },
		247 },
	{ "MTU above ours", mtu, { TX(0x02, 0x05, 0x02), RX(0x03, 0xff, 0xff) },
		517 },
	{ "MTU below the least", mtu,
		{ TX(0x02, 0x05, 0x02), RX(0x03, 0x05, 0x00) }, 23 },
	{ "MTU request not known", mtu,
		{ TX(0x02, 0x05, 0x02), RX(0x01, 0x02, 0x00, 0x00, 0x06) },
		23 },
	{ "MTU refused for another reason", refused_code,
		{ TX(0x02, 0x05, 0x02), RX(0x01, 0x02, 0x00, 0x00, 0x0e) },
		0x0e },
	{ "MTU response too short", mtu,
		{ TX(0x02, 0x05, 0x02), RX(0x03, 0xf7) }, -BT_EPROTOCOL },
	{ "MTU response too long", mtu,
		{ TX(0x02, 0x05, 0x02), RX(0x03, 0xf7, 0x00, 0x00) },
		-BT_EPROTOCOL },
	{ "peer asks for the MTU first", mtu,
		{ RX(0x02, 0x64, 0x00), TX(0x02, 0x05, 0x02),
			TX(0x03, 0x05, 0x02), RX(0x03, 0x64, 0x00) },
		100 },
	{ "peer's MTU request too short", read_dead,
		{ TX(0x0a, 0x03, 0x00), RX(0x02, 0x64) }, -BT_EPROTOCOL },

	{ "short value", read_three,
		{ TX(0x0a, 0x03, 0x00), RX(0x0b, 'a', 'b') }, 2 },
	{ "empty value", read_three, { TX(0x0a, 0x03, 0x00), RX(0x0b) }, 0 },
	{ "long value", read_three,
		{ TX(0x0a, 0x03, 0x00),
			RX(0x0b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
				15, 16, 17, 18, 19, 20, 21, 22),
			TX(0x0c, 0x03, 0x00, 0x16, 0x00), RX(0x0d, 23) },
		23 },
	{ "value that fills its PDU, then invalid offset", read_three,
		{ TX(0x0a, 0x03, 0x00),
			RX(0x0b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
				15, 16, 17, 18, 19, 20, 21, 22),
			TX(0x0c, 0x03, 0x00, 0x16, 0x00),
			RX(0x01, 0x0c, 0x03, 0x00, 0x07) },
		22 },
	{ "value that fills its PDU, then not long", read_three,
		{ TX(0x0a, 0x03, 0x00),
			RX(0x0b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
				15, 16, 17, 18, 19, 20, 21, 22),
			TX(0x0c, 0x03, 0x00, 0x16, 0x00),
			RX(0x01, 0x0c, 0x03, 0x00, 0x0b) },
		22 },
	{ "no more read than wanted", read_five_bytes,
		{ TX(0x0a, 0x03, 0x00),
			RX(0x0b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
				15, 16, 17, 18, 19, 20, 21, 22) },
		5 },
	{ "read refused", read_three,
		{ TX(0x0a, 0x03, 0x00), RX(0x01, 0x0a, 0x03, 0x00, 0x02) },
		-BT_EATT },

	{ "write", write_three, { TX(0x12, 0x21, 0x00, 1, 2, 3), RX(0x13) },
		0 },
	{ "write that just fits", write_twenty,
		{ TX(0x12, 0x21, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
			  13, 14, 15, 16, 17, 18, 19, 20),
			RX(0x13) },
		0 },
	{ "write refused", write_three,
		{ TX(0x12, 0x21, 0x00, 1, 2, 3),
			RX(0x01, 0x12, 0x21, 0x00, 0x0e) },
		-BT_EATT },
	{ "write response with a tail", write_three,
		{ TX(0x12, 0x21, 0x00, 1, 2, 3), RX(0x13, 0x00) },
		-BT_EPROTOCOL },
	{ "long write", write_thirty,
		{ TX(0x16, 0x21, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9,
			  10, 11, 12, 13, 14, 15, 16, 17, 18),
			RX(0x17, 0x21, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 6, 7, 8,
				9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
			TX(0x16, 0x21, 0x00, 0x12, 0x00, 19, 20, 21, 22, 23, 24,
				25, 26, 27, 28, 29, 30),
			RX(0x17, 0x21, 0x00, 0x12, 0x00, 19, 20, 21, 22, 23, 24,
				25, 26, 27, 28, 29, 30),
			TX(0x18, 0x01), RX(0x19) },
		0 },
	{ "long write, a piece repeated wrongly", write_thirty,
		{ TX(0x16, 0x21, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9,
			  10, 11, 12, 13, 14, 15, 16, 17, 18),
			RX(0x17, 0x21, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 6, 7, 8,
				9, 10, 11, 12, 13, 14, 15, 16, 17, 99) },
		-BT_EPROTOCOL },
	{ "long write, a piece repeated in part", write_thirty,
		{ TX(0x16, 0x21, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9,
			  10, 11, 12, 13, 14, 15, 16, 17, 18),
			RX(0x17, 0x21, 0x00, 0x00, 0x00) },
		-BT_EPROTOCOL },
	{ "long write refused at the second piece", write_thirty,
		{ TX(0x16, 0x21, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9,
			  10, 11, 12, 13, 14, 15, 16, 17, 18),
			RX(0x17, 0x21, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 6, 7, 8,
				9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
			TX(0x16, 0x21, 0x00, 0x12, 0x00, 19, 20, 21, 22, 23, 24,
				25, 26, 27, 28, 29, 30),
			RX(0x01, 0x16, 0x21, 0x00, 0x09), TX(0x18, 0x00),
			RX(0x19) },
		-BT_EATT },
	{ "write too long for any attribute", write_too_long, { { 0 } },
		-EMSGSIZE },
	{ "write without response", command, { TX(0x52, 0x21, 0x00, 1, 2, 3) },
		0 },
	{ "notification", next, { RX(0x1b, 0x1e, 0x00, 1, 2, 3) }, 3 },
	{ "empty notification", next, { RX(0x1b, 0x1e, 0x00) }, 0 },
	{ "notification too short", next, { RX(0x1b, 0x1e) }, -BT_EPROTOCOL },
	{ "no notification in time", next_is_late, { { 0 } }, -BT_ETIMEOUT },
	{ "indication is confirmed", next,
		{ RX(0x1d, 0x1e, 0x00, 1), TX(0x1e) }, 1 },
	{ "indication too short", next, { RX(0x1d, 0x1e) }, -BT_EPROTOCOL },
	{ "notifications before the response are kept", read_then_next,
		{ TX(0x0a, 0x03, 0x00), RX(0x1b, 0x1e, 0x00, 1, 2),
			RX(0x1b, 0x1e, 0x00, 3), RX(0x0b, 'a') },
		201 },
	{ "what came before the end is delivered", next_then_lost,
		{ RX(0x1b, 0x1e, 0x00, 1, 2), RX(0x1b, 0x1e, 0x00, 3), CLOSE },
		-BT_ELOST },
	{ "what came before a reset is delivered", command_then_lost,
		{ PAUSE(200), RX(0x1b, 0x1e, 0x00, 1, 2),
			RX(0x1b, 0x1e, 0x00, 3), CLOSE },
		-BT_ELOST },

	{ "peer's request is refused", read_three,
		{ TX(0x0a, 0x03, 0x00), RX(0x08, 1, 0, 9, 0, 3, 0x28),
			TX(0x01, 0x08, 0, 0, 0x06), RX(0x0b, 'a') },
		1 },
	{ "unknown request is refused", read_three,
		{ TX(0x0a, 0x03, 0x00), RX(0x3f, 1, 2),
			TX(0x01, 0x3f, 0, 0, 0x06), RX(0x0b, 'a') },
		1 },
	{ "unknown request above the table is refused", read_three,
		{ TX(0x0a, 0x03, 0x00), RX(0xbf), TX(0x01, 0xbf, 0, 0, 0x06),
			RX(0x0b, 'a') },
		1 },
	{ "commands are ignored", read_three,
		{ TX(0x0a, 0x03, 0x00), RX(0x52, 3, 0, 1), RX(0xd2, 3, 0, 1),
			RX(0x7f), RX(0x23, 1, 2), RX(0x0b, 'a') },
		1 },
	{ "confirmation of nothing", read_dead,
		{ TX(0x0a, 0x03, 0x00), RX(0x1e) }, -BT_EPROTOCOL },
	{ "response to another request", read_dead,
		{ TX(0x0a, 0x03, 0x00), RX(0x13) }, -BT_EPROTOCOL },
	{ "error about another request", read_dead,
		{ TX(0x0a, 0x03, 0x00), RX(0x01, 0x12, 0x03, 0x00, 0x01) },
		-BT_EPROTOCOL },
	{ "error too short", read_dead,
		{ TX(0x0a, 0x03, 0x00), RX(0x01, 0x0a, 0x03, 0x00) },
		-BT_EPROTOCOL },
	{ "error too long", read_dead,
		{ TX(0x0a, 0x03, 0x00), RX(0x01, 0x0a, 0x03, 0x00, 2, 0) },
		-BT_EPROTOCOL },
	{ "response unasked", next, { RX(0x0b, 'a') }, -BT_EPROTOCOL },
	{ "peer goes away", read_dead, { TX(0x0a, 0x03, 0x00), CLOSE },
		-BT_ELOST },
	{ "late answer of the request before", read_after_late_answer,
		{ TX(0x0a, 0x03, 0x00), TX(0x52, 0x21, 0x00, 1, 2, 3),
			RX(0x0b, 'a', 'b', 'c'), TX(0x0a, 0x03, 0x00),
			RX(0x0b, 'd') },
		1 },
	{ "no answer within 30 s", read_after_30_s, { TX(0x0a, 0x03, 0x00) },
		-BT_EPROTOCOL },

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

/* A PDU longer than any that was offered. */
static void check_oversized(void)
{
	static const uint8_t pdu[ATT_MTU_MAX + 1] = { 0x1b, 0x1e };
	static const struct step fits[] = { { SENT_BY_PEER, ATT_MTU_MAX, pdu },
		{ 0 } };
	static const struct step exceeds[] = {
		{ SENT_BY_PEER, sizeof pdu, pdu }, { 0 }
	};
	struct att *att;
	int fd;
	pid_t peer = peer_start(&fd, fits);

	CHECK(att_new(&att, fd, -1) == 0);
	CHECK(next(att) == ATT_NOTIFICATION_MAX);
	att_free(att);
	CHECK(peer_end(peer) == 0);

	peer = peer_start(&fd, exceeds);
	CHECK(att_new(&att, fd, -1) == 0);
	CHECK(next(att) == -BT_EPROTOCOL);
	att_free(att);
	CHECK(peer_end(peer) == 0);
}

/* More notifications than the queue holds: the newest stay. */
static void check_overflow(void)
{
	uint8_t pdu[] = { 0x1b, 0x1e, 0x00, 0 };
	static const uint8_t answer[] = { 0x0b };
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;
	struct att *att;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) ==
		0);
	CHECK(att_new(&att, pair[0], -1) == 0);
	for (pdu[3] = 1; pdu[3] <= 100; pdu[3]++)
		CHECK(send(pair[1], pdu, sizeof pdu, 0) == sizeof pdu);
	CHECK(send(pair[1], answer, 1, 0) == 1);
	CHECK(read_three(att) == 0);
	for (int i = 69; i <= 100; i++) {
		CHECK(att_next_notification(att, &handle, value, soon()) == 1);
		CHECK(value[0] == i);
	}
	CHECK(next_is_late(att) == -BT_ETIMEOUT);
	att_free(att);
	close(pair[1]);
}

/* A peer that sends requests and takes no answer must not hold us up. */
static void check_greedy_peer(void)
{
	static const uint8_t request[] = { 0x0a, 0x01, 0x00 };
	struct att *att;
	uint8_t value[ATT_NOTIFICATION_MAX];
	uint16_t handle;
	int pair[2];
	int error = -BT_ETIMEOUT;

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) ==
		0);
	CHECK(att_new(&att, pair[0], -1) == 0);
	for (int i = 0; error == -BT_ETIMEOUT && i < 100000; i++) {
		if (send(pair[1], request, sizeof request, 0) < 0)
			break;
		error = att_next_notification(att, &handle, value, 0);
	}
	CHECK(error == -BT_EPROTOCOL);
	att_free(att);
	close(pair[1]);
}

static void check_cancel(void)
{
	struct att *att;
	int pair[2], cancel[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) ==
		0);
	CHECK(pipe(cancel) == 0);
	CHECK(att_new(&att, pair[0], cancel[0]) == 0);
	CHECK(write(cancel[1], "", 1) == 1);
	CHECK(read_three(att) == -BT_ECANCELED);
	CHECK(next(att) == -BT_ECANCELED);
	att_free(att);
	close(pair[1]);
	close(cancel[0]);
	close(cancel[1]);
}

int main(void)
{
	signal(SIGPIPE, SIG_DFL);
	run_cases();
	check_oversized();
	check_overflow();
	check_greedy_peer();
	check_cancel();
	return check_done();
}
