/*
 * The state of each register of a range: whether the station serves it.
 * Addresses are 32 bits wide, so that the one before the first register and
 * the one behind the last need no care: both are outside.
 */
#ifndef BT_DISCOVER_COVERAGE_H
#define BT_DISCOVER_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

enum coverage_state {
	COVERAGE_UNKNOWN,
	COVERAGE_SERVED,
	COVERAGE_ABSENT,  /* refused, or silent twice */
	COVERAGE_QUIET,	  /* silent once, while the station was alive */
	COVERAGE_HELD,	  /* silent, and not known yet whether the station was
			   * alive */
	COVERAGE_FAILED,  /* no good answer in all tries */
	COVERAGE_SECRET,  /* not to be read */
	COVERAGE_OUTSIDE, /* of the range */
	COVERAGE_STATES,
};

struct coverage {
	uint16_t first, last;
	uint32_t counts[COVERAGE_STATES]; /* registers in each state */
	uint8_t states[0x10000];
};

/* Nothing is known of first to last. */
void coverage_init(struct coverage *coverage, uint16_t first, uint16_t last);

enum coverage_state coverage_get(
	const struct coverage *coverage, uint32_t address);

/* Sets the state of one register; outside of the range nothing happens. */
void coverage_set(
	struct coverage *coverage, uint32_t address, enum coverage_state state);

/* All registers that are in one state are in the other then. */
void coverage_turn(struct coverage *coverage, enum coverage_state from,
	enum coverage_state to);

/* Registers that need no further read. */
uint32_t coverage_known(const struct coverage *coverage);

/* How many unknown registers there are one after another, at most so many:
 * from an address upwards, or downwards. */
unsigned coverage_room(const struct coverage *coverage, uint32_t address,
	bool is_down, unsigned most);

/* The next run of served registers from *first on. False if there is none. */
bool coverage_run(
	const struct coverage *coverage, uint32_t *first, uint32_t *last);

#endif
