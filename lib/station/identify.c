/* Type and version registers, one block after another. */
#include "station/identify.h"

#include "modbus/modbus.h"

/* Version 2 is asked first: version 1 has voltages of cells there, which are
 * no text. */
enum { STEP_TYPE = IDENTITY_PROTOCOLS, STEP_VERSION = 0, STEP_END = -1 };

static void look_up(struct identify *identify)
{
	identify->map = identity_map(
		&identify->identity, identify->name, identify->maps);
}

void identify_begin(
	struct identify *identify, const struct maps *maps, const char *name)
{
	*identify = (struct identify){
		.maps = maps, .name = name, .step = STEP_TYPE
	};
	look_up(identify);
}

bool identify_next(const struct identify *identify, struct map_block *block)
{
	if (identify->map || identify->step == STEP_END)
		return false;
	*block = (struct map_block){
		.unit_id = 1, .address = IDENTITY_VERSION, .count = 1
	};
	if (identify->step != STEP_VERSION) {
		block->address = identity_places[identify->step - 1].type;
		block->count = IDENTITY_TYPE_COUNT;
	}
	return true;
}

static void take_type(
	struct identity *identity, const uint8_t *answer, int protocol)
{
	uint16_t words[IDENTITY_TYPE_COUNT];

	for (unsigned i = 0; i < IDENTITY_TYPE_COUNT; i++)
		words[i] = modbus_register(answer, i);
	identity_type(identity->type, words, protocol);
}

bool identify_take(struct identify *identify, const uint8_t *answer)
{
	int exception = modbus_exception(answer);
	int step = identify->step;

	if (exception && exception != MODBUS_ILLEGAL_ADDRESS)
		return false;
	identify->step--;
	if (exception)
		return true;
	if (step == STEP_VERSION)
		identify->identity.protocol =
			identity_protocol(modbus_register(answer, 0));
	else
		take_type(&identify->identity, answer, step);
	look_up(identify);
	return true;
}
