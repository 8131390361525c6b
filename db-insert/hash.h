/* FNV-1a, for the tables that find columns and rows: 32 bit, names from
 * outside can make it slow, but not wrong. */
#ifndef BT_DB_INSERT_HASH_H
#define BT_DB_INSERT_HASH_H

#include <stdint.h>

#define HASH_START UINT32_C(2166136261)

static inline uint32_t hash_number(uint32_t hash, uint32_t number)
{
	return (hash ^ number) * UINT32_C(16777619);
}

static inline uint32_t hash_text(uint32_t hash, const char *text)
{
	for (; *text; text++)
		hash = hash_number(hash, (unsigned char)*text);
	return hash;
}

#endif
