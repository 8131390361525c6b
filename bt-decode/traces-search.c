/* Finds patterns in four orders of the bytes. */
#include <string.h>

#include "traces-internal.h"

/* A part of a secret at the edge of a frame counts if it has this many half
 * bytes, and this many that are not 0. */
#define PART_MIN 6
#define PART_WEIGHT 4

/* Orders of the bytes: as they are; each two exchanged; from the end; both. */
#define ORDERS 4

/* Which byte is at an index. */
static size_t at(unsigned order, size_t length, size_t index)
{
	if (order & 2)
		index = length - 1 - index;
	return order & 1 ? index ^ 1 : index;
}

/* A search, and what it does with matches. */
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

	for (size_t i = 0; i + TRACES_KEY <= count; i++) {
		unsigned key = traces_key(search->halves + i);

		if (!(traces->keys[key / 8] >> key % 8 & 1))
			continue;
		for (const struct pattern *p = traces->patterns; p; p = p->next)
			if (i % p->step == 0 && i + p->length <= count &&
				memcmp(search->halves + i, p->halves,
					p->length) == 0)
				take_match(search, p, 0, p->length, i);
	}
}

/* Whether a part of the pattern is significant, not a match by chance. */
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

/* Tries the pattern with this many half bytes before the first. */
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

/* Tries the first half bytes of the pattern, this many, at the end. */
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
