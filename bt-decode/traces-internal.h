/* Secrets as traces.c keeps them and traces-search.c finds them. */
#ifndef BT_DECODE_TRACES_INTERNAL_H
#define BT_DECODE_TRACES_INTERNAL_H

#include "traces.h"

/* Half bytes that lead to a pattern. */
#define TRACES_KEY 4

/* A form of a secret. */
struct pattern {
	struct pattern *next;
	size_t length; /* half bytes */
	size_t step;   /* between the offsets where it can begin: 2 are whole
			* bytes */
	uint8_t *masked;
	uint8_t halves[]; /* the pattern, then its replacement, of length each
			   */
};

/* A secret as it was added. */
struct secret {
	struct secret *next;
	bool is_number;
	char text[];
};

struct traces {
	struct pattern *patterns;
	struct secret *secrets;
	size_t count;
	/* A bit for each beginning that a pattern has. */
	uint8_t keys[(1 << 4 * TRACES_KEY) / 8];
};

/* The key of a pattern: its first half bytes. */
static inline unsigned traces_key(const uint8_t *halves)
{
	return (unsigned)(halves[0] << 12 | halves[1] << 8 | halves[2] << 4 |
		halves[3]);
}

#endif
