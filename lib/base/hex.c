/* Hexadecimal digits. */
#include "base/hex.h"

#include "base/errors.h"

/* For each character: 1 plus its value as a digit, 0 if it is not a digit. */
static const uint8_t digit_values[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['A'] = 11,
	['b'] = 12,
	['B'] = 12,
	['c'] = 13,
	['C'] = 13,
	['d'] = 14,
	['D'] = 14,
	['e'] = 15,
	['E'] = 15,
	['f'] = 16,
	['F'] = 16,
};

int hex_digit(char digit)
{
	return digit_values[(unsigned char)digit] - 1;
}

size_t hex_encode(char *text, const uint8_t *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 0x0f];
	}
	return 2 * count;
}

int hex_decode(uint8_t *bytes, size_t size, const char *text, size_t length)
{
	const uint8_t *digits = (const uint8_t *)text;
	size_t count = length / 2;

	if (length % 2 != 0)
		return -BT_EHEX;
	if (count > size)
		return -BT_ELENGTH;
	for (size_t i = 0; i < count; i++, digits += 2) {
		unsigned high = digit_values[digits[0]];
		unsigned low = digit_values[digits[1]];

		if (high == 0 || low == 0)
			return -BT_EHEX;
		bytes[i] = (uint8_t)(16 * high + low - 17);
	}
	return (int)count;
}
