/* Type and version registers, one block after another. */
#include "station/identify.h"

#include "modbus/modbus.h"

enum question {
	ASK_TYPE_2, /* type and serial number of version 2 */
	ASK_TYPE_1, /* type, version and serial number of version 1 */
	ASK_VERSION,
};

static const struct {
	uint16_t address, count;
} blocks[] = {
	[ASK_TYPE_2] = { 110, 10 },
	[ASK_TYPE_1] = { 10, 11 },
	[ASK_VERSION] = { IDENTITY_VERSION, 1 },
};
#define STEPS (sizeof blocks / sizeof blocks[0])

/* Version 1 has voltages of cells where version 2 has its type: they are no
 * text. The other way round there may be a part of a password. */
static enum question question(const struct identify *identify)
{
	static const enum question orders[][STEPS] = {
		{ ASK_TYPE_2, ASK_TYPE_1, ASK_VERSION },
		{ ASK_TYPE_1, ASK_TYPE_2, ASK_VERSION },
	};

	return orders[identify->is_version_1][identify->step];
}

static bool is_wanted(const struct identify *identify)
{
	const struct identity *identity = &identify->identity;

	return !identity->is_proven ||
		(!identity->type[0] && question(identify) != ASK_VERSION);
}

static void look_up(struct identify *identify)
{
	identify->map = identity_map(
		&identify->identity, identify->name, identify->maps);
}

void identify_begin(
	struct identify *identify, const struct maps *maps, const char *name)
{
	*identify = (struct identify){ .maps = maps, .name = name };
	look_up(identify);
	identify->is_version_1 = identify->map && identify->map->protocol == 1;
}

bool identify_next(const struct identify *identify, struct map_block *block)
{
	if (identify->step == STEPS)
		return false;
	*block = (struct map_block){
		.unit_id = 1,
		.address = blocks[question(identify)].address,
		.count = blocks[question(identify)].count,
	};
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
static void take_type(
	struct identity *identity, const uint8_t *answer, int protocol)
{
	const struct identity_place *place = &identity_places[protocol - 1];
	struct identity read = { .protocol = protocol,
		.is_proven = protocol == 2 };
	uint16_t words[MODBUS_READ_MAX];
	unsigned count = blocks[protocol == 2 ? ASK_TYPE_2 : ASK_TYPE_1].count;

	for (unsigned i = 0; i < count; i++)
		words[i] = modbus_register(answer, i);
	if (!identity_type(read.type, words, protocol))
		return;
	read.serial = identity_serial(words + place->serial - place->type);
	if (protocol == 1)
		take_version(&read, words[IDENTITY_VERSION - place->type]);
	*identity = read;
}

static void take_answer(struct identify *identify, const uint8_t *answer)
{
	struct identity *identity = &identify->identity;

	switch (question(identify)) {
	case ASK_TYPE_2:
		take_type(identity, answer, 2);
		break;
	case ASK_TYPE_1:
		take_type(identity, answer, 1);
		break;
	case ASK_VERSION:
		take_version(identity, modbus_register(answer, 0));
		break;
	}
	look_up(identify);
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
