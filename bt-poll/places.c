/* Which places of battery packs are taken. */
#include "places.h"

#include <string.h>

#include "base/clock.h"

/* ms until an empty place is looked at again. */
#define LOOK (15 * 60 * 1000)

void places_begin(struct places *places, int count)
{
	if (count == places->count)
		return;
	memset(places, 0, sizeof *places);
	places->count = count;
}

/* Whether there are as many packs as there should be, up to this place. */
static bool are_found(const struct places *places, int last)
{
	int found = 0;

	for (int n = 1; n <= last; n++)
		found += !places->list[n].is_empty;
	return found >= places->count;
}

int places_next(const struct places *places, int last, int max)
{
	for (int n = last + 1; n <= max; n++) {
		const struct place *place = &places->list[n];

		if (are_found(places, n - 1))
			return 0;
		if (!place->is_empty || clock_left(place->look) == 0)
			return n;
	}
	return 0;
}

bool places_is_doubtful(const struct places *places, int n)
{
	const struct place *place = &places->list[n];

	return !place->is_known && (n > places->count || place->look > 0);
}

void places_record_pack(struct places *places, int n)
{
	places->list[n] = (struct place){ .is_known = true };
}

void places_record_hidden(struct places *places, int n)
{
	places->list[n].is_empty = true;
}

static void put_off(struct place *place)
{
	place->look = clock_monotonic() + LOOK;
}

void places_record_empty(struct places *places, int n)
{
	places->list[n] = (struct place){ .is_empty = true };
	put_off(&places->list[n]);
}

void places_end(struct places *places, int last)
{
	if (!are_found(places, last))
		return;
	for (int n = 1; n <= last; n++)
		if (places->list[n].is_empty &&
			clock_left(places->list[n].look) == 0)
			put_off(&places->list[n]);
}
