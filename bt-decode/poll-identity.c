/* The registers of a poll that tell whose it is. */
#include "poll-identity.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool read_place(
	struct identity *identity, const struct poll *poll, int protocol)
{
	const struct identity_place *place = &identity_places[protocol - 1];
	uint16_t type[IDENTITY_TYPE_COUNT], serial[IDENTITY_SERIAL_COUNT];

	if (!poll_copy(type, poll, place->type, IDENTITY_TYPE_COUNT) ||
		!identity_type(identity->type, type, protocol))
		return false;
	identity->protocol = protocol;
	if (poll_copy(serial, poll, place->serial, IDENTITY_SERIAL_COUNT))
		identity->serial = identity_serial(serial);
	return true;
}

/* The version comes first: where version 1 has its type, version 2 may have a
 * part of a password. */
void poll_identify(struct identity *identity, const struct poll *poll)
{
	uint16_t version;

	memset(identity, 0, sizeof *identity);
	if (poll_copy(&version, poll, IDENTITY_VERSION, 1))
		identity->protocol = identity_protocol(version);
	for (int protocol = 1; protocol <= IDENTITY_PROTOCOLS; protocol++)
		if ((identity->protocol == 0 ||
			    identity->protocol == protocol) &&
			read_place(identity, poll, protocol))
			return;
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
