/* lib/station/station.c and lib/ble/att-link.c against a peer that plays a
 * script. */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/errors.h"
#include "check.h"
#include "peer.h"
#include "station/station-exchange.h"

#define PATIENCE_MS 5000
#define SHORT_MS 50
/* When nobody waits for an exchange any longer. */
#define GIVE_UP_MS 4000

/* Worked frames of an AC300 and an EB3A: Patrick762/hassio-bluetti-bt issue
 * 43, kekcick1/esp32-bluetti-bridge CHARGING_MODE_FIX.md. */
#define READ_3001 0x01, 0x03, 0x0b, 0xb9, 0x00, 0x01, 0x57, 0xcb
#define READ_3002 0x01, 0x03, 0x0b, 0xba, 0x00, 0x01, 0xa7, 0xcb
#define IS_2 0x01, 0x03, 0x02, 0x00, 0x02, 0x39, 0x85
#define IS_1 0x01, 0x03, 0x02, 0x00, 0x01, 0x79, 0x84
#define READ_OTHER 0x01, 0x03, 0x0b, 0xbc, 0x00, 0x02, 0x07, 0xcb
#define IS_OTHER_REST 0x03, 0x04, 0x00, 0x07, 0x00, 0x08, 0x4a, 0x34
#define IS_OTHER 0x01, IS_OTHER_REST
#define REFUSED 0x01, 0x83, 0x02, 0xc0, 0xf1
#define IS_BUSY 0x01, 0x83, 0x06, 0xc1, 0x32

static const uint8_t read_3001[] = { READ_3001 };
static const uint8_t read_other_request[] = { READ_OTHER };
static const uint8_t select_1[] = { 0x01, 0x06, 0x0b, 0xbe, 0x00, 0x01, 0x2a,
	0x0a };

static char path[64];

static int64_t soon(void)
{
	return clock_monotonic() + PATIENCE_MS;
}

/* One exchange: the first register or, negative, the error; a MODBUS
 * exception is 1000 and its code. */
static int exchange(
	struct station *station, const uint8_t *request, int timeout_ms)
{
	struct exchange x = { .request_length = 8,
		.answer_time = timeout_ms,
		.give_up = clock_monotonic() + GIVE_UP_MS };
	int error;

	memcpy(x.request, request, x.request_length);
	error = station_exchange(station, &x);
	CHECK((x.answer_length == 0) == (error < 0));
	CHECK(x.failures == (error < 0) && x.busy == 0 && !x.is_busy);
	if (error < 0)
		return error;
	if (modbus_exception(x.answer))
		return 1000 + modbus_exception(x.answer);
	return modbus_register(x.answer, 0);
}

static int read_once(struct station *station)
{
	return exchange(station, read_3001, PATIENCE_MS);
}

static int read_in_vain(struct station *station)
{
	return exchange(station, read_3001, SHORT_MS);
}

static int read_twice(struct station *station)
{
	int first = exchange(station, read_3001, SHORT_MS);

	CHECK(first < 0);
	return read_once(station);
}

/* A read of two registers after one of a single one had no answer. */
static int read_other(struct station *station)
{
	CHECK(exchange(station, read_3001, SHORT_MS) == -BT_ETIMEOUT);
	return exchange(station, read_other_request, PATIENCE_MS);
}

/* One register elsewhere: its answer looks like that of 3001. */
static int read_confused(struct station *station)
{
	uint8_t request[MODBUS_SHORT_FRAME];

	CHECK(exchange(station, read_3001, SHORT_MS) == -BT_ETIMEOUT);
	modbus_build_read(request, 1, 3002, 1);
	return exchange(station, request, PATIENCE_MS);
}

/* The same, but the first one is answered. */
static int read_two(struct station *station)
{
	uint8_t request[MODBUS_SHORT_FRAME];

	CHECK(exchange(station, read_3001, PATIENCE_MS) == 2);
	modbus_build_read(request, 1, 3002, 1);
	return exchange(station, request, PATIENCE_MS);
}

static int write_once(struct station *station)
{
	return exchange(station, select_1, PATIENCE_MS);
}

static int read_refused_by_att(struct station *station)
{
	int error = read_once(station);

	return error == -BT_EATT ? station_att_code(station) : error;
}

