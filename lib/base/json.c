/* JSON written into memory. */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

#define DIGITS_MAX 20 /* of an integer of 64 bits */

/* --- room ---------------------------------------------------------------- */

void json_clear(struct json *json)
{
	json->length = 0;
	json->failed = json->needs_comma = false;
}

void json_release(struct json *json)
{
	free(json->text);
	memset(json, 0, sizeof *json);
}

static bool grow(struct json *json, size_t length)
{
	size_t room = 2 * (json->length + length) + 256;
	char *more = json->is_fixed ? NULL : realloc(json->text, room);

	if (!more) {
		json->failed = true;
		return false;
	}
	json->text = more;
	json->room = room;
	return true;
}

/* Where length bytes can be put, which the text has from now on; NULL if there
 * is no room. */
static char *extend(struct json *json, size_t length)
{
	char *end;

	if (json->failed ||
		(length > json->room - json->length && !grow(json, length)))
		return NULL;
	end = json->text + json->length;
	json->length += length;
	return end;
}

static void put(struct json *json, const char *text, size_t length)
{
	char *end = extend(json, length);

	if (end)
		memcpy(end, text, length);
}

static void put_byte(struct json *json, char byte)
{
	char *end = extend(json, 1);

	if (end)
		*end = byte;
}

/* --- brackets and keys --------------------------------------------------- */

/* Where a key or a value of length bytes goes: after a comma, unless it is the
 * first in its bracket or follows a key. NULL if there is no room. */
static char *extend_value(struct json *json, size_t length, bool opens)
{
	bool comma = json->needs_comma;
	char *end = extend(json, length + comma);

	json->needs_comma = !opens;
	if (end && comma)
		*end++ = ',';
	return end;
}

void json_begin(struct json *json, char bracket)
{
	char *end = extend_value(json, 1, true);

	if (end)
		*end = bracket;
}

void json_end(struct json *json, char bracket)
{
	put_byte(json, bracket);
	json->needs_comma = true;
}

void json_newline(struct json *json)
{
	put_byte(json, '\n');
	json->needs_comma = false;
}

void json_key(struct json *json, const char *key)
{
	size_t length = strlen(key);
	char *end = extend_value(json, length + 3, true);

	if (!end)
		return;
	*end++ = '"';
	memcpy(end, key, length);
	memcpy(end + length, "\":", 2);
}

/* --- numbers ------------------------------------------------------------- */

static void put_value(struct json *json, const char *text, size_t length)
{
	char *end = extend_value(json, length, false);

	if (end)
		memcpy(end, text, length);
}

void json_number(struct json *json, int64_t value)
{
	json_decimal(json, value, 0);
}

void json_decimal(struct json *json, int64_t value, int decimals)
{
	char digits[DIGITS_MAX + 2]; /* with a sign and a point */
	char *end = digits + sizeof digits, *first = end;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	for (; decimals > 0 && rest % 10 == 0; decimals--)
		rest /= 10;
	while (rest > 0 || decimals >= 0) {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
		if (--decimals == 0)
			*--first = '.';
	}
	if (value < 0)
		*--first = '-';
	put_value(json, first, (size_t)(end - first));
}

void json_bool(struct json *json, bool value)
{
	put_value(json, value ? "true" : "false", value ? 4 : 5);
}

/* --- texts --------------------------------------------------------------- */

/* Bytes that follow the first one of a character, or -1; *low and *high bound
 * the second byte (RFC 3629, section 4). */
static int count_tail(uint8_t first, uint8_t *low, uint8_t *high)
{
	*low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	*high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	if (first < 0x80)
		return 0;
	if (first < 0xc2 || first > 0xf4)
		return -1;
	return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

static bool is_utf8(const char *text)
{
	const uint8_t *byte = (const uint8_t *)text;
	uint8_t low, high;

	while (*byte) {
		int tail = count_tail(*byte++, &low, &high);

		if (tail < 0)
			return false;
		for (; tail > 0; tail--, byte++, low = 0x80, high = 0xbf)
			if (*byte < low || *byte > high)
				return false;
	}
	return true;
}

/* The letter of a short escape (RFC 8259, section 7), 0 if there is none. */
static char short_escape(char byte)
{
	switch (byte) {
	case '"':
	case '\\':
		return byte;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	}
	return 0;
}

static void put_escaped(struct json *json, char byte)
{
	char letter = short_escape(byte);
	char code[] = "\\u00XX";

	if (letter) {
		put_byte(json, '\\');
		put_byte(json, letter);
		return;
	}
	code[4] = "01"[byte >> 4 & 1];
	code[5] = "0123456789ABCDEF"[byte & 0xf];
	put(json, code, strlen(code));
}

static void put_percent(struct json *json, char byte)
{
	char code[3] = "%";

	hex_encode(code + 1, (const uint8_t *)&byte, 1);
	put(json, code, sizeof code);
}

static bool is_plain(char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

void json_text(struct json *json, const char *text)
{
	size_t plain = 0;
	char *end;
	bool utf8;

	while (is_plain(text[plain]))
		plain++;
	end = extend_value(json, plain + 1, false);
	if (end) {
		*end = '"';
		memcpy(end + 1, text, plain);
	}
	text += plain;
	utf8 = is_utf8(text);
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80 && !utf8)
			put_percent(json, *text);
		else if ((unsigned char)*text < 0x20 || short_escape(*text))
			put_escaped(json, *text);
		else
			put_byte(json, *text);
	}
	put_byte(json, '"');
}
