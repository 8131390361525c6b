/* Type, serial number and protocol out of a station's registers. */
#include "model/identity.h"

#include <string.h>

#include "model/register-value.h"

/* Real values are 1017 to 1019 and 2005; others are no version. */
#define VERSION_1 1000
#define VERSION_2 2000
#define VERSION_END 3000

const struct identity_addresses identity_addresses[IDENTITY_ADDRESSES] = {
	[IDENTITY_VERSION_2] = { 110, 116, 2 },
	[IDENTITY_VERSION_1] = { 10, 17, 1 },
	[IDENTITY_ACCESSORY] = { 15500, 15506, 2 },
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
	if (version < VERSION_1 || version >= VERSION_END)
		return 0;
	return version < VERSION_2 ? 1 : 2;
}

void identity_update(struct identity *known, const struct identity *read)
{
	bool is_same_protocol = read->protocol == known->protocol;
	bool is_proven =
		read->is_proven || (is_same_protocol && known->is_proven);

	if (!read->protocol || (known->is_proven && !is_proven))
		return;
	if (!is_same_protocol ||
		(read->type[0] && strcmp(read->type, known->type) != 0))
		*known = *read;
	else if (read->serial)
		known->serial = read->serial;
	if (read->type[0])
		known->is_at_unit_0 = read->is_at_unit_0;
	known->is_proven = is_proven;
}

uint8_t identity_unit(
	const struct identity *identity, const struct map *map, uint8_t unit_id)
{
	return identity->is_at_unit_0 && unit_id == 1 && !map_has_unit(map, 0)
		? 0
		: unit_id;
}

bool identity_is_same(const struct identity *a, const struct identity *b)
{
	return strcmp(a->type, b->type) == 0 && a->protocol == b->protocol &&
		a->is_proven == b->is_proven;
}

static bool is_outside(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

void identity_trim_name(char *name)
{
	char *first = name;
	size_t length;

	while (*first && is_outside(*first))
		first++;
	length = strlen(first);
	while (length > 0 && is_outside(first[length - 1]))
		length--;
	memmove(name, first, length);
	name[length] = '\0';
}

/* Not of another protocol: firmware of version 2 leaves the type as it was. */
static const struct map *map_by_type(
	const struct identity *identity, const struct maps *maps)
{
	const struct map *map = maps_by_model(maps, identity->type);

	return map && identity->is_proven && map->protocol != identity->protocol
		? NULL
		: map;
}

const struct map *identity_map(const struct identity *identity,
	const char *name, const struct maps *maps)
{
	const struct map *by_name = maps_by_name(maps, name);
	const struct map *by_type;
	bool is_other = by_name && identity->is_proven &&
		identity->protocol != by_name->protocol;

	if (by_name && !is_other && map_has_model(by_name, identity->type))
		return by_name;
	by_type = map_by_type(identity, maps);
	if (by_name && by_type)
		is_other |= identity->is_proven ||
			by_type->protocol == by_name->protocol;
	if (by_name && !is_other)
		return by_name;
	if (by_type || !identity->protocol)
		return by_type;
	return maps_generic(maps, identity->protocol);
}
