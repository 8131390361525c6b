/*
 * The lines of several files, one after the other, as one stream: the input of
 * bt-decode and db-insert. Its memory is bounded. It handles the signals of a
 * reader at the end of a pipe:
 *
 *   SIGTERM, SIGINT  reading continues to the end of input, for 5 s at most
 *                    (bt-poll, which got the signal too, ends it earlier);
 *                    a terminal ends at once; a second one kills at once
 *   SIGUSR1          LINES_COUNTERS: the caller prints its counters
 *
 * lines_open() blocks these signals for the process, lines_close() lets them
 * through again.
 */
#ifndef BT_BASE_LINES_H
#define BT_BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lines_event {
	LINES_LINE,	/* text, length */
	LINES_UNENDED,	/* the same, but the last line lacks its newline */
	LINES_TOO_LONG, /* skipped a line that was too long */
	LINES_IDLE,	/* nothing came until the deadline */
	LINES_COUNTERS, /* SIGUSR1 */
	LINES_WOKEN,	/* wake was readable before anything else came */
	LINES_UNREAD,	/* the reader of output was gone, and nothing came */
	LINES_FAILED, /* a file could not be opened or read: see error; the next
		       * file follows */
	LINES_CUT,    /* 5 s after a signal there was still no end; once */
	LINES_END,
};

struct lines {
	/* The line, without its newline; valid until the next call. */
	char *text;
	size_t length;
	const char *file;     /* for messages: "-" reads "standard input" */
	unsigned long number; /* of the line in its file, from 1 */
	int error;	      /* LINES_FAILED: negative errno */

	/* A descriptor of the caller that ends a wait when readable, or -1. */
	int wake;
	/* A pipe that the caller writes to, or -1: see output_pipe(). */
	int output;

	/* lines.c alone */
	char *const *files;
	int fd;
	int signals;
	bool stopping;
	int64_t cut_off; /* INT64_MAX: not, or not again */
	size_t maximum;
	size_t start, end;
	bool at_end, skipping;
	char *buffer;
};

/*
 * files ends with NULL; an empty list and "-" mean standard input. A line may
 * have maximum bytes. Returns 0 or a negative errno.
 */
int lines_open(struct lines *lines, char *const *files, size_t maximum);
void lines_close(struct lines *lines);

/* Whether standard input is one of the files, and a terminal. */
bool lines_reads_terminal(const struct lines *lines);

/* Waits for the next event, until deadline on clock_monotonic() (INT64_MAX: for
 * ever). Returns received lines before it waits. */
enum lines_event lines_next(struct lines *lines, int64_t deadline);

/* Stops reading: lines_next() returns received lines and signals, then
 * LINES_END, without waiting. */
void lines_stop(struct lines *lines);

/* Waits until deadline without reading: for a caller that cannot take more
 * now. LINES_IDLE, LINES_COUNTERS, LINES_WOKEN, LINES_UNREAD or LINES_CUT. */
enum lines_event lines_pause(struct lines *lines, int64_t deadline);

#endif
