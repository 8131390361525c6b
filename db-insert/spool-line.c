/* Checksums of lines. */
#include "spool-line.h"

#include <string.h>

#include "hash.h"

static const char digits_of[] = "0123456789abcdef";

void spool_checksum(char digits[8], const char *text, size_t length)
{
	uint32_t sum = hash_text((struct text){ text, length });

	for (int i = 7; i >= 0; i--, sum >>= 4)
		digits[i] = digits_of[sum & 15];
}

static bool has_checksum(const char *text, size_t length)
{
	if (length < SPOOL_LINE_HEAD || text[SPOOL_LINE_HEAD - 1] != ' ')
		return false;
	for (size_t i = 0; i < SPOOL_LINE_HEAD - 1; i++) {
		if (!text[i] || !strchr(digits_of, text[i]))
			return false;
	}
	return true;
}

enum spool_line_state spool_line_check(
	const char *text, size_t length, size_t *head)
{
	char digits[8];

	*head = 0;
	if (!has_checksum(text, length))
		return SPOOL_LINE_OLD;
	*head = SPOOL_LINE_HEAD;
	spool_checksum(
		digits, text + SPOOL_LINE_HEAD, length - SPOOL_LINE_HEAD);
	return memcmp(digits, text, sizeof digits) == 0 ? SPOOL_LINE_WHOLE
							: SPOOL_LINE_DAMAGED;
}
