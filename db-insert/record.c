/* Records as bt-decode writes them, and as anybody else might: bt-records(5).
 */
#include "record.h"

#include <ctype.h>
#include <errno.h>

#include "base/clock.h"
#include "base/errors.h"
#include "modbus/frame-line.h"

/* The column of pack_sample takes no more, and 0 is no pack. */
#define PACK_MAX 255

/* The fields that may say which row it is; NULL: the record has none. */
enum key { TIME, NAME, PACK, ADDRESS, MODEL, SERIAL_NUMBER, KEYS };

static const struct {
	const char *name;
	size_t length;
} keys[KEYS] = {
	[TIME] = { "time", 4 },
	[NAME] = { "name", 4 },
	[PACK] = { "pack", 4 },
	[ADDRESS] = { "address", 7 },
	[MODEL] = { "model", 5 },
	[SERIAL_NUMBER] = { "serial_number", 13 },
};

size_t record_characters(struct text text)
{
	size_t count = 0;

	/* All bytes of a character but the first are 10xxxxxx. */
	for (size_t i = 0; i < text.length; i++)
		count += ((unsigned char)text.bytes[i] & 0xc0) != 0x80;
	return count;
}

static void find_keys(struct record *record, struct field *found[KEYS])
{
	for (size_t i = 0; i < record->count; i++) {
		struct field *field = &record->fields[i];

		for (int k = 0; k < KEYS; k++) {
			if (field->key.length == keys[k].length &&
				memcmp(field->key.bytes, keys[k].name,
					keys[k].length) == 0)
				found[k] = field;
		}
	}
}

/* The text of a field if it fits its column and says anything. */
static struct text take_text(struct field *field, size_t maximum)
{
	if (!field || field->kind != FIELD_TEXT || field->text.length == 0 ||
		record_characters(field->text) > maximum)
		return (struct text){ 0 };
	field->is_identity = true;
	return field->text;
}

static int read_time(
	struct identity *identity, struct field *time, struct failure *failure)
{
	if (!time)
		return failure_set(failure, -BT_ERECORD,
			"record has no time (bt-decode --time gives it one)");
	if (time->kind != FIELD_TEXT ||
		clock_parse(&identity->time, time->text.bytes,
			time->text.length) < 0)
		return failure_set(failure, -BT_ERECORD, "time is %s",
			error_text(-BT_ETIME));
	time->is_identity = true;
	return 0;
}

bool record_is_bluetooth(struct text address)
{
	if (address.length != 17)
		return false;
	for (size_t i = 0; i < address.length; i++) {
		if (i % 3 == 2 ? address.bytes[i] != ':'
			       : !isxdigit((unsigned char)address.bytes[i]))
			return false;
	}
	return true;
}

static int read_device(struct identity *identity, struct field *name,
	struct field *address, struct failure *failure)
{
	identity->address = take_text(address, RECORD_NAME_MAX);
	identity->is_bluetooth = record_is_bluetooth(identity->address);
	identity->device = take_text(name, RECORD_NAME_MAX);
	if (name && name->kind != FIELD_TEXT)
		return failure_set(failure, -BT_ERECORD, "name is not text");
	if (name && name->text.length > 0 && !identity->device.bytes)
		return failure_set(failure, -BT_ERECORD,
			"name is longer than %d characters", RECORD_NAME_MAX);
	if (name)
		name->is_identity = true;
	if (!identity->device.bytes)
		identity->device = identity->address;
	if (!identity->device.bytes)
		return failure_set(failure, -BT_ERECORD,
			"record has neither name nor address");
	return 0;
}

static int read_pack(
	struct identity *identity, struct field *pack, struct failure *failure)
{
	identity->pack = 0;
	if (!pack)
		return 0;
	if (pack->kind != FIELD_INTEGER || pack->integer < 1 ||
		pack->integer > PACK_MAX)
		return failure_set(failure, -BT_ERECORD,
			"pack is not a number from 1 to %d", PACK_MAX);
	pack->is_identity = true;
	identity->pack = (int)pack->integer;
	return 0;
}

static void read_serial_number(struct identity *identity, struct field *field)
{
	identity->serial_number = -1;
	if (!field || field->kind != FIELD_INTEGER || field->integer < 0)
		return;
	field->is_identity = true;
	identity->serial_number = field->integer;
}

static int read_identity(struct record *record, struct failure *failure)
{
	struct identity *identity = &record->identity;
	struct field *found[KEYS] = { NULL };
	int error;

	find_keys(record, found);
	error = read_time(identity, found[TIME], failure);
	if (error == 0)
		error = read_device(
			identity, found[NAME], found[ADDRESS], failure);
	if (error == 0)
		error = read_pack(identity, found[PACK], failure);
	if (error < 0)
		return error;
	identity->model = take_text(found[MODEL], RECORD_MODEL_MAX);
	read_serial_number(identity, found[SERIAL_NUMBER]);
	return 0;
}

/* Whether bt-decode was forgotten. */
static bool is_frame_line(const char *line, size_t length)
{
	struct frame_line frame;
	const char *field;

	return frame_line_parse(&frame, line, length, &field) == 0;
}

void record_release(struct record *record)
{
	json_decref(record->tree);
	record->tree = NULL;
}

int record_read(struct record *record, enum record_reader reader,
	const char *line, size_t length, struct failure *failure)
{
	int count = -1;

	record_release(record);
	if (reader == RECORD_ANY)
		count = flat_read(record->fields, &record->keys, line, length);
	if (count < 0)
		count = tree_read(
			record->fields, &record->tree, line, length, failure);
	if (count == -BT_ERECORD && is_frame_line(line, length))
		return failure_set(failure, -BT_ERECORD,
			"output of bt-poll: pipe it through bt-decode");
	if (count < 0)
		return count;
	record->count = (size_t)count;
	return read_identity(record, failure);
}
