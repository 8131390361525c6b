/* Secrets as patterns of half bytes. */
#include "traces.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces-internal.h"

/* --- patterns ------------------------------------------------------------ */

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
	unsigned key = traces_key(pattern->halves);

	traces->keys[key / 8] |= (uint8_t)(1 << key % 8);
}

static void split(uint8_t *halves, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		halves[2 * i] = (uint8_t)bytes[i] >> 4;
		halves[2 * i + 1] = (uint8_t)bytes[i] & 0xf;
	}
}

/* masked: its replacement; NULL: zeros. */
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

/* Whole registers, high one first. */
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
