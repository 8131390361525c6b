/* Numbers and texts out of registers. */
#include "model/register-value.h"

int64_t register_uint32(const uint16_t words[2])
{
	return words[0] | (int64_t)words[1] << 16;
}

int64_t register_int32(const uint16_t words[2])
{
	return (int32_t)(words[0] | (uint32_t)words[1] << 16);
}

int64_t register_uint64(const uint16_t words[4])
{
	uint64_t number = 0;

	for (int i = 3; i >= 0; i--)
		number = number << 16 | words[i];
	return (int64_t)number;
}

int register_text(char *text, const uint16_t *words, size_t count, bool swapped)
{
	size_t length = 2 * count;

	for (size_t i = 0; i < count; i++) {
		text[2 * i + swapped] = (char)(words[i] >> 8);
		text[2 * i + !swapped] = (char)words[i];
	}
	while (length > 0 && text[length - 1] == '\0')
		length--;
	text[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return -1;
	return (int)length;
}
