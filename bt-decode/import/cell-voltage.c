/* Dumps of bluetti-cell-voltage. */
#include "cell-voltage.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/errors.h"

#define FORMAT "bluetti-register-dump/1"

bool cell_voltage_fits(const json_t *object)
{
	const char *format =
		json_string_value(json_object_get(object, "format"));

	return format && strcmp(format, FORMAT) == 0;
}

static int read_bytes(const struct dump *dump, uint8_t bytes[DUMP_BYTES],
	const char *key, const json_t *value, struct failure *failure)
{
	size_t count = json_array_size(value);

	if (!json_is_array(value))
		return object_refuse(
			failure, "%s: %s: not a list", dump->key, key);
	if (count > MODBUS_READ_MAX)
		return dump_refuse_count(dump, key, failure);
	for (size_t i = 0; i < count; i++) {
		const json_t *number = json_array_get(value, i);
		json_int_t word = json_integer_value(number);

		if (!json_is_integer(number) || word < 0 || word > UINT16_MAX)
			return object_refuse(failure,
				"%s: %s: not numbers up to 65535", dump->key,
				key);
		put_be16(bytes + 2 * i, (uint16_t)word);
	}
	return (int)(2 * count);
}

static int read_time(
	struct dump *dump, const json_t *object, struct failure *failure)
{
	const char *text;

	if (!json_object_get(object, "createdAt"))
		return 0;
	text = object_text(object, "createdAt", failure);
	if (!text)
		return -BT_EOBJECT;
	if (clock_parse(&dump->time, text, strlen(text)) < 0)
		return object_refuse(
			failure, "createdAt: %s", error_text(-BT_ETIME));
	return 0;
}

int cell_voltage_open(
	struct dump *dump, const json_t *object, struct failure *failure)
{
	int error = read_time(dump, object, failure);

	if (error < 0)
		return error;
	dump->key = "blocks";
	dump->read_bytes = read_bytes;
	return dump_open(dump, object, failure);
}