static int bad_requests(struct station *station)
{
	static const uint8_t bad_crc[] = { 0x01, 0x03, 0x0b, 0xb9, 0x00, 0x01,
		0x57, 0xcc };
	struct exchange x = { .request = { READ_3001 },
		.request_length = 7,
		.answer_time = SHORT_MS };

	CHECK(exchange(station, bad_crc, SHORT_MS) == -BT_EREQUEST);
	return station_exchange(station, &x);
}

static int identify(struct station *station)
{
	int error;

	CHECK(strcmp(station_name(station), "") == 0);
	error = station_read_name(station, soon());
	if (error < 0)
		return error;
	return strcmp(station_name(station), "EB3A1");
}

/* MTU, service, characteristics, CCCD: the station's own way to begin. */
#define ATTRIBUTES(properties) \
	TX(0x02, 0x05, 0x02), RX(0x03, 0x17, 0x00), \
		TX(0x06, 1, 0, 0xff, 0xff, 0, 0x28, 0x00, 0xff), \
		RX(0x07, 0x1c, 0, 0x26, 0), \
		TX(0x08, 0x1c, 0, 0x26, 0, 0x03, 0x28), \
		RX(0x09, 7, 0x1d, 0, 0x10, 0x1e, 0, 0x01, 0xff, 0x20, 0, \
			properties, 0x21, 0, 0x02, 0xff), \
		TX(0x08, 0x21, 0, 0x26, 0, 0x03, 0x28), \
		RX(0x01, 0x08, 0x21, 0, 0x0a), TX(0x04, 0x1e, 0, 0x1f, 0), \
		RX(0x05, 1, 0x1e, 0, 0x01, 0xff, 0x1f, 0, 0x02, 0x29), \
		TX(0x12, 0x1f, 0, 1, 0)
#define BEGIN ATTRIBUTES(0x0c), RX(0x13)
#define ASK TX(0x12, 0x21, 0, READ_3001), RX(0x13)
#define ASK_3002 TX(0x12, 0x21, 0, READ_3002), RX(0x13)
#define ASK_OTHER TX(0x12, 0x21, 0, READ_OTHER), RX(0x13)
#define NOTIFY(...) RX(0x1b, 0x1e, 0, __VA_ARGS__)

