/*
 * Standard output carries data only: whole lines, each written when it is
 * complete. A failed write is an error and never overlooked.
 */
#ifndef BT_BASE_OUTPUT_H
#define BT_BASE_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes all of the line (its newline included). A line below PIPE_BUF goes out
 * with one write(2), so that several writers may share a pipe.
 *
 * Waits for a slow reader. After a blocked SIGTERM, SIGINT or SIGHUP it waits
 * one more second, or until output_leave_by(). Returns 0, -BT_EUNREAD if that
 * time has passed, or a negative errno.
 */
int output_line(const char *line, size_t length);

/* After a signal to end: output_line() waits at most until this time of
 * clock_monotonic(). */
void output_leave_by(int64_t deadline);

/* Standard output if it is a pipe, else -1: poll(2) without events reports when
 * its reader is gone. */
int output_pipe(void);

/* Ends the program as a write to a pipe without a reader does, by SIGPIPE;
 * where that is ignored, returns -EPIPE. */
int output_unread(void);

/*
 * Closes standard output, which may be the first call to report that data were
 * not written (NFS, a full disk). Each main ends with it. Returns the exit
 * status: the given one, or 74 after a message if closing failed.
 */
int output_close(int status);

#endif
