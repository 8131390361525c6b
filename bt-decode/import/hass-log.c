/*
 * The debug log of Home Assistant with Patrick762/hassio-bluetti-bt, and that
 * of the programs of Patrick762/bluetti-bt-lib (device_reader.py; issues 16,
 * 43, 125, 176 and 247). It has only the data of an answer, in Python's
 * notation of bytes:
 *
 *   2024-03-27 19:05:55.580 DEBUG (MainThread) [custom_components.bluetti_bt.
 *       bluetti_bt_lib.bluetooth.device_reader] Requesting
 *       ReadHoldingRegisters(starting_address=3001, quantity=1)
 *   … Got 7 bytes
 *   … Raw data: b'\x00\x02'
 *
 * in one line each. Later versions write "Request sent (ReadableRegisters(…))",
 * and a part of the station's address after the name of the logger.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "base/hex.h"
#include "format.h"

#define READER "bluetooth.device_reader"

/* --- which lines --------------------------------------------------------- */

/* Skips a level such as "DEBUG". */
static bool skip_level(const char **text, size_t *length)
{
	static const char *const levels[] = { "DEBUG", "INFO", "WARNING",
		"ERROR", "CRITICAL" };

	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
		if (skip_text(text, length, levels[i]))
			return true;
	return false;
}

static bool fits(const char *text, size_t length)
{
	const struct local_time utc = { .day = -1 };
	int64_t time;
	size_t n = local_time_read(&time, &utc, text, length);

	text += n;
	length -= n;
	if (n > 0 && !skip_text(&text, &length, " "))
		return false;
	return skip_level(&text, &length) &&
		skip_text(&text, &length, n > 0 ? " (" : ":");
}

/* The text after the phrase; NULL if the line does not contain it. */
static const char *behind(const char *text, size_t length, const char *phrase)
{
	const char *start = memmem(text, length, phrase, strlen(phrase));

	return start ? start + strlen(phrase) : NULL;
}

/* Whether the line is of the station that the log is about. */
static bool is_same_station(
	struct import *import, const char *text, size_t length)
{
	const char *end = text + length;
	const char *station = behind(text, length, READER ".");
	char name[sizeof import->station];
	size_t n = 0;

	if (!station)
		return true;
	while (station < end && n + 1 < sizeof name &&
		(isalnum((unsigned char)*station) || *station == '_'))
		name[n++] = *station++;
	name[n] = '\0';
	if (import->station[0] == '\0')
		memcpy(import->station, name, sizeof name);
	return strcmp(import->station, name) == 0;
}

/* --- requests ------------------------------------------------------------ */

/* A number behind a phrase, followed by the character. */
static bool read_number(unsigned *number, const char *text, size_t length,
	const char *phrase, char end)
{
	const char *start = behind(text, length, phrase);
	char digits[sizeof "0x00012345"];
	char *stop;
	size_t n = 0;

	if (!start)
		return false;
	while (n + 1 < sizeof digits && start + n < text + length &&
		start[n] != end) {
		digits[n] = start[n];
		n++;
	}
	digits[n] = '\0';
	if (start + n >= text + length || start[n] != end ||
		!isdigit((unsigned char)digits[0]))
		return false;
	*number = (unsigned)strtoul(digits, &stop, 0);
	return *stop == '\0' && *number <= UINT16_MAX;
}

/* Whether the line has a request. */
static bool take_request(struct import *import, const char *text, size_t length)
{
	uint8_t frame[MODBUS_SHORT_FRAME];
	struct modbus_request request;
	unsigned address, number;

	if (read_number(&address, text, length, "(starting_address=", ',') &&
		read_number(&number, text, length, " quantity=", ')') &&
		number <= MODBUS_READ_MAX)
		modbus_build_read(
			frame, 1, (uint16_t)address, (uint16_t)number);
	else if (read_number(
			 &address, text, length, "Register(address=", ',') &&
		read_number(&number, text, length, " value=", ')'))
		modbus_build_write(
			frame, 1, (uint16_t)address, (uint16_t)number);
	else
		return false;
	if (modbus_parse_request(&request, frame, sizeof frame) < 0)
		return false;
	import_ask(import, &import->log, frame, sizeof frame);
	return true;
}

/* --- answers ------------------------------------------------------------- */

/* The byte at *text, of which Python escapes some; -1 if it is cut off. */
static int read_byte(const char **text, const char *end)
{
	static const char letters[] = "tnr\\'\"", bytes[] = "\t\n\r\\'\"";
	const char *p = *text;
	const char *letter;
	uint8_t byte;

	if (p >= end)
		return -1;
	*text += 1;
	if (*p != '\\')
		return (unsigned char)*p;
	if (end - p >= 4 && p[1] == 'x' &&
		hex_decode(&byte, 1, p + 2, 2) == 1) {
		*text += 3;
		return byte;
	}
	letter = end - p >= 2 ? memchr(letters, p[1], strlen(letters)) : NULL;
	*text += 1;
	return letter ? bytes[letter - letters] : -1;
}

/* Bytes out of "b'…'", or the same within "bytearray(…)"; their number, or -1.
 */
static int read_bytes(
	uint8_t bytes[MODBUS_FRAME_MAX], const char *text, const char *end)
{
	const char *quote;
	int count = 0, byte;
	size_t length = (size_t)(end - text);

	skip_text(&text, &length, "bytearray(");
	quote = text + 1;
	if (end - text < 2 || *text != 'b' || (*quote != '\'' && *quote != '"'))
		return -1;
	for (text = quote + 1; text < end && *text != *quote; count++) {
		byte = read_byte(&text, end);
		if (byte < 0 || count == MODBUS_FRAME_MAX)
			return -1;
		bytes[count] = (uint8_t)byte;
	}
	return text < end ? count : -1;
}

static void take_data(struct import *import, const char *text, const char *end)
{
	uint8_t bytes[MODBUS_FRAME_MAX];
	int count = read_bytes(bytes, text, end);

	if (count < 0)
		import_note(import, NOTE_CUT);
	else if (count > 0)
		import_data(import, &import->log, bytes, (size_t)count);
	else if (conversation_is_asked(&import->log))
		import_close(import, &import->log, "error");
}

static bool take_answer(struct import *import, const char *text, size_t length)
{
	const char *data = behind(text, length, "Raw data: ");

	if (data)
		take_data(import, data, text + length);
	else if (behind(text, length, "Polling single command timed out"))
		import_close(import, &import->log, error_tag(-BT_ETIMEOUT));
	else if (behind(text, length, "Got 8 bytes") ||
		behind(text, length, "Got new data (8 bytes)"))
		import_echo(import, &import->log);
	else
		return false;
	return true;
}

static void take(struct import *import, const char *text, size_t length)
{
	int64_t time;

	if (!behind(text, length, READER)) {
		import_note(import, NOTE_OTHER_LINE);
		return;
	}
	if (!is_same_station(import, text, length)) {
		import_note(import, NOTE_SECOND);
		return;
	}
	if (local_time_read(&time, import->local, text, length) > 0) {
		import->log.time = time;
		if (!import->local->has_offset)
			import_note(import, NOTE_LOCAL);
	} else {
		import->log.time = -1;
	}
	if (!take_request(import, text, length) &&
		!take_answer(import, text, length))
		import_note(import, NOTE_OTHER_LINE);
}

const struct import_format hass_log = { fits, take };
