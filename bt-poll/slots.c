/* Which slots have a battery pack. */
#include "slots.h"

#include <string.h>

#include "base/clock.h"

/* ms until an empty slot is checked again. */
#define RECHECK (15 * 60 * 1000)

void slots_begin(struct slots *slots, int count)
{
	if (count == slots->count)
		return;
	memset(slots, 0, sizeof *slots);
	slots->count = count;
}

/* Whether there are as many packs as there should be, up to this slot. */
static bool has_all(const struct slots *slots, int last)
{
	int found = 0;

	for (int n = 1; n <= last; n++)
		found += !slots->list[n].is_empty;
	return found >= slots->count;
}

int slots_next(const struct slots *slots, int last, int max)
{
	for (int n = last + 1; n <= max; n++) {
		const struct slot *slot = &slots->list[n];

		if (has_all(slots, n - 1))
			return 0;
		if (!slot->is_empty || clock_left(slot->next_check) == 0)
			return n;
	}
	return 0;
}

bool slots_is_doubtful(const struct slots *slots, int n)
{
	const struct slot *slot = &slots->list[n];

	return !slot->is_known && (n > slots->count || slot->next_check > 0);
}

void slots_record_pack(struct slots *slots, int n)
{
	slots->list[n] = (struct slot){ .is_known = true };
}

void slots_record_hidden(struct slots *slots, int n)
{
	slots->list[n].is_empty = true;
}

static void put_off(struct slot *slot)
{
	slot->next_check = clock_monotonic() + RECHECK;
}

void slots_record_empty(struct slots *slots, int n)
{
	slots->list[n] = (struct slot){ .is_empty = true };
	put_off(&slots->list[n]);
}

void slots_end(struct slots *slots, int last)
{
	if (!has_all(slots, last))
		return;
	for (int n = 1; n <= last; n++)
		if (slots->list[n].is_empty &&
			clock_left(slots->list[n].next_check) == 0)
			put_off(&slots->list[n]);
}
