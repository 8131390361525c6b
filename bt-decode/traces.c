/* Secrets as patterns of half bytes, looked for in four orders of the bytes. */
#include "traces.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a part of a secret must look at the edge of a frame to be taken for one:
 * so many half bytes, and of them so many that are not 0. */
#define PART_MIN 6
#define PART_WEIGHT 4

/* Half bytes that lead to a pattern. */
#define KEY 4

/* A form of a secret. */
struct pattern {
	struct pattern *next;
	size_t length; /* half bytes */
	size_t step;   /* between the offsets where it can begin: 2 are whole
			* bytes */
	uint8_t *masked;
	uint8_t halves[]; /* length of it, then of what replaces it */
};

/* A secret as it was added. */
struct secret {
	struct secret *next;
	bool is_number;
	char text[];
};

struct traces {
	struct pattern *patterns;
	struct secret *secrets;
	size_t count;
	/* A bit for each beginning that a pattern has. */
	uint8_t keys[(1 << 4 * KEY) / 8];
};

/* --- patterns ------------------------------------------------------------ */

static unsigned key_of(const uint8_t *halves)
{
	return (unsigned)(halves[0] << 12 | halves[1] << 8 | halves[2] << 4 |
		halves[3]);
}

static struct pattern *add_pattern(
	struct traces *traces, size_t length, size_t step)
{
	struct pattern *pattern = calloc(1, sizeof *pattern + 2 * length);

	if (!pattern)
		return NULL;
	pattern->length = length;
	pattern->step = step;
	pattern->masked = pattern->halves + length;
	pattern->next = traces->patterns;
	traces->patterns = pattern;
	return pattern;
}

static void add_key(struct traces *traces, const struct pattern *pattern)
{
	unsigned key = key_of(pattern->halves);

	traces->keys[key / 8] |= (uint8_t)(1 << key % 8);
}

static void split(uint8_t *halves, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		halves[2 * i] = (uint8_t)bytes[i] >> 4;
		halves[2 * i + 1] = (uint8_t)bytes[i] & 0xf;
	}
}

/* masked: what replaces it; NULL: zeros. */
static int add_bytes(struct traces *traces, const char *bytes,
	const char *masked, size_t length)
{
	struct pattern *pattern = add_pattern(traces, 2 * length, 2);

	if (!pattern)
		return -ENOMEM;
	split(pattern->halves, bytes, length);
	if (masked)
		split(pattern->masked, masked, length);
	add_key(traces, pattern);
	return 0;
}

/* --- secrets ------------------------------------------------------------- */

/* 1 if it is new, 0 if it is known; or an error. */
static int add_secret(struct traces *traces, const char *text, bool is_number)
{
	struct secret *secret = traces->secrets;

	while (secret &&
		(secret->is_number != is_number ||
			strcmp(secret->text, text) != 0))
		secret = secret->next;
	if (secret)
		return 0;
	if (traces->count == TRACES_MAX)
		return -ENOSPC;
	secret = calloc(1, sizeof *secret + strlen(text) + 1);
	if (!secret)
		return -ENOMEM;
	secret->is_number = is_number;
	strcpy(secret->text, text);
	secret->next = traces->secrets;
	traces->secrets = secret;
	traces->count++;
	return 1;
}

/* Whole registers, the high one first. */
static int add_binary(struct traces *traces, uint64_t number, uint64_t masked)
{
	char bytes[2][sizeof number];
	size_t length = number >> 32 ? 6 : 4;

	for (size_t i = 0; i < length; i++) {
		bytes[0][i] = (char)(number >> 8 * (length - 1 - i));
		bytes[1][i] = (char)(masked >> 8 * (length - 1 - i));
	}
	return add_bytes(traces, bytes[0], bytes[1], length);
}

static int add_bcd(
	struct traces *traces, const char *digits, const char *masked)
{
	size_t length = strlen(digits);
	struct pattern *pattern = add_pattern(traces, length, 1);

