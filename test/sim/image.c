/* The text file of an image: lines into words, words into registers. */
#include "image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modbus/modbus.h"

#define WORDS_MAX 160
#define TEXT_MARK '"' /* first character of a word that was quoted */

/* Where the reader is. */
struct reader {
	struct image *image;
	struct bank *bank;
	uint8_t unit;
	char *words[WORDS_MAX];
	size_t count;
};

/* Each returns NULL, or what is wrong. */
typedef const char *row_reader(struct reader *);

static int to_number(const char *word, uint64_t most, uint64_t *number)
{
	char *end;

	if (*word < '0' || *word > '9')
		return -1;
	errno = 0;
	*number = strtoull(word, &end, 0);
	return *end != '\0' || errno != 0 || *number > most ? -1 : 0;
}

static int to_register(const char *word, uint16_t *address)
{
	uint64_t number;

	if (to_number(word, UINT16_MAX, &number) < 0)
		return -1;
	*address = (uint16_t)number;
	return 0;
}

/* "A" or "A-B". */
static int to_range(char *word, struct range *range)
{
	char *dash = strchr(word, '-');

	if (dash)
		*dash = '\0';
	if (to_register(word, &range->first) < 0 ||
		to_register(dash ? dash + 1 : word, &range->last) < 0)
		return -1;
	return range->last < range->first ? -1 : 0;
}

struct bank *image_bank(const struct image *image, uint8_t unit, unsigned pack)
{
	for (size_t i = 0; i < image->bank_count; i++)
		if (image->banks[i]->unit == unit &&
			image->banks[i]->pack == pack)
			return image->banks[i];
	return NULL;
}

bool ranges_have(const struct range *ranges, size_t count, uint16_t address)
{
	for (size_t i = 0; i < count; i++)
		if (address >= ranges[i].first && address <= ranges[i].last)
			return true;
	return false;
}

static struct bank *add_bank(struct image *image, uint8_t unit, unsigned pack)
{
	struct bank **banks = realloc(
		image->banks, (image->bank_count + 1) * sizeof(struct bank *));
	struct bank *bank = calloc(1, sizeof *bank);

	if (banks)
		image->banks = banks;
	if (!banks || !bank) {
		free(bank);
		return NULL;
	}
	bank->unit = unit;
	bank->pack = pack;
	image->banks[image->bank_count++] = bank;
	return bank;
}

/* Makes the rows below go to that bank. */
static const char *enter_bank(struct reader *reader, unsigned pack)
{
	reader->bank = image_bank(reader->image, reader->unit, pack);
	if (!reader->bank)
		reader->bank = add_bank(reader->image, reader->unit, pack);
	return reader->bank ? NULL : "out of memory";
}

static const char *read_name(struct reader *reader)
{
	const char *name = reader->words[1];

	if (reader->count != 2)
		return "expected: name NAME";
	if (*name == TEXT_MARK)
		name++;
	if (strlen(name) > IMAGE_NAME)
		return "name is too long";
	strcpy(reader->image->name, name);
	return NULL;
}

static const char *add_range(
	struct reader *reader, struct range *ranges, size_t *count)
{
	if (*count == IMAGE_RANGES)
		return "too many ranges";
	if (reader->count != 2 ||
		to_range(reader->words[1], &ranges[*count]) < 0)
		return "expected: one register or FIRST-LAST";
	++*count;
	return NULL;
}

static const char *read_writable(struct reader *reader)
{
	return add_range(reader, reader->image->writable,
		&reader->image->writable_count);
}

static const char *read_silent(struct reader *reader)
{
	return add_range(
		reader, reader->image->silent, &reader->image->silent_count);
}

static const char *read_gaps(struct reader *reader)
{
	static const char *const words[] = {
		[GAPS_REFUSE] = "refuse",
		[GAPS_MOVE] = "move",
		[GAPS_SILENT] = "silent",
	};

	for (unsigned i = 0; reader->count == 2 && i < GAPS_KINDS; i++) {
		if (strcmp(reader->words[1], words[i]) != 0)
			continue;
		reader->image->gaps = (enum gaps)i;
		return NULL;
	}
	return "expected: gaps refuse, gaps move or gaps silent";
}

