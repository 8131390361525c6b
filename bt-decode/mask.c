/* Masks over registers, names and addresses. */
#include "mask.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "ble/address.h"
#include "frame-data.h"
#include "model/identity.h"
#include "model/register-value.h"

/* Digits of a serial number, and those of its end that are masked. */
#define SERIAL_DIGITS 13
#define MASKED INT64_C(1000000000)
#define SERIAL_MIN (1000 * MASKED)

/* Four registers, but 13 digits fit in three. */
#define SERIAL_WORDS 3

#define DIGITS_KEPT 4
#define RUN_MIN 9

/* The role of a register in a frame. */
#define OPEN 0	 /* nothing to be masked */
#define HIDDEN 1 /* to be 0 */
#define SERIAL \
	2 /* of a serial number that begins with the frame's first \
	   * register; one more for each register after it */

/* The registers in a frame. */
struct data {
	struct frame_data frame;
	uint16_t what[MODBUS_READ_MAX];
};

/* --- serial numbers ------------------------------------------------------ */

static int64_t mask_serial(int64_t serial)
{
	if (serial < SERIAL_MIN || serial > IDENTITY_SERIAL_MAX)
		return 0;
	return serial / MASKED * MASKED;
}

int64_t mask_serial_of(const char *name)
{
	size_t length = strlen(name);
	const char *first = name + length;
	int64_t serial;

	while (first > name && isdigit((unsigned char)first[-1]))
		first--;
	if (name + length - first < SERIAL_DIGITS)
		return 0;
	serial = strtoll(name + length - SERIAL_DIGITS, NULL, 10);
	return serial < SERIAL_MIN ? 0 : serial;
}

/* --- registers ----------------------------------------------------------- */

static uint16_t get_word(const struct data *data, unsigned n)
{
	return get_be16(data->frame.bytes + 2 * n);
}

static void put_word(struct data *data, unsigned n, uint16_t word)
{
	put_be16(data->frame.bytes + 2 * n, word);
}

/* A register with two different roles is masked. */
static void claim(
	struct data *data, unsigned first, unsigned count, uint16_t what)
{
	for (unsigned i = first; i < first + count; i++)
		if (data->what[i] == OPEN || data->what[i] == what)
			data->what[i] = what;
		else
			data->what[i] = HIDDEN;
}

static void claim_field(struct data *data, const struct map_field *field)
{
	unsigned first = field->address;
	unsigned end = first + field->count;
	bool is_whole;

	if (first < data->frame.address)
		first = data->frame.address;
	if (end > data->frame.address + data->frame.count)
		end = data->frame.address + data->frame.count;
	if (first >= end)
		return;
	is_whole = end - first == field->count;
	first -= data->frame.address;
	end -= data->frame.address;
	claim(data, first, end - first,
		field->is_secret || !is_whole ? HIDDEN
					      : (uint16_t)(SERIAL + first));
}

/* Whether the map's places are to be masked when known is the station's. */
static bool counts(const struct map *map, const struct map *known)
{
	if (!known)
		return true;
	return map == known ||
		(map->protocol == known->protocol &&
			(map->is_generic || known->is_generic));
}

const struct map_field *mask_fields_next(struct mask_fields *fields)
{
	bool any_unit = !fields->known || fields->known->is_generic ||
		(fields->unit_id == 0 && !map_has_unit(fields->known, 0));

	for (;;) {
		const struct map *map = fields->map;

		if (!map || fields->next == map->field_count) {
			fields->map = maps_next(fields->maps, map);
			fields->next = 0;
			if (!fields->map)
				return NULL;
			if (!counts(fields->map, fields->known))
				fields->next = fields->map->field_count;
			continue;
		}
		const struct map_field *field = &map->fields[fields->next++];

		if ((field->is_secret || field->type == MAP_SERIAL) &&
			(any_unit || field->unit_id == fields->unit_id))
			return field;
	}
}

static void claim_places(
	struct data *data, const struct maps *maps, const struct map *known)
{
	struct mask_fields fields = {
		.maps = maps,
		.known = known,
		.unit_id = data->frame.unit_id,
	};
	const struct map_field *field;

	while ((field = mask_fields_next(&fields)))
		claim_field(data, field);
}

static bool has_register(const struct map *map, uint8_t unit, unsigned address)
{
	for (size_t i = 0; i < map->field_count; i++) {
		const struct map_field *field = &map->fields[i];

		if (field->unit_id == unit && !field->is_secret &&
			address >= field->address &&
			address < (unsigned)field->address + field->count)
			return true;
	}
	return false;
}

