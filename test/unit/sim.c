/*
 * lib/station/station.c against the simulated station, build/bt-sim beside this
 * program, with the images of test/data: run from the top of the tree.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/errors.h"
#include "check.h"
#include "modbus/frame-line.h"
#include "simulator.h"
#include "station/station-exchange.h"

#define PATIENCE_MS 5000
/* When nobody waits for an exchange any longer. */
#define GIVE_UP_MS 6000

static char directory[] = "/tmp/bt-unit-sim.XXXXXX";
static char socket_path[64];
static struct address address;

static int64_t soon(void)
{
	return clock_monotonic() + PATIENCE_MS;
}

/* Starts a simulator and waits until it listens. */
static void start(struct simulator *simulator, const char *model,
	const char *mtu, const char *fragment)
{
	const char *options[] = { "-m", mtu, "-f", fragment, NULL };

	CHECK(simulator_start(simulator, model, socket_path, options) == 0);
}

/* Ends a simulator and checks that its counters have each line wanted. */
static void end(struct simulator *simulator, const char *const *wanted)
{
	CHECK(simulator_end(simulator) == 0);
	CHECK(access(socket_path, F_OK) < 0);
	for (; *wanted; wanted++)
		CHECK_CASE(*wanted, strstr(simulator->text, *wanted) != NULL);
}

static struct station *connect_station(void)
{
	struct station *station;

	CHECK(station_new(&station, &address, -1) == 0);
	CHECK(station_connect(station, soon()) == 0);
	CHECK(station_discover(station, soon()) == 0);
	CHECK(station_read_name(station, soon()) == 0);
	return station;
}

/* A read's register n, a write's success 0, an exception 1000 and its code,
 * or a negative error. */
static int exchange(struct station *station, const uint8_t *request, unsigned n,
	int timeout_ms)
{
	struct exchange x = { .request_length = MODBUS_SHORT_FRAME,
		.answer_time = timeout_ms,
		.give_up = clock_monotonic() + GIVE_UP_MS };
	int error;

	memcpy(x.request, request, MODBUS_SHORT_FRAME);
	error = station_exchange(station, &x);
	if (error < 0)
		return error;
	if (modbus_exception(x.answer))
		return 1000 + modbus_exception(x.answer);
	return x.answer[1] == MODBUS_READ ? modbus_register(x.answer, n) : 0;
}

/* Reads count registers from address and gives the one wanted. */
static int get(struct station *station, uint16_t first, uint16_t count,
	uint16_t wanted)
{
	uint8_t request[MODBUS_SHORT_FRAME];

	modbus_build_read(request, 1, first, count);
	return exchange(
		station, request, (unsigned)(wanted - first), PATIENCE_MS);
}

static int set(struct station *station, uint16_t to, uint16_t value)
{
	uint8_t request[MODBUS_SHORT_FRAME];

	modbus_build_write(request, 1, to, value);
	return exchange(station, request, 0, PATIENCE_MS);
}

/* Reads until the pack shows; it must not before it has settled. */
static void check_pack(struct station *station, uint16_t pack, int settle_ms)
{
	int64_t begin = clock_monotonic();
	int64_t deadline = begin + PATIENCE_MS;

	CHECK(set(station, 3006, pack) == 0);
	while (get(station, 96, 32, 96) != pack)
		if (clock_left(deadline) == 0)
			break;
	CHECK(get(station, 91, 119, 96) == pack);
	CHECK(clock_monotonic() - begin >= settle_ms);
}

static void check_ac300(const char *mtu, const char *fragment)
{
	static const char *const wanted[] = { "\nconnects 2\n", "\nwrites 3\n",
		"\nexceptions 3\n", "\nread 10+40 1\n", "\nread 70+21 1\n",
		"\nread 3000+62 1\n", "\nwrite 3006+1 3\n", NULL };
	struct simulator simulator;
	struct station *station;

	start(&simulator, "AC300", mtu, fragment);
	station = connect_station();
	CHECK(strcmp(station_name(station), "AC3002232000000000") == 0);
	CHECK(get(station, 10, 40, 16) == 1018);
	CHECK(get(station, 10, 10, 10) == 0x4143);
	CHECK(get(station, 10, 10, 17) == 0x3000);
	CHECK(get(station, 70, 21, 71) == 2301);
	CHECK(get(station, 91, 37, 91) == 2);
	CHECK(get(station, 96, 32, 98) == 5395);
	CHECK(get(station, 3000, 62, 3001) == 2);
	CHECK(get(station, 3001, 61, 3061) == 5);
	CHECK(get(station, 83, 127, 120) == 337);
	CHECK(get(station, 200, 11, 200) == 1002);
	CHECK(get(station, 5000, 1, 5000) == 1002);

	check_pack(station, 2, 300);
	CHECK(get(station, 91, 119, 105) == 331);
	CHECK(get(station, 10, 10, 16) == 1018);

	/* A pack that is not there does not show, and the next central finds
	 * what the one before left. */
	CHECK(set(station, 3006, 7) == 0);
	station_free(station);
	station = connect_station();
	CHECK(get(station, 96, 32, 96) == 2);
	check_pack(station, 1, 300);
	CHECK(get(station, 0, 127, 120) == 337);
	CHECK(get(station, 4000, 1, 4000) == 1002);
	station_free(station);
	end(&simulator, wanted);
}

