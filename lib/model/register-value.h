/*
 * Values that take several registers. Registers are words of 16 bits in the
 * order of their addresses; which way round they lie: bt-map(5).
 */
#ifndef BT_MODEL_REGISTER_VALUE_H
#define BT_MODEL_REGISTER_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number in two or four registers, low word first. Four that are beyond
 * 2^63 come out negative. */
int64_t register_uint32(const uint16_t words[2]);
int64_t register_int32(const uint16_t words[2]);
int64_t register_uint64(const uint16_t words[4]);

/*
 * Writes the ASCII text of count registers, high byte first (swapped: low byte
 * first), without zeros at its end, into 2 * count + 1 bytes. Returns its
 * length; -1 if a byte is not printable, then text is undefined.
 */
int register_text(
	char *text, const uint16_t *words, size_t count, bool swapped);

#endif