/* Whether all registers of the field that were read are the map's. */
static bool is_explained(const struct data *data, const struct map_field *field,
	const struct map *map)
{
	for (unsigned i = 0; i < field->count; i++) {
		unsigned address = field->address + i;

		if (address >= data->frame.address &&
			address < data->frame.address + data->frame.count &&
			!has_register(map, data->frame.unit_id, address))
			return false;
	}
	return true;
}

/* Secrets in the case that the station is not of the map's protocol. */
static void claim_other_secrets(
	struct data *data, const struct maps *maps, const struct map *known)
{
	const struct map *map = NULL;

	while ((map = maps_next(maps, map))) {
		if (map->protocol == known->protocol)
			continue;
		for (size_t i = 0; i < map->field_count; i++)
			if (map->fields[i].is_secret &&
				!is_explained(data, &map->fields[i], known))
				claim_field(data, &map->fields[i]);
	}
}

static int64_t get_serial(const struct data *data, unsigned first, unsigned n)
{
	uint16_t words[IDENTITY_SERIAL_COUNT] = { 0 };

	for (unsigned i = 0; i < n; i++)
		words[i] = get_word(data, first + i);
	return register_uint64(words);
}

static void claim_serial(struct data *data, int64_t serial)
{
	if (serial < SERIAL_MIN)
		return;
	for (unsigned i = 0; i + SERIAL_WORDS <= data->frame.count; i++)
		if (get_serial(data, i, SERIAL_WORDS) == serial)
			claim(data, i, SERIAL_WORDS, (uint16_t)(SERIAL + i));
}

static void hide(struct data *data, unsigned first, unsigned n)
{
	int64_t serial = 0;

	if (data->what[first] == SERIAL + first && n >= SERIAL_WORDS)
		serial = mask_serial(get_serial(data, first, n));
	for (unsigned i = 0; i < n; i++, serial >>= 16)
		put_word(data, first + i, (uint16_t)serial);
}

/* Registers that are alike are masked together. */
static void hide_all(struct data *data)
{
	unsigned n;

	for (unsigned i = 0; i < data->frame.count; i += n) {
		n = 1;
		while (i + n < data->frame.count &&
			data->what[i + n] == data->what[i])
			n++;
		if (data->what[i] != OPEN)
			hide(data, i, n);
	}
}

void mask_frames(struct frame_line *line, const struct maps *maps,
	const struct map *map, bool is_certain, int64_t serial)
{
	struct data data = { 0 };

	if (!frame_data(&data.frame, line))
		return;
	claim_places(&data, maps, map);
	if (map && !is_certain)
		claim_other_secrets(&data, maps, map);
	claim_serial(&data, serial);
	hide_all(&data);
	frame_data_renew(line);
}

/* --- names and addresses ------------------------------------------------- */

size_t mask_prefix_length(const char *name, const struct maps *maps)
{
	const struct map *map = maps_by_name(maps, name);
	size_t longest = 0;

	for (size_t i = 0; map && i < map->prefix_count; i++) {
		size_t length = strlen(map->prefixes[i]);

		if (length > longest && length < strlen(name) &&
			strncmp(name, map->prefixes[i], length) == 0)
			longest = length;
	}
	return longest;
}

static void put_number(char *digits, size_t count, unsigned number)
{
	for (size_t i = count; i-- > 0; number /= 10)
		digits[i] = (char)('0' + number % 10);
}

void mask_name(char *name, const struct maps *maps, unsigned number)
{
	size_t prefix = mask_prefix_length(name, maps);
	char *run = name + prefix;

	while (*run) {
		size_t length = strspn(run, "0123456789");
		size_t kept = DIGITS_KEPT;

		/* Digits of the model may be in front. */
		if (prefix == 0 && length > SERIAL_DIGITS)
			kept += length - SERIAL_DIGITS;
		if (length >= RUN_MIN)
			put_number(run + kept, length - kept, number);
		run += length > 0 ? length : 1;
	}
}

void mask_address(char address[FRAME_LINE_STRING_MAX + 1], unsigned number)
{
	struct address parsed;
	uint8_t maker[3] = { 0 };

	if (strncmp(address, "unix:", 5) == 0)
		return;
	if (address_parse(&parsed, address) == 0)
		memcpy(maker, parsed.octets, sizeof maker);
	snprintf(address, FRAME_LINE_STRING_MAX + 1,
		"%02X:%02X:%02X:%02X:%02X:%02X", maker[0], maker[1], maker[2],
		number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
}
