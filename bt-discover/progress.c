/* The line of progress. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

/* ms between two drawings. */
#define INTERVAL 200

/* Back to the first column; erase up to the end of the line (ECMA-48). */
#define WIPE "\r\033[K"

#define TIME_TEXT 32

void progress_init(struct progress *progress)
{
	*progress = (struct progress){
		.is_shown = isatty(STDERR_FILENO) == 1 &&
			isatty(STDOUT_FILENO) == 0,
		.begin = clock_monotonic(),
		.due = clock_monotonic(),
	};
}

static void format_time(char text[TIME_TEXT], double seconds)
{
	if (seconds < 100)
		snprintf(text, TIME_TEXT, "%.0f s", seconds);
	else if (seconds < 6000)
		snprintf(text, TIME_TEXT, "%.0f min", seconds / 60);
	else
		snprintf(text, TIME_TEXT, "%.1f h", seconds / 3600);
}

void progress_show(struct progress *progress, const struct coverage *coverage,
	unsigned long requests, unsigned long left)
{
	int64_t now = clock_monotonic();
	double rate = (double)requests * 1000 /
		(double)(now > progress->begin ? now - progress->begin : 1);
	char time[TIME_TEXT];

	if (!progress->is_shown || now < progress->due || requests == 0)
		return;
	progress->due = now + INTERVAL;
	progress->is_drawn = true;
	format_time(time, (double)left / rate);
	fprintf(stderr,
		WIPE "%lu requests (%.1f/s), %u of %u registers settled, "
		     "%u found, %s left",
		requests, rate, coverage_known(coverage),
		(unsigned)coverage->last - coverage->first + 1,
		coverage->counts[COVERAGE_SERVED], time);
	fflush(stderr);
}

void progress_clear(struct progress *progress)
{
	if (!progress->is_drawn)
		return;
	progress->is_drawn = false;
	fputs(WIPE, stderr);
	fflush(stderr);
}
