/* The registers of a poll that tell whose it is. */
#include "who.h"

#include <stdbool.h>
#include <string.h>

static bool read_place(struct who *who, const struct poll *poll, int protocol)
{
	const struct identity_place *place = &identity_places[protocol - 1];
	const uint16_t *type = poll_registers(
		poll, POLL_ANY_PACK, 1, place->type, IDENTITY_TYPE_COUNT);
	const uint16_t *serial = poll_registers(
		poll, POLL_ANY_PACK, 1, place->serial, IDENTITY_SERIAL_COUNT);

	if (!type || !identity_type(who->type, type, protocol))
		return false;
	who->protocol = protocol;
	if (serial)
		who->serial = identity_serial(serial);
	return true;
}

void who_read(struct who *who, const struct poll *poll)
{
	const uint16_t *version;

	memset(who, 0, sizeof *who);
	for (int protocol = 1; protocol <= IDENTITY_PROTOCOLS; protocol++)
		if (read_place(who, poll, protocol))
			return;
	version = poll_registers(poll, POLL_ANY_PACK, 1, IDENTITY_VERSION, 1);
	if (version)
		who->protocol = identity_protocol(*version);
}
