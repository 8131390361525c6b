/* Lines to standard output, and its checked end. */
#include "base/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/message.h"
#include "base/wait-for.h"

/* Milliseconds between two looks for a signal, and that a reader has then. */
#define LOOK 250
#define PATIENCE 1000

static int64_t leave = INT64_MAX;

void output_leave_by(int64_t deadline)
{
	leave = deadline;
}

static bool is_asked_to_end(void)
{
	sigset_t set;

	sigpending(&set);
	return sigismember(&set, SIGTERM) == 1 ||
		sigismember(&set, SIGINT) == 1 ||
		sigismember(&set, SIGHUP) == 1;
}

/* Waits until a write does not block: 0 or -BT_EUNREAD. If a descriptor cannot
 * be waited for, the write reports the error. */
static int wait_for_reader(void)
{
	for (;;) {
		int64_t look = clock_monotonic() + LOOK;

		if (wait_for(STDOUT_FILENO, POLLOUT, clock_earlier(look, leave),
			    -1) != -BT_ETIMEOUT)
			return 0;
		if (clock_left(leave) == 0)
			return -BT_EUNREAD;
		if (leave == INT64_MAX && is_asked_to_end())
			leave = clock_monotonic() + PATIENCE;
	}
}

/* A pipe that can be written to has room for PIPE_BUF bytes. */
int output_line(const char *line, size_t length)
{
	while (length > 0) {
		size_t part = length < PIPE_BUF ? length : PIPE_BUF;
		int error = wait_for_reader();
		ssize_t n;

		if (error < 0)
			return error;
		n = write(STDOUT_FILENO, line, part);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		line += n;
		length -= (size_t)n;
	}
	return 0;
}

int output_pipe(void)
{
	struct stat file;

	return fstat(STDOUT_FILENO, &file) == 0 && S_ISFIFO(file.st_mode)
		? STDOUT_FILENO
		: -1;
}

int output_unread(void)
{
	raise(SIGPIPE);
	return -EPIPE;
}

int output_close(int status)
{
	bool failed = fflush(stdout) != 0;

	/* EBADF: the caller was started with standard output closed. */
	if (close(STDOUT_FILENO) != 0 && errno != EBADF)
		failed = 1;
	if (!failed)
		return status;
	message("cannot write to standard output: %s", strerror(errno));
	return EX_IOERR;
}
