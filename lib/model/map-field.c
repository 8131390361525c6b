/*
 * A field in the text of a map: nine columns, "-" for an empty one, empty
 * ones at the end left off.
 *
 *   unit  register  type  name  measure  scale  range  values  marks
 */
#include "model/map-text.h"

#include <ctype.h>
#include <string.h>

#include "base/errors.h"
#include "modbus/modbus.h"

#define COLUMNS 9

static const struct {
	const char *name;
	enum map_type type;
	uint16_t count; /* registers; 0: told in brackets */
} types[] = {
	{ "uint16", MAP_UINT16, 1 },
	{ "int16", MAP_INT16, 1 },
	{ "uint32", MAP_UINT32, 2 },
	{ "int32", MAP_INT32, 2 },
	{ "uint8_hi", MAP_UINT8_HI, 1 },
	{ "uint8_lo", MAP_UINT8_LO, 1 },
	{ "bool", MAP_BOOL, 1 },
	{ "enum", MAP_ENUM, 1 },
	{ "bits", MAP_BITS, 1 },
	{ "version", MAP_VERSION, 2 },
	{ "serial", MAP_SERIAL, 4 },
	{ "string", MAP_STRING, 0 },
	{ "string_swapped", MAP_STRING_SWAPPED, 0 },
};

#define TYPES (sizeof types / sizeof types[0])

const char *map_type_name(enum map_type type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return types[i].name;
	return "";
}

/* "string[6]", "uint16[16]": how many registers; 0 if there is no bracket. */
static int parse_brackets(struct map_reader *r, uint16_t *count, char *text)
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
		return map_fail(r, "\"[\" without \"]\"");
	bracket[length - 1] = '\0';
	if (map_parse_number(&number, bracket, MODBUS_READ_MAX) < 0 ||
		number == 0)
		return map_fail(
			r, "a field has 1 to %d registers", MODBUS_READ_MAX);
	*count = (uint16_t)number;
	return 0;
}

static int parse_type(struct map_reader *r, struct map_field *field, char *text)
{
	uint16_t count;

	if (parse_brackets(r, &count, text) < 0)
		return -BT_EMAP;
	for (size_t i = 0; i < TYPES; i++) {
		if (strcmp(text, types[i].name) != 0)
			continue;
		field->type = types[i].type;
		field->is_list = count > 0 && field->type == MAP_UINT16;
		field->count = count > 0 ? count : types[i].count;
		if (field->count == 0)
			return map_fail(
				r, "%s needs its length: %s[6]", text, text);
		if (count > 0 && types[i].count > 0 && !field->is_list &&
			field->type != MAP_BITS)
			return map_fail(r, "%s has no length of its own", text);
		return 0;
	}
	return map_fail(r, "no type is called \"%s\"", text);
}

/* A column and a JSON key: lower case, digits, underscores; not a key that
 * every record has. */
static int check_name(struct map_reader *r, const char *name)
{
	static const char *const taken[] = { "time", "address", "name", "model",
		"pack", "failed", "out_of_range", "registers" };

	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (strcmp(name, taken[i]) == 0)
			return map_fail(
				r, "\"%s\" is a key of every record", name);
	if (!islower((unsigned char)*name) || strlen(name) > 63 ||
		name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return map_fail(r,
			"\"%s\": a name has a-z, 0-9 and _, 63 at most, and "
			"begins with a letter",
			name);
	return 0;
}

/* "0.1", or with something to add to the value: "1-40". */
static int parse_scale(
	struct map_reader *r, struct map_field *field, char *text)
{
	static const char *const scales[] = { "1", "0.1", "0.01", "0.001" };
	size_t length = strcspn(text, "+-");
	const char *offset = text + length + (text[length] == '+');

	for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
		if (strlen(scales[i]) != length ||
			strncmp(text, scales[i], length) != 0)
			continue;
		field->decimals = (int)i;
		if (text[length] &&
			map_parse_decimal(
				&field->offset, offset, field->decimals) < 0)
			return map_fail(r,
				"what a scale adds is in steps of the scale: "
				"\"%s\"",
				text);
		return 0;
	}
	return map_fail(
		r, "a scale is 1, 0.1, 0.01 or 0.001, not \"%s\"", text);
}

static int parse_range(
	struct map_reader *r, struct map_field *field, char *text)
{
	char *dots = strstr(text, "..");

	if (!dots)
		return map_fail(r, "a range is LOW..HIGH, not \"%s\"", text);
	*dots = '\0';
	if (map_parse_decimal(&field->low, text, field->decimals) < 0 ||
		map_parse_decimal(&field->high, dots + 2, field->decimals) <
			0 ||
		field->low > field->high)
		return map_fail(
			r, "a range is LOW..HIGH in steps of the scale");
	field->has_range = true;
	return 0;
}

/* What is named in that column must be one of this type's. */
static int check_value(struct map_reader *r, const struct map_field *field,
	const struct map_value *value)
{
	if (field->type == MAP_BITS && value->value >= 16u * field->count)
		return map_fail(r, "bits are numbered from 0 to %d",
			16 * field->count - 1);
	if (field->type == MAP_BOOL && strcmp(value->name, "true") != 0 &&
		strcmp(value->name, "false") != 0)
		return map_fail(
			r, "a bool is true or false, not \"%s\"", value->name);
	return 0;
}