static void check_ac200m(void)
{
	static const char *const wanted[] = { "\nread 10+127 1\n", NULL };
	struct simulator simulator;
	struct station *station;

	start(&simulator, "AC200M", "247", "517");
	station = connect_station();
	CHECK(strcmp(station_name(station), "AC200M2229000000000") == 0);
	CHECK(get(station, 10, 127, 16) == 1017);
	CHECK(get(station, 91, 119, 91) == 3);
	check_pack(station, 3, 300);
	CHECK(get(station, 91, 119, 105) == 320);
	CHECK(get(station, 3001, 61, 3007) == 1);
	station_free(station);
	end(&simulator, wanted);
}

static void check_eb3a(void)
{
	static const char *const wanted[] = { "\nwrite 3006+1 1\n", NULL };
	uint8_t request[MODBUS_SHORT_FRAME];
	struct simulator simulator;
	struct station *station;

	start(&simulator, "EB3A", "23", "517");
	station = connect_station();
	CHECK(get(station, 10, 53, 16) == 1019);
	CHECK(get(station, 70, 66, 86) == 1710);
	CHECK(get(station, 136, 74, 136) == 0);
	CHECK(get(station, 3000, 67, 3034) == 4);
	modbus_build_write(request, 1, 3006, 1);
	CHECK(exchange(station, request, 0, 50) == -BT_ETIMEOUT);
	CHECK(set(station, 3034, 1) == 0);
	CHECK(get(station, 3034, 1, 3034) == 1);
	/* It could be the exception to the write without an answer. */
	CHECK(set(station, 10, 1) == -BT_ETIMEOUT);
	station_free(station);
	end(&simulator, wanted);
}

static void check_ac180(void)
{
	static const struct {
		uint16_t first, count;
	} blocks[] = { { 1, 16 }, { 100, 71 }, { 700, 6 }, { 720, 49 },
		{ 1100, 51 }, { 1200, 90 }, { 1300, 31 }, { 1400, 48 },
		{ 1500, 30 }, { 2000, 67 }, { 2200, 29 }, { 6000, 31 },
		{ 6100, 100 }, { 6300, 52 } };
	static const char *const wanted[] = { "\nexceptions 15\n", NULL };
	struct simulator simulator;
	struct station *station;

	start(&simulator, "AC180", "517", "517");
	station = connect_station();
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		uint16_t first = blocks[i].first;
		uint16_t count = blocks[i].count;

		CHECK(get(station, first, count, first) != 1002);
		CHECK(get(station, first, count + 1, first) == 1002);
	}
	CHECK(get(station, 1, 16, 16) == 2005);
	CHECK(get(station, 100, 67, 102) == 83);
	CHECK(get(station, 100, 67, 110) == 0x4341);
	CHECK(get(station, 0, 21, 16) == 1002);
	station_free(station);
	end(&simulator, wanted);
}

/* Every exchange of the recording, with the registers that it tells. */
static void check_ac50b(void)
{
	static const char *const wanted[] = { "\nexceptions 1\n", NULL };
	FILE *log = fopen("test/data/ac50b-blocks.log", "re");
	struct simulator simulator;
	struct frame_line line;
	struct exchange x;
	struct station *station;
	char text[FRAME_LINE_MAX];
	const char *field;
	unsigned count = 0;

	start(&simulator, "ac50b-blocks", "517", "517");
	station = connect_station();
	while (log && fgets(text, sizeof text, log)) {
		if (frame_line_parse(&line, text, strcspn(text, "\n"), &field))
			continue;
		x = (struct exchange){ .request_length = line.request_length,
			.answer_time = PATIENCE_MS };
		memcpy(x.request, line.request, line.request_length);
		CHECK(station_exchange(station, &x) == 0);
		CHECK(x.answer_length == line.response_length &&
			memcmp(x.answer, line.response, x.answer_length) == 0);
		count++;
	}
	CHECK(count == 3);
	CHECK(get(station, 51, 50, 51) == 1002);
	station_free(station);
	fclose(log);
	end(&simulator, wanted);
}

/* A second central is held until the first has gone. */
static void check_second_central(void)
{
	static const char *const wanted[] = { "\nconnects 2\n", NULL };
	struct simulator simulator;
	struct station *first;
	struct station *second;

	start(&simulator, "EB3A", "517", "517");
	first = connect_station();
	CHECK(station_new(&second, &address, -1) == 0);
	CHECK(station_connect(second, soon()) == 0);
	CHECK(station_discover(second, clock_monotonic() + 50) == -BT_ETIMEOUT);
	CHECK(get(first, 10, 40, 16) == 1019);
	station_free(first);
	CHECK(station_discover(second, soon()) == 0);
	CHECK(get(second, 10, 40, 16) == 1019);
	station_free(second);
	end(&simulator, wanted);
}

int main(void)
{
	char text[80];

	CHECK(mkdtemp(directory) != NULL);
	snprintf(socket_path, sizeof socket_path, "%s/socket", directory);
	snprintf(text, sizeof text, "unix:%s", socket_path);
	CHECK(address_parse(&address, text) == 0);

	check_ac300("517", "517");
	check_ac300("23", "517");
	check_ac300("247", "7");
	check_ac200m();
	check_eb3a();
	check_ac180();
	check_ac50b();
	check_second_central();

	CHECK(rmdir(directory) == 0);
	return check_done();
}
