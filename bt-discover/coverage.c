/* The state of each register. */
#include "coverage.h"

#include <string.h>

void coverage_init(struct coverage *coverage, uint16_t first, uint16_t last)
{
	memset(coverage, 0, sizeof *coverage);
	coverage->first = first;
	coverage->last = last;
	coverage->counts[COVERAGE_UNKNOWN] = (uint32_t)last - first + 1;
}

static bool is_inside(const struct coverage *coverage, uint32_t address)
{
	return address >= coverage->first && address <= coverage->last;
}

enum coverage_state coverage_get(
	const struct coverage *coverage, uint32_t address)
{
	return is_inside(coverage, address)
		? (enum coverage_state)coverage->states[address]
		: COVERAGE_OUTSIDE;
}

void coverage_set(
	struct coverage *coverage, uint32_t address, enum coverage_state state)
{
	if (!is_inside(coverage, address))
		return;
	coverage->counts[coverage->states[address]]--;
	coverage->counts[state]++;
	coverage->states[address] = (uint8_t)state;
}

void coverage_turn(struct coverage *coverage, enum coverage_state from,
	enum coverage_state to)
{
	for (uint32_t a = coverage->first; a <= coverage->last; a++)
		if (coverage->states[a] == from)
			coverage_set(coverage, a, to);
}

uint32_t coverage_known(const struct coverage *coverage)
{
	const uint32_t *counts = coverage->counts;

	return counts[COVERAGE_SERVED] + counts[COVERAGE_ABSENT] +
		counts[COVERAGE_QUIET] + counts[COVERAGE_SECRET];
}

unsigned coverage_room(const struct coverage *coverage, uint32_t address,
	bool is_down, unsigned most)
{
	unsigned n = 0;

	while (n < most &&
		coverage_get(coverage, is_down ? address - n : address + n) ==
			COVERAGE_UNKNOWN)
		n++;
	return n;
}

bool coverage_run(
	const struct coverage *coverage, uint32_t *first, uint32_t *last)
{
	uint32_t a = *first > coverage->first ? *first : coverage->first;

	while (a <= coverage->last &&
		coverage_get(coverage, a) != COVERAGE_SERVED)
		a++;
	if (a > coverage->last)
		return false;
	*first = a;
	while (coverage_get(coverage, a + 1) == COVERAGE_SERVED)
		a++;
	*last = a;
	return true;
}
