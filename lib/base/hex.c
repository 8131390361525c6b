/* Hexadecimal digits. */
#include "base/hex.h"

#include "base/errors.h"

int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
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
	if (length % 2 != 0)
		return -BT_EHEX;
	if (length / 2 > size)
		return -BT_ELENGTH;
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_digit(text[i]);
		int low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return -BT_EHEX;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	return (int)(length / 2);
}
