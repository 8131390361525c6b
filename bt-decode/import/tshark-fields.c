/*
 * Captures of Bluetooth, as fields that tshark(1) prints with the command line
 * in bt-frames(5): a line for each ATT PDU with a value, eight columns with
 * tabs between them.
 *
 *   time, source, destination, direction, connection, opcode, handle, value
 *
 * The capture has values of all devices and services. The client writes
 * requests; the station notifies answers (Core Specification 5.4, Vol 3 Part F,
 * 3.4).
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hex.h"
#include "ble/address.h"
#include "format.h"

#define COLUMNS 8

enum column {
	COLUMN_TIME,
	COLUMN_SOURCE,
	COLUMN_DESTINATION,
	COLUMN_DIRECTION,
	COLUMN_CONNECTION,
	COLUMN_OPCODE,
	COLUMN_HANDLE,
	COLUMN_VALUE,
};

/* The longest attribute: Core Specification 5.4, Vol 3 Part F, 3.2.9. */
#define VALUE_MAX 512

/* The value that a client writes to the descriptor of a characteristic: Vol 3
 * Part G, 3.3.3.3. */
#define DESCRIPTOR_LENGTH 2

struct column_text {
	const char *text;
	size_t length;
};

/* --- columns ------------------------------------------------------------- */

static bool split(
	struct column_text columns[COLUMNS], const char *text, size_t length)
{
	const char *end = text + length;

	for (size_t i = 0; i < COLUMNS; i++) {
		const char *tab = memchr(text, '\t', (size_t)(end - text));

		if (!tab == (i < COLUMNS - 1))
			return false;
		columns[i].text = text;
		columns[i].length = (size_t)((tab ? tab : end) - text);
		text = tab ? tab + 1 : end;
	}
	return true;
}

/* "0x12"; -1 if it is not such a number. */
static int opcode(const struct column_text *column)
{
	uint8_t byte;

	return column->length == 4 && memcmp(column->text, "0x", 2) == 0 &&
			hex_decode(&byte, 1, column->text + 2, 2) == 1
		? byte
		: -1;
}

static bool fits(const char *text, size_t length)
{
	struct column_text columns[COLUMNS];

	return split(columns, text, length) &&
		opcode(&columns[COLUMN_OPCODE]) >= 0;
}

/* Seconds since 1970 with decimals, or RFC 3339; -1 if it is not a time. */
static int64_t read_time(const struct column_text *column)
{
	int64_t ms;
	char text[32];
	unsigned long long seconds;
	unsigned thousandths = 0;

	if (clock_parse(&ms, column->text, column->length) == 0)
		return ms;
	snprintf(text, sizeof text, "%.*s",
		column->length < sizeof text ? (int)column->length : 0,
		column->text);
	if (sscanf(text, "%11llu.%3u", &seconds, &thousandths) != 2 ||
		seconds > CLOCK_MAX / 1000)
		return -1;
	return (int64_t)seconds * 1000 + thousandths;
}

/* Captures that start in the middle of a connection lack it. */
static void read_address(
	char text[ADDRESS_TEXT], const struct column_text *column)
{
	static const struct address none;
	struct address address;
	char copy[ADDRESS_TEXT] = "";

	text[0] = '\0';
	if (column->length < sizeof copy)
		memcpy(copy, column->text, column->length);
	if (address_parse(&address, copy) == 0 &&
		memcmp(address.octets, none.octets, sizeof none.octets) != 0)
		address_format(text, &address);
}

/* --- conversations ------------------------------------------------------- */

/* That of a connection with a station. */
static struct conversation *find(struct import *import,
	const struct column_text *connection, const char *address)
{
	char key[KEY_TEXT];
	struct conversation *c;
	size_t i = 0;

	snprintf(key, sizeof key, "%.*s %s",
		connection->length < 12 ? (int)connection->length : 12,
		connection->text, address);
	while (i < CONVERSATIONS && strcmp(import->keys[i], key) != 0)
		i++;
	if (i < CONVERSATIONS)
		return &import->captured[i];
	i = import->next_captured;
	import->next_captured = (i + 1) % CONVERSATIONS;
	c = &import->captured[i];
	import_close(import, c, CONVERSATION_UNLOGGED);
	memset(c, 0, sizeof *c);
	strcpy(c->address, address);
	strcpy(import->keys[i], key);
	return c;
}

/* Messages of the handshake begin like this, in plain text. */
static bool is_handshake(const uint8_t *value, size_t length)
{
	return length >= 2 && value[0] == 0x2a && value[1] == 0x2a;
}

static void take_written(struct import *import, struct conversation *c,
	const uint8_t *value, size_t length)
{
	bool begins = conversation_begins(c, value, length);

	if (begins)
		c->is_encrypted = false;
	if (c->is_encrypted) {
		import_note(import, NOTE_ENCRYPTED);
	} else if (begins || conversation_can_begin(c, value, length)) {
		if (begins || conversation_is_asked(c))
			import_close(import, c, CONVERSATION_UNLOGGED);
		for (size_t i = 0; i < length; i++)
			if (!import_byte(import, c, value[i]))
				return;
	} else if (length != DESCRIPTOR_LENGTH) {
		import_note(import, NOTE_OTHER_VALUE);
	}
}

static void take_notified(struct import *import, struct conversation *c,
	const uint8_t *value, size_t length)
{
	if (c->is_encrypted) {
		import_note(import, NOTE_ENCRYPTED);
		return;
	}
	if (!conversation_is_asked(c)) {
		import_note(import, NOTE_OTHER_VALUE);
		return;
	}
	for (size_t i = 0; i < length && conversation_is_asked(c); i++)
		import_byte(import, c, value[i]);
}

static void take(struct import *import, const char *text, size_t length)
{
	struct column_text columns[COLUMNS] = { 0 };
	const struct column_text *hex = &columns[COLUMN_VALUE];
	char address[ADDRESS_TEXT];
	uint8_t value[VALUE_MAX];
	struct conversation *c;
	bool is_written;
	int n;

	if (!split(columns, text, length))
		return;
	is_written = opcode(&columns[COLUMN_OPCODE]) < 0x1b ||
		opcode(&columns[COLUMN_OPCODE]) > 0x1d;
	n = hex_decode(value, sizeof value, hex->text, hex->length);
	if (n < 0) {
		import_note(import, NOTE_CUT);
		return;
	}
	read_address(address,
		&columns[is_written ? COLUMN_DESTINATION : COLUMN_SOURCE]);
	c = find(import, &columns[COLUMN_CONNECTION], address);
	c->time = read_time(&columns[COLUMN_TIME]);
	if (is_handshake(value, (size_t)n) && !c->is_encrypted) {
		import_close(import, c, CONVERSATION_UNLOGGED);
		c->is_encrypted = true;
	}
	if (is_written)
		take_written(import, c, value, (size_t)n);
	else
		take_notified(import, c, value, (size_t)n);
}

const struct import_format tshark_fields = { fits, take };
