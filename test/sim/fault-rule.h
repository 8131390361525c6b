/* What the files of faults share: rules, kinds, chance. */
#ifndef BT_TEST_SIM_FAULT_RULE_H
#define BT_TEST_SIM_FAULT_RULE_H

#include "fault.h"

/* A line of a script. */
struct rule {
	enum { ORDINALS, EVERY, READS, WRITES } when;
	enum fault_scope scope;
	unsigned first; /* ORDINALS: first to last; EVERY: the period */
	unsigned last;
	uint16_t address; /* READS, WRITES */
	uint16_t count;	  /* READS; 0: any */
	bool once;
	bool spent; /* it was to come once and has come */
	struct fault fault;
};

struct fault_entry {
	const char *word;
	enum fault_argument argument;
	unsigned scopes;
	const char *help;
};

/* By kind. */
extern const struct fault_entry fault_table[FAULT_KINDS];

/* Reads one line, which is changed. Returns NULL, or what is wrong; *rule is
 * set and *empty false unless there was nothing but a comment. */
const char *rule_read(struct rule *rule, bool *empty, char *line);

/* Prints how lines look. */
void rule_help(void);

/* A sequence of numbers that depends on where it began alone. */
struct chance {
	uint64_t state;
};

struct chance chance_at(
	uint64_t seed, enum fault_scope scope, unsigned a, unsigned b);

/* A number from least to most. */
unsigned chance_number(struct chance *chance, unsigned least, unsigned most);

/* Draws at most so many faults for one event, of a station that encrypts or
 * not; returns how many. */
size_t chance_draw(struct chance *chance, enum fault_scope scope, bool encrypts,
	unsigned per_mille, struct fault *faults, size_t most);

#endif
