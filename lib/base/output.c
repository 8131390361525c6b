/* Lines to standard output, and its checked end. */
#include "base/output.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/message.h"

int output_line(const char *line, size_t length)
{
	while (length > 0) {
		ssize_t n = write(STDOUT_FILENO, line, length);

		if (n < 0 && errno == EINTR)
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
