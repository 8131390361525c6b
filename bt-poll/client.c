/* One exchange at a time, with its retries. */
#include "client.h"

#include "base/clock.h"
#include "base/errors.h"
#include "modbus/modbus.h"

/*
 * A station answers within 0.2 to 0.4 s. bluetti_mqtt and bluetti-bt-lib wait
 * 5 s and try 5 times; after 3 the next read has its turn.
 */
#define ANSWER_TIME 5000
#define TRIES 3

/* ms before a station that says it is busy is asked again. */
#define BUSY_TIME 1000

bool client_goes_on(int error)
{
	return error == -BT_ETIMEOUT || error == -BT_ECRC ||
		error == -BT_EMISMATCH || error == -BT_EUNSETTLED;
}

/* One try. A busy station is given time before the next one. */
static int try_once(struct client *client, const uint8_t *request,
	size_t length, uint8_t answer[MODBUS_FRAME_MAX], size_t *answer_length)
{
	int64_t begin = clock_monotonic();
	int error = station_exchange(client->station, request, length, answer,
		answer_length, ANSWER_TIME);

	heartbeat_beat(client->heartbeat);
	if (error < 0) {
		counters_error(&client->count, error);
		if (client_goes_on(error))
			client->cause = error;
		return error;
	}
	client->last_good = clock_monotonic();
	counters_frame(&client->count, client->last_good - begin);
	return 0;
}

static bool is_silent(const struct client *client)
{
	return clock_left(client->last_good + client->options->silence) == 0;
}

/*
 * Encrypted sessions are told to die after 20 minutes to 2 hours with the link
 * up (Patrick762/hassio-bluetti-bt issues 192 and 198). So the first read that
 * is not answered costs the session; if a new one does not help it is the read.
 */
static bool is_dead(struct client *client)
{
	if (!station_is_secure(client->station) || client->is_renewed)
		return false;
	client->is_renewed = true;
	return true;
}

int client_exchange(struct client *client, const uint8_t *request,
	size_t length, struct frame_line *line)
{
	uint8_t answer[MODBUS_FRAME_MAX];
	size_t answer_length = 0;
	int error = -BT_ETIMEOUT;

	for (int i = 0; i < TRIES && !is_silent(client); i++) {
		error = try_once(
			client, request, length, answer, &answer_length);
		if (error < 0 && !client_goes_on(error))
			break;
		if (error == 0 && !modbus_is_busy(answer))
			break;
		if (error == 0 &&
			station_pause(client->station,
				clock_monotonic() + BUSY_TIME) < 0)
			break;
	}
	frame_writer_request(&client->frame_writer, line, request, length);
	if (error == 0)
		frame_writer_answer(line, answer, answer_length);
	else
		frame_writer_failure(line, error);
	if (client_goes_on(error) && (is_silent(client) || is_dead(client)))
		return -BT_ESILENT;
	return error;
}

int client_read(struct client *client, const struct map_block *block,
	struct frame_line *line)
{
	uint8_t request[MODBUS_SHORT_FRAME];
	size_t length = modbus_build_read(
		request, block->unit_id, block->address, block->count);

	return client_exchange(client, request, length, line);
}