static const char *read_largest(struct reader *reader)
{
	uint64_t largest;

	if (reader->count != 2 ||
		to_number(reader->words[1], MODBUS_READ_MAX, &largest) < 0 ||
		largest == 0)
		return "expected: largest 1 to 127";
	reader->image->largest = (unsigned)largest;
	return NULL;
}

static const char *read_changing(struct reader *reader)
{
	struct image *image = reader->image;
	struct change *change = &image->changes[image->change_count];
	uint64_t reads;

	if (image->change_count == IMAGE_RANGES)
		return "too many ranges";
	if (reader->count != 3 ||
		to_range(reader->words[1], &change->range) < 0 ||
		to_number(reader->words[2], 1000000, &reads) < 0 || reads == 0)
		return "expected: changing FIRST-LAST READS";
	change->reads = (unsigned)reads;
	image->change_count++;
	return NULL;
}

static const char *read_selector(struct reader *reader)
{
	struct image *image = reader->image;
	uint64_t settle;

	if (reader->count != 6 || strcmp(reader->words[2], "shows") != 0 ||
		strcmp(reader->words[4], "settle") != 0 ||
		to_register(reader->words[1], &image->selector) < 0 ||
		to_register(reader->words[3], &image->shows) < 0 ||
		to_number(reader->words[5], 60000, &settle) < 0)
		return "expected: pack-selector A shows B settle MS";
	image->settle_ms = (int)settle;
	image->has_packs = true;
	return NULL;
}

static const char *read_lag(struct reader *reader)
{
	uint64_t lag;

	if (reader->count != 3 ||
		to_number(reader->words[1], 60000, &lag) < 0 ||
		(strcmp(reader->words[2], "old") != 0 &&
			strcmp(reader->words[2], "zero") != 0))
		return "expected: pack-lag MS old, or zero";
	reader->image->lag_ms = (int)lag;
	reader->image->lags_by_zero = strcmp(reader->words[2], "zero") == 0;
	return NULL;
}

static const char *read_unit(struct reader *reader)
{
	uint64_t unit;

	if (reader->count != 2 ||
		to_number(reader->words[1], UINT8_MAX, &unit) < 0)
		return "expected: unit 0 to 255";
	reader->unit = (uint8_t)unit;
	return enter_bank(reader, 0);
}

static const char *read_pack(struct reader *reader)
{
	uint64_t pack;

	if (reader->count != 2 || to_number(reader->words[1], 64, &pack) < 0 ||
		pack == 0)
		return "expected: pack 1 to 64";
	return enter_bank(reader, (unsigned)pack);
}

static const char *put(struct bank *bank, uint32_t *address, uint16_t value)
{
	if (*address > UINT16_MAX)
		return "beyond register 65535";
	bank->value[*address] = value;
	bank->served[*address] = true;
	++*address;
	return NULL;
}

static const char *put_text(
	struct bank *bank, uint32_t *address, const char *text, bool swapped)
{
	size_t length = strlen(text);
	const char *problem = NULL;

	for (size_t i = 0; !problem && i < length; i += 2) {
		uint8_t first = (uint8_t)text[i];
		uint8_t second = i + 1 < length ? (uint8_t)text[i + 1] : 0;

		problem = put(bank, address,
			swapped ? (uint16_t)(second << 8 | first)
				: (uint16_t)(first << 8 | second));
	}
	return problem;
}

static const char *put_serial(
	struct bank *bank, uint32_t *address, const char *word)
{
	const char *problem = NULL;
	uint64_t serial;

	if (to_number(word, UINT64_MAX, &serial) < 0)
		return "expected: serial NUMBER";
	for (int i = 0; !problem && i < 4; i++, serial >>= 16)
		problem = put(bank, address, (uint16_t)serial);
	return problem;
}

