/*
 * The last value of each register of all stations in a stream. A page holds 64
 * registers, of which at least one was read.
 */
#ifndef BT_DECODE_REGISTER_PAGES_H
#define BT_DECODE_REGISTER_PAGES_H

#include <stdbool.h>
#include <stdint.h>

/* Bounds the memory: 262,144 registers. */
#define REGISTER_PAGES 4096
#define REGISTER_PAGE 64

/* Whose registers: 0 is no battery pack. */
struct register_address {
	uint16_t station;
	uint8_t unit_id, pack;
	uint16_t address;
};

struct register_state {
	uint16_t value;
	uint8_t reads; /* in which it had this value, 255 at most; 0: it was
			* never read */
};

struct register_pages;

struct register_pages *register_pages_new(void); /* NULL: no memory */
void register_pages_free(struct register_pages *pages);
void register_pages_clear(struct register_pages *pages); /* forgets all */

/* The state of a register; NULL: it was not read. */
const struct register_state *register_pages_find(
	const struct register_pages *pages, const struct register_address *at);

/* The same, for writing; adds a register that was not read yet. NULL if there
 * are too many, or no memory. */
struct register_state *register_pages_add(
	struct register_pages *pages, const struct register_address *at);

#endif
