/* JSON (RFC 8259) without the forms that are rare in records. */
#include "flat.h"

#include <endian.h>
#include <float.h>
#include <stdlib.h>

#include "hash.h"

/* So many digits come back from a double as they were (DBL_DIG), and their
 * integers are exact. */
#define DIGITS 15

struct cursor {
	const char *at, *end;
	size_t numbers; /* in lists, so far */
};

struct number {
	double real;
	int64_t integer;
	bool is_integer;
	bool is_canonical; /* jansson writes it with the same bytes */
};

static void skip_blanks(struct cursor *c)
{
	while (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' ||
		*c->at == '\r')
		c->at++;
}

static bool skip(struct cursor *c, char byte)
{
	if (c->at >= c->end || *c->at != byte)
		return false;
	c->at++;
	return true;
}

static bool skip_word(struct cursor *c, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(c->at, word, length) != 0)
		return false;
	c->at += length;
	return true;
}

/* --- texts ---------------------------------------------------------------- */

/* The first of eight bytes that is a control character, '"', '\\' or not ASCII
 * has the lowest bit of those set; 0 if there is none. */
static uint64_t find_special(const char *bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word, quote, backslash;

	memcpy(&word, bytes, sizeof word);
	word = le64toh(word);
	quote = word ^ ones * '"';
	backslash = word ^ ones * '\\';
	return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
		       ((word - ones * 0x20) & ~word) | word) &
		ones * 0x80;
}

static bool is_special(char byte)
{
	return (unsigned char)byte < 0x20 || (unsigned char)byte >= 0x80 ||
		byte == '"' || byte == '\\';
}

static const char *skip_plain(const char *p, const char *end)
{
	for (; end - p >= 8; p += 8) {
		uint64_t special = find_special(p);

		if (special)
			return p + __builtin_ctzll(special) / 8;
	}
	while (p < end && !is_special(*p))
		p++;
	return p;
}

static bool read_text(struct cursor *c, struct text *text)
{
	const char *begin = c->at + 1;

	if (!skip(c, '"'))
		return false;
	c->at = skip_plain(begin, c->end);
	*text = (struct text){ begin, (size_t)(c->at - begin) };
	return skip(c, '"');
}

/* --- numbers -------------------------------------------------------------- */

static int read_digits(struct cursor *c, uint64_t *mantissa)
{
	int count = 0;

	while (*c->at >= '0' && *c->at <= '9' && count <= DIGITS) {
		*mantissa = *mantissa * 10 + (uint64_t)(*c->at++ - '0');
		count++;
	}
	return count;
}

static const double powers[DIGITS + 1] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };

/* Whether a fraction is written as "%.15g" writes it: from 0.0001 up, without
 * an exponent, and without trailing zeros except in "5.0". */
static bool is_canonical(
	uint64_t mantissa, int fraction, char last, bool is_negative)
{
	if (mantissa == 0)
		return fraction == 1 && !is_negative;
	if (last == '0' && fraction != 1)
		return false;
	return (double)(mantissa * 10000) >= powers[fraction];
}

static bool read_number(struct cursor *c, struct number *number)
{
	bool is_negative = skip(c, '-');
	const char *first = c->at;
	uint64_t mantissa = 0;
	int integer = read_digits(c, &mantissa), fraction = 0;

	if (integer == 0 || (*first == '0' && integer > 1))
		return false;
	number->is_integer = *c->at != '.';
	if (!number->is_integer) {
		c->at++;
		fraction = read_digits(c, &mantissa);
		if (fraction == 0)
			return false;
	}
	if (integer + fraction > DIGITS || *c->at == 'e' || *c->at == 'E')
		return false;
	if (number->is_integer) {
		number->integer =
			is_negative ? -(int64_t)mantissa : (int64_t)mantissa;
		number->is_canonical = true;
		return mantissa != 0 || !is_negative;
	}
	/* Both are exact: one rounding, as in strtod(3). Where doubles are
	 * computed with more bits than they have, there would be two. */
	number->real = FLT_EVAL_METHOD == 0
		? (double)mantissa / powers[fraction]
		: strtod(first, NULL);
	if (is_negative)
		number->real = -number->real;
	number->is_canonical =
		is_canonical(mantissa, fraction, c->at[-1], is_negative);
	return true;
}

/* --- values --------------------------------------------------------------- */

static bool read_list(struct cursor *c, struct text *list)
{
	struct number number;
	const char *begin = c->at++;

	if (*c->at != ']') {
		do {
			if (++c->numbers > FLAT_NUMBERS ||
				!read_number(c, &number) ||
				!number.is_canonical)
				return false;
		} while (skip(c, ','));
	}
	if (!skip(c, ']'))
		return false;
	*list = (struct text){ begin, (size_t)(c->at - begin) };
	return true;
}

static bool read_numeric_field(struct cursor *c, struct field *field)
{
	struct number number;

	if (!read_number(c, &number))
		return false;
	if (number.is_integer) {
		field->kind = FIELD_INTEGER;
		field->integer = number.integer;
	} else {
		field->kind = FIELD_REAL;
		field->real = number.real;
	}
	return true;
}

static bool read_value(struct cursor *c, struct field *field)
{
	switch (*c->at) {
	case '"':
		field->kind = FIELD_TEXT;
		return read_text(c, &field->text);
	case '[':
		field->kind = FIELD_LIST;
		return read_list(c, &field->text);
	case 't':
		field->kind = FIELD_BOOLEAN;
		field->boolean = true;
		return skip_word(c, "true");
	case 'f':
		field->kind = FIELD_BOOLEAN;
		field->boolean = false;
		return skip_word(c, "false");
	case 'n':
		field->kind = FIELD_NULL;
		return skip_word(c, "null");
	}
	return read_numeric_field(c, field);
}

/* --- fields --------------------------------------------------------------- */

/* Remembers the key of a field; false if an earlier one has it. */
static bool add_key(
	struct flat_keys *keys, const struct field *fields, uint32_t number)
{
	struct text key = fields[number].key;
	size_t slot = hash_text(key) % FLAT_SLOTS;

	for (; keys->slots[slot].record == keys->record;
		slot = (slot + 1) % FLAT_SLOTS) {
		if (text_is_same(fields[keys->slots[slot].field].key, key))
			return false;
	}
	keys->slots[slot].record = keys->record;
	keys->slots[slot].field = number;
	return true;
}

static bool read_field(struct cursor *c, struct field *field)
{
	field->is_identity = false;
	field->value = NULL;
	if (!read_text(c, &field->key))
		return false;
	skip_blanks(c);
	if (!skip(c, ':'))
		return false;
	skip_blanks(c);
	return read_value(c, field);
}

static bool is_at_end(struct cursor *c)
{
	skip_blanks(c);
	return c->at >= c->end;
}

int flat_read(struct field fields[FLAT_FIELDS], struct flat_keys *keys,
	const char *line, size_t length)
{
	struct cursor c = { .at = line, .end = line + length };
	uint32_t count = 0;

	if (++keys->record == 0)
		memset(keys, 0, sizeof *keys), keys->record = 1;
	skip_blanks(&c);
	if (!skip(&c, '{'))
		return -1;
	skip_blanks(&c);
	if (skip(&c, '}'))
		return is_at_end(&c) ? 0 : -1;
	do {
		skip_blanks(&c);
		if (count == FLAT_FIELDS || !read_field(&c, &fields[count]) ||
			!add_key(keys, fields, count))
			return -1;
		count++;
		skip_blanks(&c);
	} while (skip(&c, ','));
	return skip(&c, '}') && is_at_end(&c) ? (int)count : -1;
}
