/* The distance of Levenshtein. */
#include "base/similar.h"

#include <ctype.h>
#include <stddef.h>
#include <strings.h>

/* Longer names are not compared. */
#define NAME_MAX_BYTES 64

/* More changes make another word. */
#define CHANGES_MAX 2

static int differ(char a, char b)
{
	return tolower((unsigned char)a) != tolower((unsigned char)b);
}

/* How many letters must be inserted, removed or replaced. */
static int count_changes(const char *a, int length, const char *b)
{
	int changes[NAME_MAX_BYTES + 1] = { 0 };

	for (int i = 0; i <= length; i++)
		changes[i] = i;
	for (int k = 0; b[k]; k++) {
		int diagonal = changes[0]++;

		for (int i = 0; i < length; i++) {
			int least = diagonal + differ(a[i], b[k]);

			diagonal = changes[i + 1];
			if (least > changes[i] + 1)
				least = changes[i] + 1;
			if (least > diagonal + 1)
				least = diagonal + 1;
			changes[i + 1] = least;
		}
	}
	return changes[length];
}

void similar_begin(struct similar *similar, const char *name, int length)
{
	*similar = (struct similar){ .name = name,
		.length = length <= NAME_MAX_BYTES ? length : 0,
		.least = CHANGES_MAX + 1 };
}

void similar_try(struct similar *similar, const char *candidate)
{
	int length = similar->length;
	int changes = strncasecmp(candidate, similar->name, (size_t)length) == 0
		? 0
		: count_changes(similar->name, length, candidate);

	if (changes < similar->least && changes < length) {
		similar->least = changes;
		similar->best = candidate;
	}
}
