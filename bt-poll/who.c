/*
 * The type of a station: registers 110 to 115 in version 2 of the protocol
 * (two characters each, exchanged), 10 to 15 in version 1; register 16 is the
 * version of both, below 2000 for version 1 (Patrick762/bluetti-bt-lib
 * base_devices; recordings of four models).
 */
#include "who.h"

#include <string.h>

#include "error.h"
#include "modbus.h"

#define TYPE_V1 10
#define TYPE_V2 110
#define TYPE_COUNT 6
#define PROTOCOL 16
#define PROTOCOL_2 2000

/* A read that is not part of a poll. 0 and the frame, MODBUS exceptions among
 * them; or the error. */
static int ask(struct poller *poller, uint16_t address, uint16_t count,
	struct frameline *line)
{
	const struct map_read read = {
		.unit = 1, .address = address, .count = count
	};

	return poll_read(poller, &read, line);
}

/* The map of the type that the answer tells; NULL if it tells none that is
 * known. */
static const struct map *by_type(
	const struct maps *maps, const uint8_t *answer, bool swapped)
{
	char type[2 * TYPE_COUNT + 1];

	if (modbus_exception(answer))
		return NULL;
	for (unsigned i = 0; i < TYPE_COUNT; i++) {
		uint16_t word = modbus_register(answer, i);

		type[2 * i + swapped] = (char)(word >> 8);
		type[2 * i + !swapped] = (char)word;
	}
	type[2 * TYPE_COUNT] = '\0';
	return maps_by_model(maps, type);
}

static int by_registers(struct poller *poller)
{
	const struct maps *maps = poller->options->maps;
	struct frameline line;
	int version = 1;
	int error = ask(poller, TYPE_V2, TYPE_COUNT, &line);

	if (error < 0)
		return error;
	poller->map = by_type(maps, line.response, true);
	if (poller->map)
		return 0;
	error = ask(poller, TYPE_V1, TYPE_COUNT, &line);
	if (error < 0)
		return error;
	poller->map = by_type(maps, line.response, false);
	if (poller->map)
		return 0;
	error = ask(poller, PROTOCOL, 1, &line);
	if (error < 0)
		return error;
	if (modbus_exception(line.response))
		return -BT_ENOMAP;
	if (modbus_register(line.response, 0) >= PROTOCOL_2)
		version = 2;
	poller->map = maps_generic(maps, version);
	return poller->map ? 0 : -BT_ENOMAP;
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