	if (!pattern)
		return -ENOMEM;
	for (size_t i = 0; i < length; i++) {
		pattern->halves[i] = (uint8_t)(digits[i] - '0');
		pattern->masked[i] = (uint8_t)(masked[i] - '0');
	}
	add_key(traces, pattern);
	return 0;
}

static int add_digits(struct traces *traces, const char *digits)
{
	size_t length = strlen(digits);
	char masked[TRACES_DIGITS_MAX + 1];
	int error;

	strcpy(masked, digits);
	memset(masked + TRACES_DIGITS_KEPT, '0', length - TRACES_DIGITS_KEPT);
	/* It is masked already. */
	if (strcmp(masked, digits) == 0)
		return 0;
	error = add_secret(traces, digits, true);
	if (error <= 0)
		return error;
	error = add_bytes(traces, digits, masked, length);
	if (error == 0)
		error = add_bcd(traces, digits, masked);
	if (error == 0)
		error = add_binary(traces, strtoull(digits, NULL, 10),
			strtoull(masked, NULL, 10));
	return error;
}

int traces_add_number(struct traces *traces, int64_t number)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRId64, number);
	if (number < 0 || strlen(digits) < TRACES_DIGITS_MIN ||
		strlen(digits) > TRACES_DIGITS_MAX)
		return 0;
	return add_digits(traces, digits);
}

int traces_add_name(struct traces *traces, const char *name)
{
	char digits[TRACES_DIGITS_MAX + 1];
	int error = 0;

	while (*name && error == 0) {
		size_t run = strspn(name, "0123456789");
		size_t length =
			run < TRACES_DIGITS_MAX ? run : TRACES_DIGITS_MAX;

		snprintf(digits, sizeof digits, "%.*s", (int)length,
			name + run - length);
		if (length >= TRACES_DIGITS_MIN)
			error = add_digits(traces, digits);
		name += run > 0 ? run : 1;
	}
	return error;
}

int traces_add_text(struct traces *traces, const char *text)
{
	size_t length = strlen(text);
	int error;

	if (length < TRACES_TEXT_MIN)
		return 0;
	error = add_secret(traces, text, false);
	return error > 0 ? add_bytes(traces, text, NULL, length) : error;
}

/* --- looking through bytes ----------------------------------------------- */

/* Orders of the bytes: as they are; each two exchanged; from the end; both. */
#define ORDERS 4

/* Which byte is at an index. */
static size_t at(unsigned order, size_t length, size_t index)
{
	if (order & 2)
		index = length - 1 - index;
	return order & 1 ? index ^ 1 : index;
}

/* What is done with a secret that was found. */
struct search {
	uint8_t *bytes; /* to be masked; NULL: only to be marked */
	size_t length;
	bool *found;
	unsigned order;
	uint8_t halves[2 * TRACES_BYTES]; /* in that order */
	bool has_match;
};

static void put_half(struct search *search, size_t half, uint8_t value)
{
	uint8_t *byte =
		&search->bytes[at(search->order, search->length, half / 2)];

	*byte = half % 2 ? (*byte & 0xf0) | value
			 : (uint8_t)((*byte & 0x0f) | value << 4);
	search->halves[half] = value;
}

/* The part of the pattern from half to end, which lies at first. */
static void take_match(struct search *search, const struct pattern *pattern,
	size_t half, size_t end, size_t first)
{
	search->has_match = true;
	for (; half < end; half++, first++) {
		search->found[at(search->order, search->length, first / 2)] =
			true;
		if (search->bytes)
			put_half(search, first, pattern->masked[half]);
	}
}

static void find_whole(struct search *search, const struct traces *traces)
{
	size_t count = 2 * search->length;

	for (size_t i = 0; i + KEY <= count; i++) {
		unsigned key = key_of(search->halves + i);

		if (!(traces->keys[key / 8] >> key % 8 & 1))
			continue;
		for (const struct pattern *p = traces->patterns; p; p = p->next)
			if (i % p->step == 0 && i + p->length <= count &&
				memcmp(search->halves + i, p->halves,
					p->length) == 0)
				take_match(search, p, 0, p->length, i);
	}
}

