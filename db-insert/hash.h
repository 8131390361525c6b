/* For the tables that find keys, columns, stations and rows. Names from outside
 * can make it slow, but not wrong. */
#ifndef BT_DB_INSERT_HASH_H
#define BT_DB_INSERT_HASH_H

#include <stdint.h>

#include "field.h"

static inline uint32_t hash_number(uint32_t hash, uint64_t number)
{
	/* 2 to the 64th divided by the golden ratio spreads well. */
	return (uint32_t)(((hash ^ number) * UINT64_C(0x9e3779b97f4a7c15)) >>
		32);
}

static inline uint32_t hash_text(struct text text)
{
	uint32_t hash = (uint32_t)text.length;
	uint64_t word;

	for (; text.length >= sizeof word; text.length -= sizeof word) {
		memcpy(&word, text.bytes, sizeof word);
		text.bytes += sizeof word;
		hash = hash_number(hash, word);
	}
	for (word = 0; text.length > 0; text.length--)
		word = word << 8 | (unsigned char)*text.bytes++;
	return hash_number(hash, word);
}

#endif
