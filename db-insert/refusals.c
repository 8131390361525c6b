/* One message for many refusals. */
#include "refusals.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/message.h"

/* Equal ones in a row that have a message each. */
#define SHOWN 3

/* Milliseconds until the others are counted, if nothing else comes. */
#define DELAY 1000

int64_t refusals_due(const struct refusals *r)
{
	return r->due > 0 ? r->due : INT64_MAX;
}

void refusals_flush(struct refusals *r)
{
	if (r->due > 0)
		message("%s:%lu: the same error in %lu more line%s up to this "
			"one",
			r->last.file, r->last.line, r->equal - SHOWN,
			r->equal - SHOWN == 1 ? "" : "s");
	if (r->equal > SHOWN)
		r->equal = SHOWN;
	r->due = 0;
}

void refusals_add(struct refusals *r, const struct input_position *position,
	const char *what, const char *why)
{
	char text[REPORT_WHY];

	snprintf(text, sizeof text, "%s%s", what, why);
	if (r->equal > 0 &&
		(position->file != r->last.file || strcmp(text, r->why) != 0)) {
		refusals_flush(r);
		r->equal = 0;
	}
	memcpy(r->why, text, sizeof text);
	r->last = *position;
	r->count++;
	if (++r->equal <= SHOWN)
		message("%s:%lu: %s", position->file, position->line, text);
	else if (r->due == 0)
		r->due = clock_monotonic() + DELAY;
}
