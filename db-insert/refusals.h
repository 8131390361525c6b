/* Messages about lines that are refused, without saying the same again and
 * again: of equal ones in a row the first three, and how many more. */
#ifndef BT_DB_INSERT_REFUSALS_H
#define BT_DB_INSERT_REFUSALS_H

#include "input-position.h"
#include "report.h"

/* All zeros in the beginning. */
struct refusals {
	unsigned long count; /* of all */
	unsigned long equal; /* in a row, with the last one */
	struct input_position last;
	int64_t due; /* of the message about the others; 0: none */
	char why[REPORT_WHY];
};

void refusals_add(struct refusals *refusals,
	const struct input_position *position, const char *what,
	const char *why);

/* When refusals_flush() is to be called at the latest; INT64_MAX: not. */
int64_t refusals_due(const struct refusals *refusals);
void refusals_flush(struct refusals *refusals);

#endif