/* Whether a part of the pattern tells something, and is none by chance. */
static bool is_part(const struct pattern *pattern, size_t half, size_t end)
{
	unsigned weight = 0;

	if (end - half < PART_MIN ||
		memcmp(pattern->halves + half, pattern->masked + half,
			end - half) == 0)
		return false;
	for (; half < end; half++)
		weight += pattern->halves[half] != 0;
	return weight >= PART_WEIGHT;
}

/* The pattern, of which so many half bytes lie before the first. */
static void try_part(
	struct search *search, const struct pattern *pattern, size_t before)
{
	size_t count = 2 * search->length;
	size_t end = pattern->length - before > count ? before + count
						      : pattern->length;

	if (memcmp(search->halves, pattern->halves + before, end - before) ==
			0 &&
		is_part(pattern, before, end))
		take_match(search, pattern, before, end, 0);
}

/* The pattern, of which so many half bytes are the last ones. */
static void try_beginning(
	struct search *search, const struct pattern *pattern, size_t length)
{
	size_t first = 2 * search->length - length;

	if (memcmp(search->halves + first, pattern->halves, length) == 0 &&
		is_part(pattern, 0, length))
		take_match(search, pattern, 0, length, first);
}

/* Those that reach over the beginning or the end. */
static void find_parts(struct search *search, const struct traces *traces)
{
	size_t count = 2 * search->length;

	for (const struct pattern *p = traces->patterns; p; p = p->next)
		for (size_t i = p->step; i < p->length; i += p->step) {
			try_part(search, p, i);
			if (i <= count)
				try_beginning(search, p, i);
		}
}

static bool search_all(struct search *search, const struct traces *traces,
	const uint8_t *bytes, bool with_parts)
{
	if (search->length == 0 || search->length > TRACES_BYTES)
		return false;
	for (unsigned order = 0; order < ORDERS; order++) {
		search->order = order;
		for (size_t i = 0; i < search->length; i++) {
			uint8_t byte = bytes[at(order, search->length, i)];

			search->halves[2 * i] = byte >> 4;
			search->halves[2 * i + 1] = byte & 0xf;
		}
		find_whole(search, traces);
		if (with_parts)
			find_parts(search, traces);
	}
	return search->has_match;
}

bool traces_find(const struct traces *traces, const uint8_t *bytes,
	size_t length, bool *found)
{
	struct search search = { .length = length, .found = found };

	return traces->patterns && search_all(&search, traces, bytes, false);
}

void traces_mask(const struct traces *traces, uint8_t *bytes, size_t length,
	bool *masked)
{
	struct search search = {
		.bytes = bytes,
		.length = length,
		.found = masked,
	};

	if (traces->patterns)
		search_all(&search, traces, bytes, true);
}

void traces_mask_text(const struct traces *traces, char *text, unsigned number)
{
	for (const struct secret *s = traces->secrets; s; s = s->next) {
		char *digits = s->is_number ? strstr(text, s->text) : NULL;
		char *last;

		for (; digits; digits = strstr(digits, s->text)) {
			last = digits + strlen(s->text) - 1;
			digits += TRACES_DIGITS_KEPT;
			for (unsigned n = number; last >= digits; n /= 10)
				*last-- = (char)('0' + n % 10);
		}
	}
}

/* --- life ---------------------------------------------------------------- */

struct traces *traces_new(void)
{
	return calloc(1, sizeof(struct traces));
}

void traces_free(struct traces *traces)
{
	if (!traces)
		return;
	while (traces->patterns) {
		struct pattern *pattern = traces->patterns;

		traces->patterns = pattern->next;
		free(pattern);
	}
	while (traces->secrets) {
		struct secret *secret = traces->secrets;

		traces->secrets = secret->next;
		free(secret);
	}
	free(traces);
}
