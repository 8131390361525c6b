/* Registers to values, and values to JSON. */
#include "value.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "model/register-value.h"

#define TEXT_MAX (2 * 127) /* bytes of the longest string field */

/* --- decoding ------------------------------------------------------------ */

static enum value_kind set_number(struct value *value, int64_t raw)
{
	value->number = map_field_number(value->field, raw);
	return map_field_accepts(value->field, value->number)
		? VALUE_NUMBER
		: VALUE_OUT_OF_RANGE;
}

/* A list has no gaps: one value out of range invalidates it. */
static enum value_kind check_list(const struct value *value)
{
	const struct map_field *field = value->field;

	for (unsigned i = 0; i < field->count; i++)
		if (!map_field_accepts(field,
			    map_field_number(field, value->registers[i])))
			return VALUE_OUT_OF_RANGE;
	return VALUE_LIST;
}

static enum value_kind set_version(struct value *value)
{
	return set_number(value, register_uint32(value->registers)) ==
			VALUE_NUMBER
		? VALUE_VERSION
		: VALUE_OUT_OF_RANGE;
}

/* 1 and 0, unless the map names other values. */
static enum value_kind set_bool(struct value *value, uint16_t raw)
{
	const char *name = map_value_name(value->field, raw);

	if (value->field->value_count == 0)
		name = raw == 1 ? "true" : raw == 0 ? "false" : NULL;
	value->number = name && *name == 't';
	return name ? VALUE_BOOL : VALUE_OUT_OF_RANGE;
}

static int get_text(char text[TEXT_MAX + 1], const struct value *value)
{
	return register_text(text, value->registers, value->field->count,
		value->field->type == MAP_STRING_SWAPPED);
}

static enum value_kind check_text(const struct value *value)
{
	char text[TEXT_MAX + 1];
	int length = get_text(text, value);

	if (length == 0)
		return VALUE_ABSENT;
	return length > 0 ? VALUE_TEXT : VALUE_OUT_OF_RANGE;
}

static enum value_kind decode(struct value *value)
{
	const uint16_t *registers = value->registers;

	switch (value->field->type) {
	case MAP_UINT16:
		return value->field->is_list ? check_list(value)
					     : set_number(value, registers[0]);
	case MAP_INT16:
		return set_number(value, (int16_t)registers[0]);
	case MAP_UINT32:
		return set_number(value, register_uint32(registers));
	case MAP_INT32:
		return set_number(value, register_int32(registers));
	case MAP_UINT8_HI:
		return set_number(value, registers[0] >> 8);
	case MAP_UINT8_LO:
		return set_number(value, registers[0] & 0xff);
	case MAP_SERIAL:
		return set_number(value, register_uint64(registers));
	case MAP_VERSION:
		return set_version(value);
	case MAP_BOOL:
		return set_bool(value, registers[0]);
	case MAP_ENUM:
		value->number = registers[0];
		return VALUE_CHOICE;
	case MAP_BITS:
		return VALUE_BITS;
	case MAP_STRING:
	case MAP_STRING_SWAPPED:
		return check_text(value);
	}
	return VALUE_ABSENT;
}

void value_decode(struct value *value, const struct map_field *field,
	const uint16_t *registers)
{
	value->field = field;
	value->registers = registers;
	value->kind = decode(value);
}

/* --- writing ------------------------------------------------------------- */

static void write_list(struct json *json, const struct value *value)
{
	const struct map_field *field = value->field;

	json_begin(json, '[');
	for (unsigned i = 0; i < field->count; i++)
		json_decimal(json, map_field_number(field, value->registers[i]),
			field->decimals);
	json_end(json, ']');
}

/* The name that the field has for a value or a bit, else the number. */
static void write_name(
	struct json *json, const struct map_field *field, unsigned number)
{
	const char *name = map_value_name(field, number);
	char digits[16];

	if (!name)
		snprintf(digits, sizeof digits, "%u", number);
	json_text(json, name ? name : digits);
}

static void write_bits(struct json *json, const struct value *value)
{
	json_begin(json, '[');
	for (unsigned bit = 0; bit < 16u * value->field->count; bit++)
		if (value->registers[bit / 16] >> bit % 16 & 1)
			write_name(json, value->field, bit);
	json_end(json, ']');
}

static void write_text(struct json *json, const struct value *value)
{
	char text[TEXT_MAX + 1];

	get_text(text, value);
	json_text(json, text);
}

/* In hundredths, always with two decimals. */
static void write_version(struct json *json, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof text, "%u.%02u", number / 100, number % 100);
	json_text(json, text);
}

void value_write(struct json *json, const struct value *value)
{
	switch (value->kind) {
	case VALUE_ABSENT:
	case VALUE_OUT_OF_RANGE:
		break;
	case VALUE_NUMBER:
		json_decimal(json, value->number, value->field->decimals);
		break;
	case VALUE_LIST:
		write_list(json, value);
		break;
	case VALUE_BITS:
		write_bits(json, value);
		break;
	case VALUE_BOOL:
		json_bool(json, value->number != 0);
		break;
	case VALUE_CHOICE:
		write_name(json, value->field, (unsigned)value->number);
		break;
	case VALUE_TEXT:
		write_text(json, value);
		break;
	case VALUE_VERSION:
		write_version(json, (uint32_t)value->number);
		break;
	}
}
