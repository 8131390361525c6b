/* Finds the map of a station: by its name, by its own registers. */
#include "who.h"

#include <stdbool.h>

#include "error.h"
#include "identity.h"
#include "modbus.h"

/* A read that is not part of a poll. 0 and the words, or 1 if it was refused;
 * or the error. */
static int ask(struct poller *poller, uint16_t address, uint16_t count,
	uint16_t *words)
{
	const struct map_read read = {
		.unit = 1, .address = address, .count = count
	};
	struct frameline line;
	int error = poller_read(poller, &read, &line);

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
static int by_type(struct poller *poller, int protocol)
{
	uint16_t words[IDENTITY_TYPE_COUNT];
	char type[IDENTITY_TYPE];
	int error = ask(poller, identity_places[protocol - 1].type,
		IDENTITY_TYPE_COUNT, words);

	if (error < 0)
		return error;
	if (error == 0 && identity_type(type, words, protocol))
		poller->map = maps_by_model(poller->options->maps, type);
	return 0;
}

static int by_version(struct poller *poller)
{
	uint16_t version;
	int error = ask(poller, IDENTITY_VERSION, 1, &version);

	if (error < 0)
		return error;
	if (error == 0)
		poller->map = maps_generic(
			poller->options->maps, identity_protocol(version));
	return poller->map ? 0 : -BT_ENOMAP;
}

/* Version 2 is asked first: version 1 has voltages of cells there, which are
 * no text. */
static int by_registers(struct poller *poller)
{
	for (int protocol = IDENTITY_PROTOCOLS; protocol > 0; protocol--) {
		int error = by_type(poller, protocol);

		if (error < 0 || poller->map)
			return error;
	}
	return by_version(poller);
}

int who_is_it(struct poller *poller)
{
	const struct options *options = poller->options;

	if (options->read_count > 0)
		return 0;
	if (options->map)
		poller->map = options->map;
	/* What was found out once stays true while the process lives. */
	if (poller->map)
		return 0;
	poller->map = maps_by_name(options->maps, poller->journal.name);
	return poller->map ? 0 : by_registers(poller);
}
