/* Identifies the station by the registers of a poll. */
#include "poll-identity.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/message.h"

static bool read_addresses(struct identity *identity, const struct poll *poll,
	const struct identity_addresses *at, uint8_t unit_id)
{
	uint16_t type[IDENTITY_TYPE_COUNT], serial[IDENTITY_SERIAL_COUNT];

	if (!poll_copy(type, poll, unit_id, at->type, IDENTITY_TYPE_COUNT) ||
		!identity_type(identity->type, type, at->protocol))
		return false;
	identity->protocol = at->protocol;
	identity->is_proven |= at->protocol == 2;
	if (poll_copy(serial, poll, unit_id, at->serial, IDENTITY_SERIAL_COUNT))
		identity->serial = identity_serial(serial);
	return true;
}

/* Where version 1 has its type, version 2 may have a part of a password; where
 * version 2 has its type, version 1 has voltages of cells, which are no text.
 */
void poll_identify(struct identity *identity, const struct poll *poll)
{
	uint16_t version;

	memset(identity, 0, sizeof *identity);
	if (poll_copy(&version, poll, 1, IDENTITY_VERSION, 1))
		identity->protocol = identity_protocol(version);
	identity->is_proven = identity->protocol != 0;
	for (int i = 0; i < IDENTITY_ADDRESSES; i++)
		if ((identity->protocol == 0 ||
			    identity->protocol ==
				    identity_addresses[i].protocol) &&
			read_addresses(
				identity, poll, &identity_addresses[i], 1))
			return;
	if (identity->protocol == 0)
		identity->is_at_unit_0 = read_addresses(identity, poll,
			&identity_addresses[IDENTITY_VERSION_2], 0);
}

const struct map *poll_map(
	const struct poll *poll, const char *name, const struct maps *maps)
{
	const struct map *map = identity_map(&poll->identity, name, maps);
	const struct map *by_name =
		poll->is_identity_new ? maps_by_name(maps, name) : NULL;

	if (by_name && map != by_name && maps_error(maps) == 0)
		message("%s: name fits %s, but registers fit %s: using the "
			"registers",
			poll->address[0] ? poll->address : name, by_name->model,
			map ? map->model : "no map");
	return map;
}

const char *poll_identity_name(
	char name[IDENTITY_NAME], const struct identity *identity)
{
	name[0] = '\0';
	if (identity->type[0] && identity->serial)
		snprintf(name, IDENTITY_NAME, "%s%" PRId64, identity->type,
			identity->serial);
	return name;
}
