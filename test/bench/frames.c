/*
 * The least that a reader of frame lines does: hexadecimal digits to bytes and
 * the checksum of each frame. Prints how many frames are good. What bt-decode
 * is measured against; shares no code with it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t digits[256];
static uint16_t steps[256];

static void fill_tables(void)
{
	for (int i = 0; i < 16; i++)
		digits[(unsigned char)"0123456789abcdef"[i]] = (uint8_t)i;
	for (unsigned i = 0; i < 256; i++) {
		unsigned crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
		steps[i] = (uint16_t)crc;
	}
}

/* Over a whole frame with its checksum it is 0. */
static int is_good(const char *text, size_t length)
{
	unsigned crc = 0xffff;

	for (size_t i = 0; i + 1 < length; i += 2) {
		unsigned byte = digits[(unsigned char)text[i]] << 4 |
			digits[(unsigned char)text[i + 1]];

		crc = crc >> 8 ^ steps[(crc ^ byte) & 0xff];
	}
	return crc == 0;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	unsigned long good = 0;

	fill_tables();
	while ((length = getline(&line, &room, stdin)) > 0) {
		char *response = strrchr(line, ' ');
		char *request = response;

		if (!response)
			continue;
		while (request > line && request[-1] != ' ')
			request--;
		good += (unsigned)is_good(
			request, (size_t)(response - request));
		good += (unsigned)is_good(response + 1,
			(size_t)(line + length - 1 - (response + 1)));
	}
	free(line);
	printf("%lu\n", good);
	return 0;
}