static const struct {
	const char *name;
	int (*run)(struct station *);
	struct step steps[STEPS_MAX];
	int expected;
} cases[] = {
	{ "whole answer", read_once, { BEGIN, ASK, NOTIFY(IS_2) }, 2 },
	{ "answer before the write response", read_once,
		{ BEGIN, TX(0x12, 0x21, 0, READ_3001), NOTIFY(IS_2), RX(0x13) },
		2 },
	{ "answer in pieces", read_once,
		{ BEGIN, ASK, NOTIFY(0x01), NOTIFY(0x03, 0x02),
			RX(0x1b, 0x1e, 0), NOTIFY(0x00, 0x02, 0x39),
			NOTIFY(0x85) },
		2 },
	{ "written without response", read_once,
		{ ATTRIBUTES(0x04), RX(0x13), TX(0x52, 0x21, 0, READ_3001),
			NOTIFY(IS_2) },
		2 },
	{ "notification of another characteristic", read_once,
		{ BEGIN, ASK, RX(0x1b, 0x25, 0, 1, 2), NOTIFY(IS_2) }, 2 },
	{ "what came before the request is dropped", read_once,
		{ ATTRIBUTES(0x0c), NOTIFY(IS_1), RX(0x13), ASK, NOTIFY(IS_2) },
		2 },
	{ "exception", read_once, { BEGIN, ASK, NOTIFY(REFUSED) }, 1002 },
	{ "write", write_once,
		{ BEGIN,
			TX(0x12, 0x21, 0, 0x01, 0x06, 0x0b, 0xbe, 0x00, 0x01,
				0x2a, 0x0a),
			RX(0x13),
			NOTIFY(0x01, 0x06, 0x0b, 0xbe, 0x00, 0x01, 0x2a,
				0x0a) },
		0xbe00 }, /* its fourth and fifth byte */
	{ "wrong CRC, then a good answer", read_twice,
		{ BEGIN, ASK, NOTIFY(0x01, 0x03, 0x02, 0x00, 0x02, 0x39, 0x86),
			ASK, NOTIFY(IS_2) },
		2 },
	{ "wrong CRC", read_once,
		{ BEGIN, ASK,
			NOTIFY(0x01, 0x03, 0x02, 0x00, 0x02, 0x39, 0x86) },
		-BT_ECRC },
	{ "answer to a longer read", read_once,
		{ BEGIN, ASK,
			NOTIFY(0x01, 0x03, 0x04, 0, 0, 0, 1, 0x3b, 0xf3) },
		-BT_EMISMATCH },
	{ "answer with a tail", read_once, { BEGIN, ASK, NOTIFY(IS_2, 0x00) },
		2 },
	{ "two answers in one notification", read_twice,
		{ BEGIN, ASK, PAUSE(SHORT_MS), ASK, NOTIFY(IS_2, IS_2) }, 2 },
	{ "late answer to another read comes first", read_other,
		{ BEGIN, ASK, PAUSE(SHORT_MS), ASK_OTHER,
			NOTIFY(IS_2, IS_OTHER) },
		7 },
	{ "late answer in the pieces of the new one", read_other,
		{ BEGIN, ASK, PAUSE(SHORT_MS), ASK_OTHER, NOTIFY(0x01, 0x03),
			NOTIFY(0x02, 0x00, 0x02, 0x39, 0x85, 0x01),
			NOTIFY(IS_OTHER_REST) },
		7 },
	{ "an answer that could be of either is not believed", read_confused,
		{ BEGIN, ASK, PAUSE(SHORT_MS), ASK_3002, NOTIFY(IS_2) },
		-BT_ETIMEOUT },
	{ "an exception that could be of either", read_other,
		{ BEGIN, ASK, PAUSE(SHORT_MS), ASK_OTHER, NOTIFY(REFUSED) },
		-BT_ETIMEOUT },
	{ "the same answer comes again", read_two,
		{ BEGIN, ASK, NOTIFY(IS_2), ASK_3002, NOTIFY(IS_1),
			PAUSE(SHORT_MS), NOTIFY(IS_1) },
		1 },
	{ "another answer comes behind one that could come again", read_two,
		{ BEGIN, ASK, NOTIFY(IS_2), ASK_3002, NOTIFY(IS_2),
			PAUSE(SHORT_MS), NOTIFY(IS_1) },
		-BT_EMIXED },
	{ "another answer comes with it", read_two,
		{ BEGIN, ASK, NOTIFY(IS_2), ASK_3002, NOTIFY(IS_2, IS_1) },
		-BT_EMIXED },
	{ "an answer that comes again before the next request", read_two,
		{ BEGIN, ASK, NOTIFY(IS_2), PAUSE(2 * SHORT_MS), NOTIFY(IS_2),
			ASK_3002, NOTIFY(IS_1) },
		1 },
	{ "answer to a write", read_once,
		{ BEGIN, ASK,
			NOTIFY(0x01, 0x06, 0x0b, 0xbe, 0x00, 0x01, 0x2a,
				0x0a) },
		-BT_EMISMATCH },
	{ "no MODBUS at all", read_once, { BEGIN, ASK, NOTIFY('H', 'e', 'y') },
		-BT_EMISMATCH },
	{ "AT+NAME?", read_once,
		{ BEGIN, ASK,
			NOTIFY('A', 'T', '+', 'N', 'A', 'M', 'E', '?', '\r') },
		-BT_EMODULE },
	{ "AT+ADV?", read_once,
		{ BEGIN, ASK, NOTIFY('A', 'T', '+', 'A', 'D', 'V', '?', '\r') },
		-BT_EMODULE },
	{ "no answer", read_in_vain, { BEGIN, ASK }, -BT_ETIMEOUT },
	{ "half an answer", read_in_vain,
		{ BEGIN, ASK, NOTIFY(0x01, 0x03, 0x02) }, -BT_ETIMEOUT },
	{ "late answer", read_twice,
		{ BEGIN, ASK, PAUSE(4 * SHORT_MS), NOTIFY(IS_1), ASK,
			NOTIFY(IS_2) },
		2 },
	{ "write refused by ATT", read_refused_by_att,
		{ BEGIN, TX(0x12, 0x21, 0, READ_3001),
			RX(0x01, 0x12, 0x21, 0, 0x0e) },
		0x0e },
	{ "station goes away", read_once,
		{ BEGIN, ASK, NOTIFY(0x01, 0x03), CLOSE }, -BT_ELOST },
	{ "answer, then the station goes away", read_once,
		{ BEGIN, ASK, NOTIFY(IS_2), CLOSE }, 2 },
	{ "request that is none", bad_requests, { BEGIN }, -BT_ELENGTH },
	{ "name", identify,
		{ BEGIN, TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
			RX(0x09, 7, 3, 0, 'E', 'B', '3', 'A', '1') },
		0 },
};

