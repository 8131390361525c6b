/* Records as bt-decode writes them, and as anybody else might: bt-records(5).
 */
#include "record.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/errors.h"

/* Objects and lists within a value. MariaDB's own limit is 32. */
#define RECORD_DEPTH 8

/* The column of pack_sample takes no more, and 0 is no pack. */
#define PACK_MAX 255

static int refuse(char why[RECORD_WHY], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(char why[RECORD_WHY], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, RECORD_WHY, format, arguments);
	va_end(arguments);
	return -BT_ERECORD;
}

size_t record_characters(const char *text)
{
	size_t count = 0;

	/* All bytes of a character but the first are 10xxxxxx. */
	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static bool is_too_deep(json_t *value, int depth)
{
	const char *key;
	json_t *item;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value))
		return false;
	if (depth == 0)
		return true;
	json_object_foreach (value, key, item) {
		if (is_too_deep(item, depth - 1))
			return true;
	}
	json_array_foreach (value, i, item) {
		if (is_too_deep(item, depth - 1))
			return true;
	}
	return false;
}

/* Most records have no value in another, and this is seen sooner. */
static bool is_flat(const char *line, size_t length)
{
	return !memchr(line, '[', length) &&
		memchr(line, '{', length) == memrchr(line, '{', length);
}

/* The text of a key if it fits its column and says anything, else NULL. */
static const char *get_text(json_t *object, const char *key, size_t maximum)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || !*text || record_characters(text) > maximum)
		return NULL;
	return text;
}

static int read_time(
	struct record *record, json_t *object, char why[RECORD_WHY])
{
	json_t *time = json_object_get(object, "time");

	if (!time)
		return refuse(why, "record has no time");
	if (!json_is_string(time) ||
		clock_parse(&record->time, json_string_value(time),
			json_string_length(time)) < 0)
		return refuse(why, "time is %s", error_text(-BT_ETIME));
	return 0;
}

static int read_device(
	struct record *record, json_t *object, char why[RECORD_WHY])
{
	json_t *name = json_object_get(object, "name");

	record->address = get_text(object, "address", RECORD_NAME_MAX);
	record->device = get_text(object, "name", RECORD_NAME_MAX);
	if (name && !json_is_string(name))
		return refuse(why, "name is not text");
	if (name && *json_string_value(name) && !record->device)
		return refuse(why, "name is longer than %d characters",
			RECORD_NAME_MAX);
	if (!record->device)
		record->device = record->address;
	if (!record->device)
		return refuse(why, "record has neither name nor address");
	return 0;
}

static int read_pack(
	struct record *record, json_t *object, char why[RECORD_WHY])
{
	json_t *pack = json_object_get(object, "pack");

	record->pack = 0;
	if (!pack)
		return 0;
	if (!json_is_integer(pack) || json_integer_value(pack) < 1 ||
		json_integer_value(pack) > PACK_MAX)
		return refuse(
			why, "pack is not a number from 1 to %d", PACK_MAX);
	record->pack = (int)json_integer_value(pack);
	return 0;
}

static void read_identity(struct record *record, json_t *object)
{
	json_t *serial = json_object_get(object, "serial_number");

	record->model = get_text(object, "model", RECORD_MODEL_MAX);
	record->serial_number = -1;
	if (json_is_integer(serial) && json_integer_value(serial) >= 0)
		record->serial_number = json_integer_value(serial);
}

static int read_object(
	struct record *record, json_t *object, char why[RECORD_WHY])
{
	int error;

	if (!json_is_object(object))
		return refuse(why, "not a JSON object");
	error = read_time(record, object, why);
	if (error == 0)
		error = read_device(record, object, why);
	if (error == 0)
		error = read_pack(record, object, why);
	if (error == 0)
		read_identity(record, object);
	return error;
}

int record_read(struct record *record, const char *line, size_t length,
	char why[RECORD_WHY])
{
	struct record result = { 0 };
	json_error_t parse;
	int error;

	if (memchr(line, '\0', length))
		return refuse(why, "line has a NUL byte");
	result.object =
		json_loadb(line, length, JSON_REJECT_DUPLICATES, &parse);
	if (!result.object &&
		json_error_code(&parse) == json_error_out_of_memory)
		return -ENOMEM;
	if (!result.object &&
		json_error_code(&parse) == json_error_null_character)
		return refuse(why, "text has a NUL character");
	if (!result.object)
		return refuse(why, "not JSON: %s (column %d)", parse.text,
			parse.column);
	/* One level is the record itself. */
	if (!is_flat(line, length) &&
		is_too_deep(result.object, RECORD_DEPTH + 1))
		error = refuse(why, "values are nested more than %d deep",
			RECORD_DEPTH);
	else
		error = read_object(&result, result.object, why);
	if (error < 0) {
		json_decref(result.object);
		return error;
	}
	*record = result;
	return 0;
}

bool record_is_key(const struct record *record, const char *key)
{
	/* Fields are many and keys few: most differ in the first byte. */
	switch (key[0]) {
	case 't':
		return strcmp(key, "time") == 0;
	case 'n':
		return strcmp(key, "name") == 0;
	case 'p':
		return strcmp(key, "pack") == 0;
	case 'a':
		return record->address && strcmp(key, "address") == 0;
	case 'm':
		return record->model && strcmp(key, "model") == 0;
	case 's':
		return record->serial_number >= 0 &&
			strcmp(key, "serial_number") == 0;
	}
	return false;
}
