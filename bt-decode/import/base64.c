/* Base64, read strictly. */
#include "base64.h"

#include <string.h>

/* Four characters are three bytes. */
#define GROUP 4

/* Value of a character, or -1. */
static int digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *digit = c ? strchr(digits, c) : NULL;

	return digit ? (int)(digit - digits) : -1;
}

/* Decodes one group, whose last pads characters are "=" and ignored. Returns
 * all bits, or -1. */
static int32_t read_group(const char *text, size_t pads)
{
	int32_t bits = 0;

	for (size_t i = 0; i < GROUP; i++) {
		int value = i < GROUP - pads ? digit(text[i]) : 0;

		if (value < 0)
			return -1;
		bits = bits << 6 | value;
	}
	/* The bits after the last byte are zero. */
	return bits & ((1 << 8 * pads) - 1) ? -1 : bits;
}

static size_t count_pads(const char *text, size_t length)
{
	if (length == 0 || text[length - 1] != '=')
		return 0;
	return text[length - 2] == '=' ? 2 : 1;
}

int base64_decode(uint8_t *bytes, size_t size, const char *text, size_t length)
{
	size_t pads, count;

	if (length % GROUP != 0)
		return -BT_EBASE64;
	pads = count_pads(text, length);
	count = length / GROUP * 3 - pads;
	if (count > size)
		return -BT_ELENGTH;
	for (size_t i = 0; i < length; i += GROUP) {
		size_t last = i + GROUP == length ? pads : 0;
		int32_t bits = read_group(text + i, last);

		if (bits < 0)
			return -BT_EBASE64;
		for (size_t k = 0; k < 3 - last; k++)
			bytes[i / GROUP * 3 + k] =
				(uint8_t)(bits >> (16 - 8 * k));
	}
	return (int)count;
}
