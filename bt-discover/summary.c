/* The summary. */
#include "summary.h"

#include <stdio.h>
#include <string.h>

#include "base/message.h"

/* Room for the ranges of one message. */
#define LINE 60
#define RANGE_TEXT 32

/* "0-209, 2000-2030, ", as many as fit a line, from *first on. */
static void format_runs(
	char text[LINE], const struct coverage *coverage, uint32_t *first)
{
	size_t used = 0;
	uint32_t last;

	while (used < LINE - RANGE_TEXT &&
		coverage_run(coverage, first, &last)) {
		used += (size_t)snprintf(text + used, LINE - used,
			last > *first ? "%s%u-%u" : "%s%u", used ? ", " : "",
			*first, last);
		*first = last + 1;
	}
	text[used] = '\0';
}

void summary_counts(const struct probe *probe)
{
	const struct coverage *coverage = &probe->coverage;
	const uint32_t *counts = coverage->counts;

	message("%s: registers %u to %u: %u served, %u not, %u secret, "
		"%u not known; %lu requests",
		probe->talk.frame_writer.address, coverage->first,
		coverage->last, counts[COVERAGE_SERVED],
		counts[COVERAGE_ABSENT] + counts[COVERAGE_QUIET],
		counts[COVERAGE_SECRET],
		counts[COVERAGE_UNKNOWN] + counts[COVERAGE_HELD] +
			counts[COVERAGE_FAILED],
		probe->talk.requests);
}

void summary_print(const struct probe *probe)
{
	uint32_t first = probe->coverage.first;
	char text[LINE];

	summary_counts(probe);
	for (;;) {
		format_runs(text, &probe->coverage, &first);
		if (text[0] == '\0')
			return;
		message("%s: served: %s", probe->talk.frame_writer.address,
			text);
	}
}
