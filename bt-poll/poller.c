/* One exchange at a time, with its retries. */
#include "poller.h"

#include "clock.h"
#include "error.h"
#include "modbus.h"

/*
 * A station answers within 0.2 to 0.4 s. bluetti_mqtt and bluetti-bt-lib wait
 * 5 s and try 5 times; after 3 the next read has its turn.
 */
#define ANSWER_TIME 5000
#define TRIES 3

/* ms before a station that says it is busy is asked again. */
#define BUSY_TIME 1000

bool poller_goes_on(int error)
{
	return error == -BT_ETIMEOUT || error == -BT_ECRC ||
		error == -BT_EMISMATCH || error == -BT_EUNSETTLED;
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
		if (poller_goes_on(error))
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

/*
 * Encrypted sessions are told to die after 20 minutes to 2 hours with the link
 * up (Patrick762/hassio-bluetti-bt issues 192 and 198). So the first read that
 * is not answered costs the session; if a new one does not help it is the read.
 */
static bool is_dead(struct poller *poller)
{
	if (!station_is_secure(poller->station) || poller->is_renewed)
		return false;
	poller->is_renewed = true;
	return true;
}

int poller_exchange(struct poller *poller, const uint8_t *request,
	size_t length, struct frameline *line)
{
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t answer_length = 0;
	int error = -BT_ETIMEOUT;

	for (int i = 0; i < TRIES && !is_silent(poller); i++) {
		error = try_once(
			poller, request, length, answer, &answer_length);
		if (error < 0 && !poller_goes_on(error))
			break;
		if (error == 0 && !modbus_is_busy(answer))
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
	if (poller_goes_on(error) && (is_silent(poller) || is_dead(poller)))
		return -BT_ESILENT;
	return error;
}

int poller_read(struct poller *poller, const struct map_read *read,
	struct frameline *line)
{
	uint8_t request[MODBUS_SHORT_FRAME];
	size_t length = modbus_build_read(
		request, read->unit, read->address, read->count);

	return poller_exchange(poller, request, length, line);
}
