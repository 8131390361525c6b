/* lib/station/identify: what is read of a station, and the map that it has
 * then. Run from the top of the tree. */
#include "station/identify.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "modbus/modbus.h"

/* Answers are made of registers; the CRC is of no interest here. */
struct answer {
	uint8_t frame[MODBUS_FRAME_MAX];
};

static struct answer words(const uint16_t *registers, unsigned count)
{
	struct answer answer = { { 1, MODBUS_READ, (uint8_t)(2 * count) } };

	for (unsigned i = 0; i < count; i++) {
		answer.frame[3 + 2 * i] = (uint8_t)(registers[i] >> 8);
		answer.frame[4 + 2 * i] = (uint8_t)registers[i];
	}
	return answer;
}

/* A type as version 1 has it, and as version 2 has it: bytes exchanged. */
#define EB3A 0x4542, 0x3341, 0, 0, 0, 0
#define AC180 0x4341, 0x3831, 0x0030, 0, 0, 0
#define NO_MAP 0x5858, 0x5858, 0, 0, 0, 0
#define CELLS 0x014d, 0x014e, 0x014d, 0x014c, 0x014d, 0x014d

/* The type of an accessory of that name: CHARGER 2. */
#define ACCESSORY "Car"
static const int charger[] = { 0x4843, 0x5241, 0x4547, 0x2052, 0x0032, 0 };

/* What the reads bring; -1 is a refusal. */
static const struct {
	const char *name; /* of the station */
	int type2[6], type1[6];
	int version;	/* also behind type1 */
	unsigned reads; /* that it takes */
	const char *model;
	int protocol;
	bool is_proven;
} cases[] = {
	{ "EB3A2234000000000", { 0 }, { EB3A }, 1019, 1, "EB3A", 1, true },
	{ "AC1802334000000000", { AC180 }, { 0 }, 0, 1, "AC180", 2, true },
	/* The name is that of the other protocol, or of another model. */
	{ "EB3A2234000000000", { AC180 }, { -1 }, 2005, 2, "AC180", 2, true },
	{ "EB3A2234000000000", { AC180 }, { NO_MAP }, 2005, 2, "AC180", 2,
		true },
	{ "AC1802334000000000", { CELLS }, { EB3A }, 1019, 2, "EB3A", 1, true },
	{ "AC3002234000000000", { 0 }, { EB3A }, 1019, 1, "EB3A", 1, true },
	/* The registers tell nothing, or the version alone. */
	{ "AC3002234000000000", { -1 }, { -1 }, -1, 4, "AC300", 1, false },
	{ "AC3002234000000000", { -1 }, { -1 }, 1018, 3, "AC300", 1, true },
	{ "AC3002234000000000", { -1 }, { -1 }, 2005, 4, NULL, 2, true },
	/* The name fits no map. */
	{ "PBOX2334000000000", { AC180 }, { 0 }, 0, 1, "AC180", 2, true },
	{ "PBOX2334000000000", { CELLS }, { EB3A }, 0, 3, "EB3A", 1, false },
	{ "PBOX2334000000000", { -1 }, { EB3A }, 1019, 2, "EB3A", 1, true },
	{ "PBOX2334000000000", { NO_MAP }, { -1 }, 2005, 1, NULL, 2, true },
	{ "", { -1 }, { NO_MAP }, 1019, 2, NULL, 1, true },
	{ "", { -1 }, { -1 }, 999, 4, NULL, 0, false },
	{ "", { -1 }, { -1 }, -1, 4, NULL, 0, false },
	{ ACCESSORY, { -1 }, { -1 }, -1, 4, "Charger 2", 2, true },
};

static struct answer answer_of(unsigned n, const struct map_block *block)
{
	static const struct answer refusal = { { 1,
		MODBUS_READ | MODBUS_EXCEPTION, MODBUS_ILLEGAL_ADDRESS } };
	const int *type =
		block->address == identity_addresses[IDENTITY_VERSION_2].type
		? cases[n].type2
		: cases[n].type1;
	uint16_t registers[MODBUS_READ_MAX] = { 0 };

	if (block->address == identity_addresses[IDENTITY_ACCESSORY].type) {
		if (strcmp(cases[n].name, ACCESSORY) != 0)
			return refusal;
		type = charger;
	}
	CHECK(block->unit_id == 1);
	if (block->count == 1) {
		CHECK(block->address == IDENTITY_VERSION);
		type = &cases[n].version;
	}
	if (type[0] < 0)
		return refusal;
	if (block->address == identity_addresses[IDENTITY_VERSION_1].type)
		registers[IDENTITY_VERSION - block->address] =
			(uint16_t)cases[n].version;
	for (unsigned i = 0; i < block->count && i < IDENTITY_TYPE_COUNT; i++)
		registers[i] = (uint16_t)type[i];
	return words(registers, block->count);
}

/* A station that is busy (6) or failed (4) has not said that it has no such
 * register: the same block is read again. */
static void test_busy(const struct maps *maps)
{
	static const uint8_t codes[] = { 1, 4, MODBUS_ACKNOWLEDGE,
		MODBUS_BUSY };
	struct identify identify;
	struct map_block first, again;

	identify_begin(&identify, maps, "");
	CHECK(identify_next(&identify, &first));
	for (unsigned i = 0; i < sizeof codes; i++) {
		const uint8_t refusal[] = { 1, MODBUS_READ | MODBUS_EXCEPTION,
			codes[i] };

		CHECK(!identify_take(&identify, refusal));
		CHECK(identify_next(&identify, &again));
		CHECK(again.address == first.address);
	}
}

static void check_case(const struct maps *maps, unsigned n)
{
	struct identify identify;
	struct map_block block;
	unsigned reads = 0;
	char label[64];

	snprintf(label, sizeof label, "case %u, \"%s\"", n, cases[n].name);
	identify_begin(&identify, maps, cases[n].name);
	while (identify_next(&identify, &block)) {
		struct answer answer = answer_of(n, &block);

		CHECK_CASE(label, identify_take(&identify, answer.frame));
		reads++;
	}
	CHECK_CASE(label, reads == cases[n].reads);
	CHECK_CASE(label, identify.identity.is_proven == cases[n].is_proven);
	CHECK_CASE(label, (identify.map != NULL) == (cases[n].protocol > 0));
	if (!identify.map)
		return;
	CHECK_CASE(label, identify.map->protocol == cases[n].protocol);
	CHECK_CASE(label, identify.map->is_generic == !cases[n].model);
	if (cases[n].model)
		CHECK_CASE(label,
			strcmp(identify.map->model, cases[n].model) == 0);
}

int main(void)
{
	struct failure failure;
	struct maps *maps = NULL;

	CHECK(maps_load(&maps, "lib/maps", &failure) == 0);
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_case(maps, i);
	test_busy(maps);
	maps_free(maps);
	return check_done();
}