static void run_cases(const struct address *address)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pid_t peer = peer_listen(path, cases[i].steps);
		struct station *station;

		CHECK(station_new(&station, address, -1) == 0);
		CHECK_CASE(
			cases[i].name, station_connect(station, soon()) == 0);
		CHECK_CASE(
			cases[i].name, station_discover(station, soon()) == 0);
		CHECK_CASE(cases[i].name,
			cases[i].run(station) == cases[i].expected);
		station_free(station);
		CHECK_CASE(cases[i].name, peer_end(peer) == 0);
	}
}

/* How long the second exchange waits before it asks: the least is the
 * station's, the most what a slow machine may take. */
static const struct {
	const char *name;
	int first; /* what comes of the first one; busy is 1000 and its code */
	int64_t least, most;
	struct step steps[STEPS_MAX];
} waits[] = {
	{ "behind an answer", 2, 40, 900,
		{ BEGIN, ASK, NOTIFY(IS_2), ASK, NOTIFY(IS_2) } },
	{ "behind no answer", -BT_ETIMEOUT, 1000, 3000,
		{ BEGIN, ASK, ASK, NOTIFY(IS_2) } },
	{ "behind \"busy\"", 1006, 1000, 3000,
		{ BEGIN, ASK, NOTIFY(IS_BUSY), ASK, NOTIFY(IS_2) } },
};

static void check_waits(const struct address *address)
{
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		const char *name = waits[i].name;
		pid_t peer = peer_listen(path, waits[i].steps);
		struct exchange x = { .request = { READ_3001 },
			.request_length = 8,
			.answer_time = PATIENCE_MS };
		struct station *station;
		int64_t begin, took;
		int error;

		CHECK(station_new(&station, address, -1) == 0);
		CHECK_CASE(name, station_connect(station, soon()) == 0);
		CHECK_CASE(name, station_discover(station, soon()) == 0);
		if (waits[i].first < 0)
			x.answer_time = SHORT_MS;
		error = station_exchange(station, &x);
		if (error == 0)
			error = modbus_exception(x.answer)
				? 1000 + modbus_exception(x.answer)
				: modbus_register(x.answer, 0);
		CHECK_CASE(name, error == waits[i].first);
		begin = clock_monotonic();
		x.answer_time = PATIENCE_MS;
		CHECK_CASE(name, station_exchange(station, &x) == 0);
		took = clock_monotonic() - begin;
		CHECK_CASE(name, took >= waits[i].least - 1);
		CHECK_CASE(name, took < waits[i].most);
		station_free(station);
		CHECK_CASE(name, peer_end(peer) == 0);
	}
}

static const struct step name_only[] = { BEGIN,
	TX(0x08, 1, 0, 0xff, 0xff, 0x00, 0x2a),
	RX(0x09, 7, 3, 0, 'E', 'B', '3', 'A', '1'), { 0 } };

/* The name stays when the link has gone; the station can be had again. */
static void check_again(const struct address *address)
{
	struct station *station;

	CHECK(station_new(&station, address, -1) == 0);
	for (int i = 0; i < 2; i++) {
		pid_t peer = peer_listen(path, name_only);

		CHECK(station_connect(station, soon()) == 0);
		CHECK(station_discover(station, soon()) == 0);
		CHECK(station_read_name(station, soon()) == 0);
		station_disconnect(station);
		CHECK(peer_end(peer) == 0);
		CHECK(strcmp(station_name(station), "EB3A1") == 0);
	}
	CHECK(station_connect(station, soon()) == -ECONNREFUSED);
	unlink(path);
	CHECK(station_connect(station, soon()) == -ENOENT);
	station_free(station);
}

int main(void)
{
	char directory[] = "/tmp/bt-station.XXXXXX";
	char text[80];
	struct address address;

	CHECK(mkdtemp(directory) != NULL);
	snprintf(path, sizeof path, "%s/socket", directory);
	snprintf(text, sizeof text, "unix:%s", path);
	CHECK(address_parse(&address, text) == 0);

	run_cases(&address);
	check_waits(&address);
	check_again(&address);

	CHECK(rmdir(directory) == 0);
	return check_done();
}
