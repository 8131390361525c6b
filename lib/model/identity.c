/* Type, serial number and protocol out of a station's registers. */
#include "model/identity.h"

#include <string.h>

#include "model/register-value.h"

/* Real values are 1017 to 1019 and 2005; lower ones are no version. */
#define VERSION_1 1000
#define VERSION_2 2000

const struct identity_place identity_places[IDENTITY_PROTOCOLS] = {
	{ 10, 17 },
	{ 110, 116 },
};

bool identity_type(
	char type[IDENTITY_TYPE], const uint16_t *words, int protocol)
{
	char text[IDENTITY_TYPE];
	int length =
		register_text(text, words, IDENTITY_TYPE_COUNT, protocol == 2);

	if (length < 2 || text[0] < 'A' || text[0] > 'Z')
		return false;
	memcpy(type, text, sizeof text);
	return true;
}

int64_t identity_serial(const uint16_t *words)
{
	int64_t serial = register_uint64(words);

	return serial > 0 && serial <= IDENTITY_SERIAL_MAX ? serial : 0;
}

int identity_protocol(uint16_t version)
{
	if (version < VERSION_1)
		return 0;
	return version < VERSION_2 ? 1 : 2;
}

const struct map *identity_map(const struct identity *identity,
	const char *name, const struct maps *maps)
{
	const struct map *map = maps_by_name(maps, name);

	if (!map)
		map = maps_by_model(maps, identity->type);
	if (!map && identity->protocol)
		map = maps_generic(maps, identity->protocol);
	return map;
}
