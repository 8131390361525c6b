/* One exchange at a time, with its retries. */
#include "client.h"

#include "base/clock.h"
#include "base/errors.h"
#include "modbus/modbus.h"
#include "station/station-exchange.h"

/*
 * A station answers within 0.2 to 0.4 s. bluetti_mqtt and bluetti-bt-lib wait
 * 5 s and try 5 times; after CLIENT_TRIES the next block has its turn.
 */
#define ANSWER_TIME 5000

/* One attempt. */
static int try_once(struct client *client, struct exchange *exchange)
{
	int error = station_exchange(client->link.station, exchange);

	reconnect_record_rest(
		&client->link, clock_monotonic() - exchange->waited);
	heartbeat_beat(client->heartbeat);
	if (error < 0) {
		counters_error(&client->count, error);
		if (exchange_is_harmless(error))
			client->link.last_error = error;
		return error;
	}
	if (exchange->asked.request.function == MODBUS_READ)
		reconnect_record_good(&client->link);
	counters_frame(&client->count, exchange->trip);
	return 0;
}

static bool is_silent(const struct client *client)
{
	return reconnect_is_over(&client->link) ||
		clock_left(client->link.last_sign + client->options->silence) ==
		0;
}

/*
 * Encrypted sessions are reported to die after 20 minutes to 2 hours with the
 * link up (Patrick762/hassio-bluetti-bt issues 192 and 198). So the first
 * unanswered block ends the session; if a new session does not help, the block
 * is the cause.
 */
static bool is_dead(struct client *client)
{
	if (!station_is_secure(client->link.station) || client->is_renewed)
		return false;
	client->is_renewed = true;
	return true;
}

static int run_exchange(struct client *client, struct exchange *exchange,
	struct frame_line *line)
{
	int error;

	exchange->answer_time = ANSWER_TIME;
	do {
		exchange->give_up = reconnect_ends(&client->link);
		error = try_once(client, exchange);
	} while ((exchange->is_busy || exchange_is_harmless(error)) &&
		exchange->failures + exchange->busy < CLIENT_TRIES &&
		!is_silent(client));
	exchange_line(exchange, error, &client->frame_writer, line);
	if (exchange_is_harmless(error) &&
		(is_silent(client) || is_dead(client)))
		return -BT_ESILENT;
	return error;
}

/* The pack of a block's registers. */
static uint16_t pack_of(
	const struct client *client, const struct map_block *block)
{
	return block->is_pack ? client->selected : 0;
}

static uint8_t unit_of(
	const struct client *client, const struct map_block *block)
{
	return identity_unit(&client->identity, client->map, block->unit_id);
}

int64_t client_due(const struct client *client, const struct map_block *block)
{
	const struct asked asked = {
		.request = { .unit_id = unit_of(client, block),
			.function = MODBUS_READ,
			.address = block->address,
			.count = block->count },
		.pack = pack_of(client, block),
	};

	return station_due(client->link.station, &asked);
}

int client_read(struct client *client, const struct map_block *block,
	struct frame_line *line)
{
	struct exchange exchange = { .pack = pack_of(client, block) };

	exchange.request_length = modbus_build_read(exchange.request,
		unit_of(client, block), block->address, block->count);
	return run_exchange(client, &exchange, line);
}

int client_select(struct client *client, uint16_t pack, struct frame_line *line)
{
	struct exchange exchange = { 0 };

	exchange.request_length = modbus_build_write(
		exchange.request, 1, client->map->packs.selector, pack);
	client->selected = pack;
	return run_exchange(client, &exchange, line);
}

static int64_t begin_write(struct client *client)
{
	atomic_store(&client->heartbeat->write, heartbeat_clock());
	return clock_monotonic();
}

static void end_write(struct client *client, int64_t begin)
{
	heartbeat_beat(client->heartbeat);
	atomic_store(&client->heartbeat->write, 0);
	reconnect_record_rest(&client->link, begin);
}

int client_write(struct client *client, const struct frame_line *line)
{
	int64_t begin = begin_write(client);
	int error = frame_writer_write(&client->frame_writer, line);

	end_write(client, begin);
	return error;
}

int client_end_poll(struct client *client)
{
	int64_t begin = begin_write(client);
	int error = frame_writer_end(&client->frame_writer);

	end_write(client, begin);
	return error;
}
