/*
 * Frames as hexadecimal bytes separated by blanks, on one or several lines, as
 * in notes of people (electricstuff.co.uk/bluetti.html,
 * Patrick762/hassio-bluetti-bt issue 120). A request comes first, then its
 * answer.
 *
 *   01 03 0b b9 00 01 57 cb
 *   01 03 02 00 02 39 85
 */
#include <ctype.h>
#include <string.h>

#include "base/hex.h"
#include "format.h"

/* Digits of the shortest request: a line of two such words is a frame line. */
#define REQUEST_DIGITS (2 * MODBUS_SHORT_FRAME)

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t word_length(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && isxdigit((unsigned char)text[n]))
		n++;
	return n;
}

/* Groups of whole bytes and nothing else, but no frame line. */
static bool fits(const char *text, size_t length)
{
	size_t first = 0, words = 0;

	for (size_t i = 0; i < length;) {
		size_t n = word_length(text + i, length - i);

		if (n % 2 != 0 || (n == 0 && !is_blank(text[i])))
			return false;
		if (n > 0 && words++ == 0)
			first = n;
		i += n > 0 ? n : 1;
	}
	return words > 0 && (words != 2 || first < REQUEST_DIGITS);
}

static void take(struct import *import, const char *text, size_t length)
{
	import_hex(import, text, length);
}

const struct import_format hex_text = { fits, take };

size_t hex_text_bytes(uint8_t *bytes, size_t size, bool *is_all,
	const char *text, size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < length;) {
		if (is_blank(text[i])) {
			i++;
			continue;
		}
		*is_all = n < size;
		if (!*is_all || hex_decode(bytes + n, 1, text + i, 2) != 1)
			return n;
		n++;
		i += 2;
	}
	*is_all = true;
	return n;
}