/* "0=STANDBY;1=CHARGE" */
static int parse_values(
	struct map_reader *r, struct map_field *field, char *text)
{
	char *rest = text;
	char *value;

	while ((value = strsep(&rest, ";"))) {
		char *name = strchr(value, '=');
		size_t count = field->value_count;
		struct map_value *more = map_grow(
			r, field->values, &field->value_count, sizeof *more);

		if (!more)
			return -BT_EMAP;
		field->values = more;
		if (!name || name[1] == '\0')
			return map_fail(r, "values are like 0=OFF;1=ON");
		*name++ = '\0';
		if (map_parse_number(&more[count].value, value, 65535) < 0)
			return map_fail(
				r, "\"%s\" is no value of a register", value);
		for (size_t i = 0; i < count; i++)
			if (more[i].value == more[count].value)
				return map_fail(r, "%s has two names", value);
		more[count].name = name;
		if (check_value(r, field, &more[count]) < 0)
			return -BT_EMAP;
	}
	return 0;
}

static int parse_marks(
	struct map_reader *r, struct map_field *field, char *text)
{
	char *rest = text;
	char *mark;

	while ((mark = strsep(&rest, ","))) {
		if (strcmp(mark, "pack") == 0)
			field->is_pack = true;
		else if (strcmp(mark, "secret") == 0)
			field->is_secret = true;
		else if (strcmp(mark, "writable") == 0)
			field->is_writable = true;
		else
			return map_fail(r, "no mark is called \"%s\"", mark);
	}
	return 0;
}

/* A column that would mean nothing is a mistake. */
static int check_columns(struct map_reader *r, const struct map_field *field)
{
	enum map_kind kind = map_field_kind(field);
	bool is_number = (kind == MAP_NUMBER || kind == MAP_LIST) &&
		field->type != MAP_BITS;
	bool has_names = field->type == MAP_ENUM || field->type == MAP_BITS ||
		field->type == MAP_BOOL;

	if (!is_number && (field->decimals || field->offset || field->measure))
		return map_fail(r, "only numbers have a unit and a scale");
	if (!is_number && field->has_range)
		return map_fail(r, "only numbers have a range");
	if (field->type == MAP_ENUM && field->value_count == 0)
		return map_fail(r, "an enum needs names of values");
	if (!has_names && field->value_count > 0)
		return map_fail(r, "only enum, bits and bool have values");
	return 0;
}

static int check_field(struct map_reader *r, const struct map_field *field)
{
	const struct map_field *first = map_field(r->map, field->name);

	if (field->address + field->count > 65536)
		return map_fail(r, "the last register is 65535");
	if (check_columns(r, field) < 0)
		return -BT_EMAP;
	if (first != field &&
		(map_field_kind(first) != map_field_kind(field) ||
			first->is_pack != field->is_pack))
		return map_fail(r, "%s has another type above", field->name);
	return 0;
}

/* Adds the last field of the map to the places of its name. */
static void link_places(struct map *map)
{
	size_t last = map->field_count - 1;
	const char *name = map->fields[last].name;

	for (size_t i = last; i-- > 0;) {
		if (strcmp(map->fields[i].name, name) == 0) {
			map->fields[i].next_place = last;
			map->fields[last].is_repeat = true;
			return;
		}
	}
}

static int fill_field(
	struct map_reader *r, struct map_field *field, char **column)
{
	if (map_parse_unit(r, &field->unit, column[0]) < 0)
		return -BT_EMAP;
	if (map_parse_register(&field->address, column[1]) < 0)
		return map_fail(r, "\"%s\" is no register", column[1]);
	if (parse_type(r, field, column[2]) < 0 || check_name(r, column[3]) < 0)
		return -BT_EMAP;
	field->name = column[3];
	field->measure = column[4];
	field->place = r->place;
	if (column[5] && parse_scale(r, field, column[5]) < 0)
		return -BT_EMAP;
	if (column[6] && parse_range(r, field, column[6]) < 0)
		return -BT_EMAP;
	if (column[7] && parse_values(r, field, column[7]) < 0)
		return -BT_EMAP;
	if (column[8] && parse_marks(r, field, column[8]) < 0)
		return -BT_EMAP;
	return check_field(r, field);
}

int map_read_field(struct map_reader *r, char *line)
{
	struct map *map = r->map;
	size_t count = map->field_count;
	char *column[COLUMNS] = { NULL };
	struct map_field *more;
	char *word;
	int n = 0;

	for (; (word = map_next_word(&line)); n++) {
		if (n == COLUMNS)
			return map_fail(
				r, "a field has %d columns at most", COLUMNS);
		if (strcmp(word, "-") != 0)
			column[n] = word;
	}
	if (!column[1] || !column[2] || !column[3])
		return map_fail(
			r, "a field needs unit, register, type and name");
	more = map_grow(r, map->fields, &map->field_count, sizeof *more);
	if (!more)
		return -BT_EMAP;
	map->fields = more;
	if (fill_field(r, &more[count], column) < 0)
		return -BT_EMAP;
	link_places(map);
	return 0;
}
