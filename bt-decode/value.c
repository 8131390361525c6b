/* Registers to values. */
#include "value.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "model/register-value.h"

void value_name(char name[VALUE_TEXT_MAX + 1], const struct map_field *field,
	unsigned number)
{
	snprintf(name, VALUE_TEXT_MAX + 1, "%u", number);
	for (size_t i = 0; i < field->value_count; i++)
		if (field->values[i].value == number)
			snprintf(name, VALUE_TEXT_MAX + 1, "%s",
				field->values[i].name);
}

static void set_number(
	struct value *value, const struct map_field *field, int64_t raw)
{
	int64_t number = raw + field->offset;

	value->kind =
		map_field_accepts(field, number) ? VALUE_NUMBER : VALUE_BAD;
	value->number = number;
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
		if (!map_field_accepts(field, registers[i] + field->offset))
			value->kind = VALUE_BAD;
}

static void set_bits(struct value *value, const struct map_field *field,
	const uint16_t *registers)
{
	value->kind = VALUE_BITS;
	value->list = registers;
	value->list_count = field->count;
}

/* 1 and 0, unless the map names other values. */
static void set_bool(
	struct value *value, const struct map_field *field, uint16_t raw)
{
	char name[VALUE_TEXT_MAX + 1];

	value_name(name, field, raw);
	value->kind = VALUE_BOOL;
	if (strcmp(name, "true") == 0 || (field->value_count == 0 && raw == 1))
		value->number = 1;
	else if (strcmp(name, "false") == 0 ||
		(field->value_count == 0 && raw == 0))
		value->number = 0;
	else
		value->kind = VALUE_BAD;
}

static void set_text(struct value *value, const struct map_field *field,
	const uint16_t *registers)
{
	int length = register_text(value->text, registers, field->count,
		field->type == MAP_STRING_SWAPPED);

	if (length < 0)
		value->kind = VALUE_BAD;
	else
		value->kind = length > 0 ? VALUE_TEXT : VALUE_UNKNOWN;
}

void value_decode(struct value *value, const struct map_field *field,
	const uint16_t *registers)
{
	value->field = field;
	switch (field->type) {
	case MAP_UINT16:
		if (field->is_list)
			set_list(value, field, registers);
		else
			set_number(value, field, registers[0]);
		break;
	case MAP_INT16:
		set_number(value, field, (int16_t)registers[0]);
		break;
	case MAP_UINT32:
		set_number(value, field, register_uint32(registers));
		break;
	case MAP_INT32:
		set_number(value, field, register_int32(registers));
		break;
	case MAP_UINT8_HI:
		set_number(value, field, registers[0] >> 8);
		break;
	case MAP_UINT8_LO:
		set_number(value, field, registers[0] & 0xff);
		break;
	case MAP_SERIAL:
		set_number(value, field, register_uint64(registers));
		break;
	case MAP_VERSION:
		set_number(value, field, register_uint32(registers));
		if (value->kind == VALUE_NUMBER)
			value->kind = VALUE_VERSION;
		break;
	case MAP_BOOL:
		set_bool(value, field, registers[0]);
		break;
	case MAP_ENUM:
		value->kind = VALUE_TEXT;
		value_name(value->text, field, registers[0]);
		break;
	case MAP_BITS:
		set_bits(value, field, registers);
		break;
	case MAP_STRING:
	case MAP_STRING_SWAPPED:
		set_text(value, field, registers);
		break;
	}
}
