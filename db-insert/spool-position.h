/* A position in the spool: between lines of a segment. */
#ifndef BT_DB_INSERT_SPOOL_POSITION_H
#define BT_DB_INSERT_SPOOL_POSITION_H

#include <stdint.h>

struct spool_position {
	uint64_t segment;
	uint64_t offset;
};

/* < 0, 0, > 0: a lies before b, … */
static inline int spool_position_compare(
	const struct spool_position *a, const struct spool_position *b)
{
	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

#endif
