/* Registers to values. */
#include "value.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static uint32_t low_word_first(const uint16_t *registers)
{
	return registers[0] | (uint32_t)registers[1] << 16;
}

int64_t value_serial(const uint16_t registers[4])
{
	uint64_t serial = 0;

	for (int i = 3; i >= 0; i--)
		serial = serial << 16 | registers[i];
	/* Above 2^63 is no serial number; as a negative one it is out of any
	 * range. */
	return (int64_t)serial;
}

enum value_kind value_text(char text[VALUE_TEXT_MAX + 1],
	const uint16_t *registers, unsigned count, bool swapped)
{
	size_t length = 2 * count;

	for (unsigned i = 0; i < count; i++) {
		text[2 * i + !!swapped] = (char)(registers[i] >> 8);
		text[2 * i + !swapped] = (char)registers[i];
	}
	while (length > 0 && text[length - 1] == '\0')
		length--;
	text[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return VALUE_BAD;
	return length > 0 ? VALUE_TEXT : VALUE_UNKNOWN;
}

static bool in_range(const struct map_field *field, int64_t raw)
{
	return !field->has_range || (raw >= field->low && raw <= field->high);
}

static void set_number(
	struct value *value, const struct map_field *field, int64_t raw)
{
	value->kind = in_range(field, raw) ? VALUE_NUMBER : VALUE_BAD;
	value->number = raw;
	value->decimals = field->decimals;
}

/* A list has no gaps: one value out of range and none of it is believed. */
static void set_list(struct value *value, const struct map_field *field,
	const uint16_t *registers)
{
	value->kind = VALUE_LIST;
	value->decimals = field->decimals;
	value->list = registers;
	value->list_count = field->count;
	for (unsigned i = 0; i < field->count; i++)
		if (!in_range(field, registers[i]))
			value->kind = VALUE_BAD;
}

/* A value without a name is its number, as text. */
static void set_enum(
	struct value *value, const struct map_field *field, uint16_t raw)
{
	value->kind = VALUE_TEXT;
	snprintf(value->text, sizeof value->text, "%u", raw);
	for (size_t i = 0; i < field->value_count; i++)
		if (field->values[i].value == raw)
			snprintf(value->text, sizeof value->text, "%s",
				field->values[i].name);
}

static void set_bool(struct value *value, uint16_t raw)
{
	value->kind = raw <= 1 ? VALUE_BOOL : VALUE_BAD;
	value->number = raw;
}

void value_decode(struct value *value, const struct map_field *field,
	const uint16_t *registers)
{
	switch (field->type) {
	case MAP_UINT16:
		if (field->is_list)
			set_list(value, field, registers);
		else
			set_number(value, field, registers[0]);
		break;
	case MAP_UINT32:
		set_number(value, field, low_word_first(registers));
		break;
	case MAP_UINT8_HI:
		set_number(value, field, registers[0] >> 8);
		break;
	case MAP_UINT8_LO:
		set_number(value, field, registers[0] & 0xff);
		break;
	case MAP_SERIAL:
		set_number(value, field, value_serial(registers));
		break;
	case MAP_VERSION:
		set_number(value, field, low_word_first(registers));
		if (value->kind == VALUE_NUMBER)
			value->kind = VALUE_VERSION;
		break;
	case MAP_BOOL:
		set_bool(value, registers[0]);
		break;
	case MAP_ENUM:
		set_enum(value, field, registers[0]);
		break;
	case MAP_STRING:
	case MAP_STRING_SWAPPED:
		value->kind = value_text(value->text, registers, field->count,
			field->type == MAP_STRING_SWAPPED);
		break;
	}
}
