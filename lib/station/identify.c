/* Type and version registers, one block after another. */
#include "station/identify.h"

#include "modbus/modbus.h"

/* The requests: type and serial number with the registers between them, the
 * version, or the type of version 2 at unit 0. */
enum { ASK_VERSION = IDENTITY_ADDRESSES, ASK_UNIT_0, STEPS };

/* Version 1 has voltages of cells where version 2 has its type: they are no
 * text. The other way round there may be a part of a password. */
static int question(const struct identify *identify)
{
	static const int orders[][STEPS] = {
		{ IDENTITY_VERSION_2, IDENTITY_VERSION_1, ASK_VERSION,
			IDENTITY_ACCESSORY, ASK_UNIT_0 },
		{ IDENTITY_VERSION_1, IDENTITY_VERSION_2, ASK_VERSION,
			IDENTITY_ACCESSORY, ASK_UNIT_0 },
	};

	return orders[identify->is_version_1][identify->step];
}

static bool is_wanted(const struct identify *identify)
{
	const struct identity *identity = &identify->identity;

	switch (question(identify)) {
	case ASK_VERSION:
		return !identity->is_proven;
	case ASK_UNIT_0:
		return !identity->type[0] && identify->has_zeros;
	case IDENTITY_ACCESSORY:
		return !identity->type[0] && identity->protocol != 1;
	}
	return !identity->is_proven || !identity->type[0];
}

static void find_map(struct identify *identify)
{
	identify->map = identity_map(
		&identify->identity, identify->name, identify->maps);
}

void identify_begin(
	struct identify *identify, const struct maps *maps, const char *name)
{
	*identify = (struct identify){ .maps = maps, .name = name };
	find_map(identify);
	identify->is_version_1 = identify->map && identify->map->protocol == 1;
}

/* Where the type is asked for; NULL: for the version. */
static const struct identity_addresses *addresses_of(
	const struct identify *identify)
{
	int asked = question(identify);

	if (asked == ASK_VERSION)
		return NULL;
	return &identity_addresses[asked == ASK_UNIT_0 ? IDENTITY_VERSION_2
						       : asked];
}

bool identify_next(const struct identify *identify, struct map_block *block)
{
	const struct identity_addresses *at;

	if (identify->step == STEPS)
		return false;
	*block = (struct map_block){
		.unit_id = question(identify) != ASK_UNIT_0,
		.address = IDENTITY_VERSION,
		.count = 1,
	};
	at = addresses_of(identify);
	if (!at)
		return true;
	block->address = at->type;
	block->count =
		(uint16_t)(at->serial + IDENTITY_SERIAL_COUNT - at->type);
	return true;
}

static void take_version(struct identity *identity, uint16_t version)
{
	int protocol = identity_protocol(version);

	if (protocol == 0)
		return;
	if (protocol != identity->protocol)
		*identity = (struct identity){ .protocol = protocol };
	identity->is_proven = true;
}

/* The version in the same answer counts only beside a type: where some of the
 * registers are not served the words may be moved. */
static void take_type(struct identity *identity, const uint8_t *answer,
	const struct identity_addresses *at)
{
	struct identity read = { .protocol = at->protocol,
		.is_proven = at->protocol == 2 };
	uint16_t words[MODBUS_READ_MAX];
	unsigned serial = at->serial - at->type;

	for (unsigned i = 0; i < serial + IDENTITY_SERIAL_COUNT; i++)
		words[i] = modbus_register(answer, i);
	if (!identity_type(read.type, words, at->protocol))
		return;
	read.serial = identity_serial(words + serial);
	if (at->protocol == 1)
		take_version(&read, words[IDENTITY_VERSION - at->type]);
	*identity = read;
}

static bool is_zero(const uint8_t *answer)
{
	unsigned n = 0;

	while (n < IDENTITY_TYPE_COUNT && modbus_register(answer, n) == 0)
		n++;
	return n == IDENTITY_TYPE_COUNT;
}

static void take_answer(struct identify *identify, const uint8_t *answer)
{
	struct identity *identity = &identify->identity;
	const struct identity_addresses *at = addresses_of(identify);

	if (!at)
		take_version(identity, modbus_register(answer, 0));
	else
		take_type(identity, answer, at);
	if (question(identify) == IDENTITY_VERSION_2)
		identify->has_zeros = is_zero(answer);
	identity->is_at_unit_0 =
		question(identify) == ASK_UNIT_0 && identity->type[0];
	find_map(identify);
}

bool identify_take(struct identify *identify, const uint8_t *answer)
{
	int exception = modbus_exception(answer);

	if (exception && exception != MODBUS_ILLEGAL_ADDRESS)
		return false;
	if (!exception)
		take_answer(identify, answer);
	do
		identify->step++;
	while (identify->step < STEPS && !is_wanted(identify));
	return true;
}
