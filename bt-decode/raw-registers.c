/* Raw registers, unit by unit. */
#include "raw-registers.h"

#include <stdlib.h>
#include <string.h>

#include "model/identity.h"

#define UNITS 256
#define REGISTERS 65536
#define BITS 64

struct raw_registers {
	uint16_t values[REGISTERS];
	uint64_t present[REGISTERS / BITS]; /* a bit for each; 0 between uses */
};

struct raw_registers *registers_new(void)
{
	return calloc(1, sizeof(struct raw_registers));
}

/* --- one unit ------------------------------------------------------------ */

static bool is_chosen(
	const struct exchange *e, const struct registers_choice *choice)
{
	int pack = POLL_NO_PACK;

	if (!exchange_is_good_read(e))
		return false;
	if (e->pack != POLL_NO_PACK && exchange_touches_pack(e, choice->map))
		pack = e->pack;
	return pack == choice->pack;
}

/* Of registers that were read several times the last value counts. */
static void collect(struct raw_registers *raw, const struct poll *poll,
	uint8_t unit_id, const struct registers_choice *choice)
{
	for (size_t i = 0; i < poll->count; i++) {
		const struct exchange *e = &poll->exchanges[i];

		if (e->request.unit_id != unit_id || !is_chosen(e, choice))
			continue;
		for (unsigned k = 0; k < e->request.count; k++) {
			unsigned address = e->request.address + k;

			raw->values[address] = poll->words[e->first_word + k];
			raw->present[address / BITS] |= UINT64_C(1)
				<< address % BITS;
		}
	}
}

/* Removes the registers of fields, or only those of secrets unless all is true.
 */
static void remove_fields(struct raw_registers *raw, const struct map *map,
	uint8_t unit_id, bool all)
{
	for (size_t i = 0; map && i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		if (field->unit_id != unit_id || !(all || field->is_secret))
			continue;
		for (unsigned k = 0; k < field->count; k++) {
			unsigned address = field->address + k;

			raw->present[address / BITS] &=
				~(UINT64_C(1) << address % BITS);
		}
	}
}

/* Secrets that the station's map lacks are in the registers of the protocol's
 * generic map. */
static void remove_unwanted(struct raw_registers *raw, uint8_t unit_id,
	const struct registers_choice *choice)
{
	const struct map *map = choice->map;

	if (map && !map->is_generic)
		remove_fields(raw, map, unit_id, true);
	if (choice->secrets)
		return;
	for (int protocol = 1; protocol <= IDENTITY_PROTOCOLS; protocol++)
		if (!map || map->protocol == protocol)
			remove_fields(raw, maps_generic(choice->maps, protocol),
				unit_id, false);
	remove_fields(raw, map, unit_id, false);
}

/* --- writing ------------------------------------------------------------- */

static char *put_number(char *end, unsigned number)
{
	do
		*--end = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	return end;
}

static void write_register(
	struct json *json, uint8_t unit_id, unsigned address, uint16_t value)
{
	char key[sizeof "255:65535"];
	char *first = key + sizeof key - 1;

	*first = '\0';
	first = put_number(first, address);
	if (unit_id != 1) {
		*--first = ':';
		first = put_number(first, unit_id);
	}
	json_key(json, first);
	json_number(json, value);
}

/* Writes the registers, and the key before the first one; removes them. */
static bool write_unit(struct json *json, struct raw_registers *raw,
	uint8_t unit_id, bool is_begun)
{
	for (unsigned i = 0; i < REGISTERS / BITS; i++) {
		uint64_t *present = &raw->present[i];

		for (; *present; *present &= *present - 1) {
			unsigned address =
				BITS * i + (unsigned)__builtin_ctzll(*present);

			if (!is_begun) {
				json_key(json, "registers");
				json_begin(json, '{');
				is_begun = true;
			}
			write_register(
				json, unit_id, address, raw->values[address]);
		}
	}
	return is_begun;
}

bool registers_write(struct json *json, struct raw_registers *raw,
	const struct poll *poll, const struct registers_choice *choice)
{
	bool units[UNITS] = { false };
	bool is_begun = false;

	for (size_t i = 0; i < poll->count; i++)
		if (is_chosen(&poll->exchanges[i], choice))
			units[poll->exchanges[i].request.unit_id] = true;
	for (unsigned unit_id = 0; unit_id < UNITS; unit_id++) {
		if (!units[unit_id])
			continue;
		collect(raw, poll, (uint8_t)unit_id, choice);
		remove_unwanted(raw, (uint8_t)unit_id, choice);
		is_begun = write_unit(json, raw, (uint8_t)unit_id, is_begun);
	}
	if (is_begun)
		json_end(json, '}');
	return is_begun;
}

/* --- secrets ------------------------------------------------------------- */

static bool has_secret(const struct map *map, uint8_t unit_id, uint16_t address)
{
	for (size_t i = 0; map && i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		if (field->is_secret && field->unit_id == unit_id &&
			address >= field->address &&
			address < field->address + field->count)
			return true;
	}
	return false;
}

bool registers_secret(const struct maps *maps, const struct map *map,
	uint8_t unit_id, uint16_t address)
{
	if (map)
		return has_secret(map, unit_id, address);
	for (int protocol = 1; protocol <= IDENTITY_PROTOCOLS; protocol++)
		if (has_secret(maps_generic(maps, protocol), unit_id, address))
			return true;
	return false;
}
