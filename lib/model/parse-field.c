/*
 * A field in the text of a map: nine columns; "-" is an empty column, and empty
 * columns at the end are omitted.
 *
 *   unit  register  type  name  measure  scale  range  values  marks
 */
#include "model/parse-internal.h"

#include <ctype.h>
#include <string.h>

#include "base/errors.h"
#include "modbus/modbus.h"

#define COLUMNS 9

/* "string[6]", "uint16[16]": how many registers; 0 if there is no bracket. */
static int parse_brackets(struct parser *p, uint16_t *count, char *text)
{
	char *bracket = strchr(text, '[');
	size_t length;
	uint32_t number;

	*count = 0;
	if (!bracket)
		return 0;
	*bracket++ = '\0';
	length = strlen(bracket);
	if (length < 2 || bracket[length - 1] != ']')
		return parse_fail(p, "\"[\" without \"]\"");
	bracket[length - 1] = '\0';
	if (parse_number(&number, bracket, MODBUS_READ_MAX) < 0 || number == 0)
		return parse_fail(
			p, "a field has 1 to %d registers", MODBUS_READ_MAX);
	*count = (uint16_t)number;
	return 0;
}

static int parse_type(struct parser *p, struct map_field *field, char *text)
{
	uint16_t count;

	if (parse_brackets(p, &count, text) < 0)
		return -BT_EMAP;
	for (enum map_type type = 0; type < MAP_TYPES; type++) {
		uint16_t own = map_type_count(type);

		if (strcmp(text, map_type_name(type)) != 0)
			continue;
		field->type = type;
		field->is_list = count > 0 && type == MAP_UINT16;
		field->count = count > 0 ? count : own;
		if (field->count == 0)
			return parse_fail(
				p, "%s needs its length: %s[6]", text, text);
		if (count > 0 && own > 0 && !field->is_list && type != MAP_BITS)
			return parse_fail(p, "%s takes no length", text);
		return 0;
	}
	return parse_fail(p, "unknown type \"%s\"", text);
}

/* A column and a JSON key: lower case, digits, underscores; not a key that
 * every record has. */
static int check_name(struct parser *p, const char *name)
{
	static const char *const taken[] = { "time", "address", "name", "model",
		"pack", "failed", "out_of_range", "registers" };

	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (strcmp(name, taken[i]) == 0)
			return parse_fail(
				p, "\"%s\" is a key of every record", name);
	if (!islower((unsigned char)*name) || strlen(name) > 63 ||
		name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return parse_fail(p,
			"\"%s\": a name has a-z, 0-9 and _, 63 at most, and "
			"begins with a letter",
			name);
	return 0;
}

/* "0.1", or with something to add to the value: "1-40". "-0.1" turns the sign
 * round. */
static int parse_scale(struct parser *p, struct map_field *field, char *text)
{
	static const char *const scales[] = { "1", "0.1", "0.01", "0.001" };
	size_t length;
	const char *offset;

	field->is_negated = *text == '-';
	text += field->is_negated;
	length = strcspn(text, "+-");
	offset = text + length + (text[length] == '+');

	for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
		if (strlen(scales[i]) != length ||
			strncmp(text, scales[i], length) != 0)
			continue;
		field->decimals = (int)i;
		if (text[length] &&
			parse_decimal(&field->offset, offset, field->decimals) <
				0)
			return parse_fail(p,
				"the offset of a scale is in steps of the "
				"scale: \"%s\"",
				text);
		return 0;
	}
	return parse_fail(
		p, "a scale is 1, 0.1, 0.01 or 0.001, not \"%s\"", text);
}

/* Checks a named value against the field's type. */
static int check_value(struct parser *p, const struct map_field *field,
	const struct map_value *value)
{
	if (field->type == MAP_BITS && value->value >= 16u * field->count)
		return parse_fail(p, "bits are numbered from 0 to %d",
			16 * field->count - 1);
	if (field->type == MAP_BOOL && strcmp(value->name, "true") != 0 &&
		strcmp(value->name, "false") != 0)
		return parse_fail(
			p, "a bool is true or false, not \"%s\"", value->name);
	return 0;
}

/* "0=STANDBY;1=CHARGE" */
static int parse_values(struct parser *p, struct map_field *field, char *text)
{
	char *rest = text;
	char *value;

	while ((value = strsep(&rest, ";"))) {
		char *name = strchr(value, '=');
		size_t count = field->value_count;
		struct map_value *more = parse_grow(
			p, field->values, &field->value_count, sizeof *more);

		if (!more)
			return -BT_EMAP;
		field->values = more;
		if (!name || name[1] == '\0')
			return parse_fail(p, "values are like 0=OFF;1=ON");
		*name++ = '\0';
		if (parse_number(&more[count].value, value, 65535) < 0)
			return parse_fail(p,
				"\"%s\" is not a value of a register", value);
		for (size_t i = 0; i < count; i++)
			if (more[i].value == more[count].value)
				return parse_fail(p, "%s has two names", value);
		more[count].name = name;
		if (check_value(p, field, &more[count]) < 0)
			return -BT_EMAP;
	}
	return 0;
}

