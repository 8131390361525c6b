/*
 * Standard output carries data only: whole lines, each written when it is
 * complete. A failed write is an error and never overlooked.
 */
#ifndef BT_BASE_OUTPUT_H
#define BT_BASE_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes all of the line (its newline included). A line below PIPE_BUF goes
 * out with one write(2), so that several writers may share a pipe.
 *
 * A reader that takes nothing is waited for. A signal that the program has
 * blocked and that asks it to end (SIGTERM, SIGINT, SIGHUP) leaves the reader
 * one more second, or the time up to output_leave_by(). Returns 0, -BT_EUNREAD
 * if that has passed, or the negative errno.
 */
int output_line(const char *line, size_t length);

/* The program has taken a signal that asks it to end: output_line() waits no
 * longer than to this time of clock_monotonic(). */
void output_leave_by(int64_t deadline);

/* Standard output if it is a pipe, else -1: in poll(2) without events it tells
 * that its reader is gone. */
int output_pipe(void);

/* Ends the program as a write to a pipe without a reader does, by SIGPIPE;
 * where that is ignored, returns -EPIPE. */
int output_unread(void);

/*
 * The way out of every main: closes standard output, which may be the first
 * to tell that the data did not arrive (NFS, a full disk). Returns the status
 * to exit with: the given one, or 74 with a message if closing failed.
 */
int output_close(int status);

#endif
