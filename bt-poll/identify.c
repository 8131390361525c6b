/* Finds the map of a station: by its name, by its own registers. */
#include "identify.h"

#include <stdbool.h>

#include "base/errors.h"
#include "modbus/modbus.h"
#include "model/identity.h"

/* A read that is not part of a poll. 0 and the words, or 1 if it was refused;
 * or the error. */
static int ask(struct client *client, uint16_t address, uint16_t count,
	uint16_t *words)
{
	const struct map_block block = {
		.unit_id = 1, .address = address, .count = count
	};
	struct frame_line line;
	int error = client_read(client, &block, &line);

	if (error < 0)
		return error;
	if (modbus_exception(line.response))
		return 1;
	for (unsigned i = 0; i < count; i++)
		words[i] = modbus_register(line.response, i);
	return 0;
}

/* Finds the map of the type that the station tells, if there is one. 0 or an
 * error. */
static int by_type(struct client *client, int protocol)
{
	uint16_t words[IDENTITY_TYPE_COUNT];
	char type[IDENTITY_TYPE];
	int error = ask(client, identity_places[protocol - 1].type,
		IDENTITY_TYPE_COUNT, words);

	if (error < 0)
		return error;
	if (error == 0 && identity_type(type, words, protocol))
		client->map = maps_by_model(client->options->maps, type);
	return 0;
}

static int by_version(struct client *client)
{
	uint16_t version;
	int error = ask(client, IDENTITY_VERSION, 1, &version);

	if (error < 0)
		return error;
	if (error == 0)
		client->map = maps_generic(
			client->options->maps, identity_protocol(version));
	return client->map ? 0 : -BT_ENOMAP;
}

/* Version 2 is asked first: version 1 has voltages of cells there, which are
 * no text. */
static int by_registers(struct client *client)
{
	for (int protocol = IDENTITY_PROTOCOLS; protocol > 0; protocol--) {
		int error = by_type(client, protocol);

		if (error < 0 || client->map)
			return error;
	}
	return by_version(client);
}

int identify(struct client *client)
{
	const struct options *options = client->options;

	if (options->block_count > 0)
		return 0;
	if (options->map)
		client->map = options->map;
	/* What was found out once stays true while the process lives. */
	if (client->map)
		return 0;
	client->map = maps_by_name(options->maps, client->frame_writer.name);
	return client->map ? 0 : by_registers(client);
}
