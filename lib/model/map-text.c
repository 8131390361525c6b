/* Words and numbers in the text of a map, and what is said of a bad one. */
#include "model/map-text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "modbus/modbus.h"

int map_fail(struct map_reader *r, const char *format, ...)
{
	va_list arguments;

	if (r->place.file)
		snprintf(r->error->file, sizeof r->error->file, "%s",
			r->place.file);
	r->error->line = r->place.line;
	va_start(arguments, format);
	vsnprintf(r->error->reason, sizeof r->error->reason, format, arguments);
	va_end(arguments);
	return -BT_EMAP;
}

/* Cuts the next word off the line; NULL if there is none. */
char *map_next_word(char **line)
{
	char *word = *line + strspn(*line, MAP_BLANK);
	char *end = word + strcspn(word, MAP_BLANK);

	if (*word == '\0')
		return NULL;
	*line = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

char *map_rest(char **line)
{
	char *text = *line + strspn(*line, MAP_BLANK);
	size_t length = strlen(text);

	*line = text + length;
	while (length > 0 && strchr(MAP_BLANK, text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* A decimal number of digits only, at most max. */
int map_parse_number(uint32_t *number, const char *text, uint32_t max)
{
	uint64_t value = 0;

	if (*text == '\0')
		return -BT_EMAP;
	for (; *text; text++) {
		if (!isdigit((unsigned char)*text))
			return -BT_EMAP;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > max)
			return -BT_EMAP;
	}
	*number = (uint32_t)value;
	return 0;
}

int map_parse_register(uint16_t *address, const char *text)
{
	uint32_t number;

	if (!text || map_parse_number(&number, text, 65535) < 0)
		return -BT_EMAP;
	*address = (uint16_t)number;
	return 0;
}

/* "53.95" with up to `decimals` digits behind the point, as an integer. */
int map_parse_decimal(int64_t *value, const char *text, int decimals)
{
	int negative = *text == '-';
	int behind = -1; /* digits behind the point, -1 before it */
	int digits = 0;
	int64_t v = 0;

	for (text += negative; *text; text++) {
		if (*text == '.' && behind < 0) {
			behind = 0;
			continue;
		}
		if (!isdigit((unsigned char)*text) || digits++ == 15 ||
			behind == decimals)
			return -BT_EMAP;
		behind += behind >= 0;
		v = v * 10 + (*text - '0');
	}
	if (digits == 0)
		return -BT_EMAP;
	for (behind = behind < 0 ? 0 : behind; behind < decimals; behind++)
		v *= 10;
	*value = negative ? -v : v;
	return 0;
}

/* Makes room for one more member of a list; zeroed. */
void *map_grow(struct map_reader *r, void *list, size_t *count, size_t size)
{
	char *more = realloc(list, (*count + 1) * size);

	if (!more) {
		map_fail(r, "%s", strerror(errno));
		return NULL;
	}
	memset(more + *count * size, 0, size);
	(*count)++;
	return more;
}

int map_parse_unit(struct map_reader *r, uint8_t *unit, const char *text)
{
	uint32_t number;

	if (map_parse_number(&number, text, 247) < 0)
		return map_fail(r, "a MODBUS unit is 0 to 247");
	*unit = (uint8_t)number;
	return 0;
}

int map_block_parse(struct map_block *block, const char *text)
{
	const char *plus = strchr(text, '+');
	char first[8];
	uint16_t address;
	uint32_t count;

	if (!plus || (size_t)(plus - text) >= sizeof first)
		return -BT_EMAP;
	memcpy(first, text, (size_t)(plus - text));
	first[plus - text] = '\0';
	if (map_parse_register(&address, first) < 0 ||
		map_parse_number(&count, plus + 1, MODBUS_READ_MAX) < 0 ||
		count == 0 || address + count > 65536)
		return -BT_EMAP;
	block->address = address;
	block->count = (uint16_t)count;
	return 0;
}
