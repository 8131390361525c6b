/* One poll: the reads that are due, in the order of the map. */
#include "poll.h"

#include <stdbool.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "modbus.h"

/*
 * A station answers within 0.2 to 0.4 s. bluetti_mqtt and bluetti-bt-lib wait
 * 5 s and try 5 times; after 3 the next read has its turn.
 */
#define ANSWER_TIME 5000
#define TRIES 3

/* Exceptions of a station that wants to be asked again later: MODBUS
 * Application Protocol 1.1b3, section 7; lnorton89/bluetti-mqtt-node takes 5
 * so. The pause is ours, in ms. */
#define EXCEPTION_ACKNOWLEDGE 5
#define EXCEPTION_BUSY 6
#define BUSY_TIME 1000

/* Identity, settings and totals change slowly: ms between two reads. */
#define SLOW_INTERVAL (15 * 60 * 1000)

bool poll_goes_on(int error)
{
	return error == -BT_ETIMEOUT || error == -BT_ECRC ||
		error == -BT_EMISMATCH || error == -BT_EUNSETTLED;
}

static bool is_busy(const uint8_t *answer)
{
	int code = modbus_exception(answer);

	return code == EXCEPTION_ACKNOWLEDGE || code == EXCEPTION_BUSY;
}

/* One try. A busy station is given time before the next one. */
static int try_once(struct poller *poller, const uint8_t *request,
	size_t length, uint8_t answer[MODBUS_FRAME_MAX], size_t *answer_length)
{
	int64_t begin = clock_monotonic();
	int error = station_exchange(poller->station, request, length, answer,
		answer_length, ANSWER_TIME);

	pulse_beat(poller->pulse);
	if (error < 0) {
		counters_error(&poller->count, error);
		if (poll_goes_on(error))
			poller->cause = error;
		return error;
	}
	poller->last_good = clock_monotonic();
	counters_frame(&poller->count, poller->last_good - begin);
	return 0;
}

static bool is_silent(const struct poller *poller)
{
	return clock_left(poller->last_good + poller->options->silence) == 0;
}

int poll_exchange(struct poller *poller, const uint8_t *request, size_t length,
	struct frameline *line)
{
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t answer_length = 0;
	int error = -BT_ETIMEOUT;

	for (int i = 0; i < TRIES && !is_silent(poller); i++) {
		error = try_once(
			poller, request, length, answer, &answer_length);
		if (error < 0 && !poll_goes_on(error))
			break;
		if (error == 0 && !is_busy(answer))
			break;
		if (error == 0 &&
			station_pause(poller->station,
				clock_monotonic() + BUSY_TIME) < 0)
			break;
	}
	journal_request(&poller->journal, line, request, length);
	if (error == 0)
		journal_answer(line, answer, answer_length);
	else
		journal_failure(line, error);
	return poll_goes_on(error) && is_silent(poller) ? -BT_ESILENT : error;
}

int poll_read(struct poller *poller, const struct map_read *read,
	struct frameline *line)
{
	uint8_t request[MODBUS_SHORT_FRAME];
	size_t length = modbus_build_read(
		request, read->unit, read->address, read->count);

	return poll_exchange(poller, request, length, line);
}

/* The number of packs, if this read brought it. */
static void note_packs(struct poller *poller, const struct map_read *read,
	const struct frameline *line)
{
	const struct map_packs *packs = &poller->map->packs;
	uint16_t count;

	if (packs->count < read->address ||
		packs->count >= read->address + read->count ||
		modbus_exception(line->response))
		return;
	count = modbus_register(
		line->response, (unsigned)packs->count - read->address);
	poller->pack_count = count < packs->max ? count : packs->max;
}

/* Reads and writes the line; an error ends the poll. *incomplete is set when
 * this read brought nothing, but the next may. */
static int read_one(
	struct poller *poller, const struct map_read *read, bool *incomplete)
{
	struct frameline line;
	int error = poll_read(poller, read, &line);
	int written;

	if (error == -BT_ECANCELED)
		return error;
	written = journal_write(&poller->journal, &line);
	if (written < 0)
		return written;
	if (error == 0 && poller->map)
		note_packs(poller, read, &line);
	if (!poll_goes_on(error))
		return error;
	*incomplete = 1;
	return 0;
}

enum map_class poll_class(const struct poller *poller)
{
	if (poller->options->all)
		return MAP_ALL;
	return clock_left(poller->slow_due) == 0 ? MAP_SLOW : MAP_POLL;
}

int poll_station(struct poller *poller)
{
	const struct options *options = poller->options;
	const struct map *map = poller->map;
	const struct map_read *reads = map ? map->reads : options->reads;
	size_t count = map ? map->read_count : options->read_count;
	enum map_class class = poll_class(poller);
	bool incomplete = false;
	int error = 0;
	int ended;

	for (size_t i = 0; i < count && error == 0; i++)
		if (!reads[i].is_pack && reads[i].class <= class)
			error = read_one(poller, &reads[i], &incomplete);
	if (class >= MAP_SLOW && error == 0 && !incomplete)
		poller->slow_due = clock_monotonic() + SLOW_INTERVAL;
	ended = journal_end(&poller->journal);
	return error < 0 ? error : ended;
}
