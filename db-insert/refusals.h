/* Messages about rejected lines. Of a run of equal messages, only the first
 * three and the number of the others are printed. */
#ifndef BT_DB_INSERT_REFUSALS_H
#define BT_DB_INSERT_REFUSALS_H

#include "input-position.h"
#include "report.h"

/* All zeros in the beginning. */
struct refusals {
	unsigned long count; /* of all */
	unsigned long equal; /* in a row, with the last one */
	struct input_position last;
	int64_t due; /* time of the message about the others; 0: none */
	char why[REPORT_WHY];
};

void refusals_add(struct refusals *refusals,
	const struct input_position *position, const char *what,
	const char *why);

/* Latest time of the next refusals_flush(); INT64_MAX: not needed. */
int64_t refusals_due(const struct refusals *refusals);
void refusals_flush(struct refusals *refusals);

#endif
