/*
 * The state of each register of a range: whether the station serves it.
 * Addresses have 32 bits, so that the addresses before the first and after the
 * last register need no special case: both are outside.
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

/* Sets the state of one register; ignores one outside the range. */
void coverage_set(
	struct coverage *coverage, uint32_t address, enum coverage_state state);

/* Changes all registers of one state to the other state. */
void coverage_turn(struct coverage *coverage, enum coverage_state from,
	enum coverage_state to);

/* Registers that need no further read. */
uint32_t coverage_known(const struct coverage *coverage);

/* The number of consecutive unknown registers from an address upwards, or
 * downwards, limited to most. */
unsigned coverage_room(const struct coverage *coverage, uint32_t address,
	bool is_down, unsigned most);

/* Finds the next run of served registers from *first on. False if there is
 * none. */
bool coverage_run(
	const struct coverage *coverage, uint32_t *first, uint32_t *last);

#endif