/* One value of a row, which begins at words[*n] and may take two words. */
static const char *put_value(
	struct reader *reader, size_t *n, uint32_t *address)
{
	const char *word = reader->words[(*n)++];
	const char *next = *n < reader->count ? reader->words[*n] : "";
	uint16_t value;

	if (*word == TEXT_MARK)
		return put_text(reader->bank, address, word + 1, false);
	if (strcmp(word, "swapped") == 0 && *next == TEXT_MARK) {
		++*n;
		return put_text(reader->bank, address, next + 1, true);
	}
	if (strcmp(word, "serial") == 0) {
		++*n;
		return put_serial(reader->bank, address, next);
	}
	if (to_register(word, &value) < 0)
		return "expected: a value of 0 to 65535";
	return put(reader->bank, address, value);
}

static const char *read_registers(struct reader *reader)
{
	const char *problem = NULL;
	bool is_range = strchr(reader->words[0], '-') != NULL;
	struct range range;
	uint32_t address;
	uint16_t value;
	size_t n = 1;

	if (to_range(reader->words[0], &range) < 0)
		return "expected: a keyword, a register or FIRST-LAST";
	address = range.first;
	if (is_range) {
		if (reader->count != 2 ||
			to_register(reader->words[1], &value) < 0)
			return "expected: one value for all of the range";
		while (!problem && address <= range.last)
			problem = put(reader->bank, &address, value);
		return problem;
	}
	if (reader->count < 2)
		return "expected: values";
	while (!problem && n < reader->count)
		problem = put_value(reader, &n, &address);
	return problem;
}

static const struct {
	const char *word;
	row_reader *read;
} keywords[] = {
	{ "name", read_name },
	{ "writable", read_writable },
	{ "no-answer-to-write", read_silent },
	{ "gaps", read_gaps },
	{ "largest", read_largest },
	{ "changing", read_changing },
	{ "pack-selector", read_selector },
	{ "pack-lag", read_lag },
	{ "unit", read_unit },
	{ "pack", read_pack },
};

/* Cuts a line into words. A quoted one keeps its opening mark, so that it
 * can be told from a bare one. */
static const char *split(struct reader *reader, char *line)
{
	char *p = line;

	reader->count = 0;
	for (;;) {
		p += strspn(p, " \t\r\n");
		if (*p == '\0' || *p == '#')
			return NULL;
		if (reader->count == WORDS_MAX)
			return "too many words";
		reader->words[reader->count++] = p;
		if (*p == TEXT_MARK) {
			p = strchr(p + 1, TEXT_MARK);
			if (!p)
				return "text without an end";
		} else {
			p += strcspn(p, " \t\r\n#");
		}
		if (*p == '\0' || *p == '#') {
			*p = '\0';
			return NULL;
		}
		*p++ = '\0';
	}
}

static const char *read_line(struct reader *reader, char *line)
{
	const char *problem = split(reader, line);

	if (problem || reader->count == 0)
		return problem;
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
		if (strcmp(reader->words[0], keywords[i].word) == 0)
			return keywords[i].read(reader);
	return read_registers(reader);
}

int image_read(struct image *image, const char *path, struct image_error *error)
{
	struct reader reader = { .image = image, .unit = 1 };
	const char *problem;
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");

	*image = (struct image){ 0 };
	*error = (struct image_error){ 0 };
	if (!file)
		return -errno;
	problem = enter_bank(&reader, 0);
	while (!problem && getline(&line, &size, file) >= 0) {
		error->line++;
		problem = read_line(&reader, line);
	}
	free(line);
	fclose(file);
	error->reason = problem;
	return problem ? 1 : 0;
}

void image_release(struct image *image)
{
	for (size_t i = 0; i < image->bank_count; i++)
		free(image->banks[i]);
	free(image->banks);
	*image = (struct image){ 0 };
}
