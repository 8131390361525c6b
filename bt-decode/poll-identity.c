/* The registers of a poll that tell whose it is. */
#include "poll-identity.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Count registers from first on. They may come from several reads: who a
 * station is does not change from one to the next. */
static bool read_words(uint16_t *words, const struct poll *poll, uint16_t first,
	uint16_t count)
{
	for (uint16_t i = 0; i < count; i++) {
		const uint16_t *word = poll_registers(
			poll, POLL_ANY_PACK, 1, (uint16_t)(first + i), 1);

		if (!word)
			return false;
		words[i] = *word;
	}
	return true;
}

static bool read_place(struct who *who, const struct poll *poll, int protocol)
{
	const struct identity_place *place = &identity_places[protocol - 1];
	uint16_t type[IDENTITY_TYPE_COUNT], serial[IDENTITY_SERIAL_COUNT];

	if (!read_words(type, poll, place->type, IDENTITY_TYPE_COUNT) ||
		!identity_type(who->type, type, protocol))
		return false;
	who->protocol = protocol;
	if (read_words(serial, poll, place->serial, IDENTITY_SERIAL_COUNT))
		who->serial = identity_serial(serial);
	return true;
}

/* The version comes first: where version 1 has its type, version 2 may have a
 * part of a password. */
void who_read(struct who *who, const struct poll *poll)
{
	const uint16_t *version =
		poll_registers(poll, POLL_ANY_PACK, 1, IDENTITY_VERSION, 1);

	memset(who, 0, sizeof *who);
	if (version)
		who->protocol = identity_protocol(*version);
	for (int protocol = 1; protocol <= IDENTITY_PROTOCOLS; protocol++)
		if ((who->protocol == 0 || who->protocol == protocol) &&
			read_place(who, poll, protocol))
			return;
}

const char *who_name(char name[WHO_NAME], const struct who *who)
{
	name[0] = '\0';
	if (who->type[0] && who->serial)
		snprintf(name, WHO_NAME, "%s%" PRId64, who->type, who->serial);
	return name;
}

const struct map *who_map(
	const struct who *who, const char *name, const struct maps *maps)
{
	const struct map *map = maps_by_name(maps, name);

	if (!map)
		map = maps_by_model(maps, who->type);
	if (!map && who->protocol)
		map = maps_generic(maps, who->protocol);
	return map;
}
