/* Tokens and numbers in the text of a map. */
#include "model/parse-internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "modbus/modbus.h"

/* Cuts off the next token of the line; NULL at its end. */
char *parse_token(char **line)
{
	char *token = *line + strspn(*line, PARSE_BLANK);
	char *end = token + strcspn(token, PARSE_BLANK);

	if (*token == '\0')
		return NULL;
	*line = *end ? end + 1 : end;
	*end = '\0';
	return token;
}

char *parse_rest(char **line)
{
	char *text = *line + strspn(*line, PARSE_BLANK);
	size_t length = strlen(text);

	*line = text + length;
	while (length > 0 && strchr(PARSE_BLANK, text[length - 1]))
		text[--length] = '\0';
	return text;
}

int parse_number(uint32_t *number, const char *text, uint32_t max)
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

int parse_register(uint16_t *address, const char *text)
{
	uint32_t number;

	if (!text || parse_number(&number, text, 65535) < 0)
		return -BT_EMAP;
	*address = (uint16_t)number;
	return 0;
}

int parse_decimal(int64_t *value, const char *text, int decimals)
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

void *parse_grow(struct parser *p, void *list, size_t *count, size_t size)
{
	char *more = realloc(list, (*count + 1) * size);

	if (!more) {
		parse_fail(p, "%s", strerror(errno));
		return NULL;
	}
	memset(more + *count * size, 0, size);
	(*count)++;
	return more;
}

int parse_unit_id(struct parser *p, uint8_t *unit_id, const char *text)
{
	uint32_t number;

	if (parse_number(&number, text, 247) < 0)
		return parse_fail(p, "a MODBUS unit is 0 to 247");
	*unit_id = (uint8_t)number;
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
	if (parse_register(&address, first) < 0 ||
		parse_number(&count, plus + 1, MODBUS_READ_MAX) < 0 ||
		count == 0 || address + count > 65536)
		return -BT_EMAP;
	block->address = address;
	block->count = (uint16_t)count;
	return 0;
}