/* "1235=101" */
static int parse_condition(
	struct parser *p, struct map_field *field, char *mark, char *equals)
{
	uint32_t value;

	*equals = '\0';
	if (parse_register(&field->condition.address, mark) < 0 ||
		parse_number(&value, equals + 1, 65535) < 0)
		return parse_fail(p,
			"a condition is REGISTER=VALUE, for example 1235=101");
	field->condition.value = (uint16_t)value;
	field->has_condition = true;
	return 0;
}

static int parse_mark(struct parser *p, struct map_field *field, char *mark)
{
	char *equals = strchr(mark, '=');

	if (equals)
		return parse_condition(p, field, mark, equals);
	if (strcmp(mark, "pack") == 0)
		field->is_pack = true;
	else if (strcmp(mark, "secret") == 0)
		field->is_secret = true;
	else if (strcmp(mark, "writable") == 0)
		field->is_writable = true;
	else
		return parse_fail(p, "unknown mark \"%s\"", mark);
	return 0;
}

static int parse_marks(struct parser *p, struct map_field *field, char *text)
{
	char *rest = text;
	char *mark;

	while ((mark = strsep(&rest, ",")))
		if (parse_mark(p, field, mark) < 0)
			return -BT_EMAP;
	return 0;
}

/* A column that would mean nothing is a mistake. */
static int check_columns(struct parser *p, const struct map_field *field)
{
	enum map_kind kind = map_field_kind(field);
	bool is_number = (kind == MAP_NUMBER || kind == MAP_LIST) &&
		field->type != MAP_BITS;
	bool has_names = field->type == MAP_ENUM || field->type == MAP_BITS ||
		field->type == MAP_BOOL;

	if (!is_number &&
		(field->decimals || field->offset || field->is_negated ||
			field->unit))
		return parse_fail(p, "only numbers have a unit and a scale");
	if (!is_number && field->ranges.count > 0)
		return parse_fail(p, "only numbers have a range");
	if (field->type == MAP_ENUM && field->value_count == 0)
		return parse_fail(p, "an enum needs names of values");
	if (!has_names && field->value_count > 0)
		return parse_fail(p, "only enum, bits and bool have values");
	return 0;
}

static int check_field(struct parser *p, const struct map_field *field)
{
	const struct map_field *first = map_field(p->map, field->name);

	if (field->address + field->count > 65536)
		return parse_fail(p, "the last register is 65535");
	if (check_columns(p, field) < 0)
		return -BT_EMAP;
	if (first != field &&
		(map_field_kind(first) != map_field_kind(field) ||
			first->is_pack != field->is_pack))
		return parse_fail(p, "%s has another type above", field->name);
	return 0;
}

/* Adds the last field of the map to the places of its name. */
static void link_places(struct map *map)
{
	size_t last = map->field_count - 1;
	const char *name = map->fields[last].name;

	for (size_t i = last; i-- > 0;) {
		if (strcmp(map->fields[i].name, name) == 0) {
			map->fields[i].next_repeat = last;
			map->fields[last].is_repeat = true;
			return;
		}
	}
}

static int fill_field(struct parser *p, struct map_field *field, char **column)
{
	if (parse_unit_id(p, &field->unit_id, column[0]) < 0)
		return -BT_EMAP;
	if (parse_register(&field->address, column[1]) < 0)
		return parse_fail(p, "\"%s\" is not a register", column[1]);
	if (parse_type(p, field, column[2]) < 0 || check_name(p, column[3]) < 0)
		return -BT_EMAP;
	field->name = column[3];
	field->unit = column[4];
	field->position = p->position;
	if (column[5] && parse_scale(p, field, column[5]) < 0)
		return -BT_EMAP;
	if (column[6] &&
		parse_ranges(p, &field->ranges, column[6], field->decimals) < 0)
		return -BT_EMAP;
	if (column[7] && parse_values(p, field, column[7]) < 0)
		return -BT_EMAP;
	if (column[8] && parse_marks(p, field, column[8]) < 0)
		return -BT_EMAP;
	return check_field(p, field);
}

int parse_field(struct parser *p, char *line)
{
	struct map *map = p->map;
	size_t count = map->field_count;
	char *column[COLUMNS] = { NULL };
	struct map_field *more;
	char *token;
	int n = 0;

	for (; (token = parse_token(&line)); n++) {
		if (n == COLUMNS)
			return parse_fail(
				p, "a field has %d columns at most", COLUMNS);
		if (strcmp(token, "-") != 0)
			column[n] = token;
	}
	if (!column[1] || !column[2] || !column[3])
		return parse_fail(
			p, "a field needs unit, register, type and name");
	more = parse_grow(p, map->fields, &map->field_count, sizeof *more);
	if (!more)
		return -BT_EMAP;
	map->fields = more;
	if (fill_field(p, &more[count], column) < 0)
		return -BT_EMAP;
	link_places(map);
	return 0;
}
