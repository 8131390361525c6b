/* Records that the server refused, kept for people. */
#include "reject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

/* The line with its newline, for free(); NULL if there is no memory. */
static char *make_line(
	const char *record, size_t length, const char *why, size_t *line_length)
{
	json_t *text = json_string(why);
	/* The server may cut its text in the middle of a character. */
	json_t *reason = text ? text : json_string("(not UTF-8)");
	char *quoted = json_dumps(reason, JSON_ENCODE_ANY);
	char *line = NULL;
	int n = -1;

	if (quoted)
		n = asprintf(&line, "{\"reason\":%s,\"record\":%.*s}\n", quoted,
			(int)length, record);
	json_decref(reason);
	free(quoted);
	*line_length = (size_t)n;
	return n < 0 ? NULL : line;
}

static int append(int fd, const char *line, size_t length, uint64_t limit)
{
	struct stat status;
	ssize_t n;

	if (fstat(fd, &status) != 0)
		return -errno;
	if ((uint64_t)status.st_size + length > limit)
		return -EFBIG;
	errno = ENOSPC;
	n = write(fd, line, length);
	if (n == (ssize_t)length)
		return fdatasync(fd) == 0 ? 0 : -errno;
	if (n > 0) {
		/* No half of a line shall stay. */
		(void)!ftruncate(fd, status.st_size);
		return -ENOSPC;
	}
	return -errno;
}

int reject_write(int directory, const char *record, size_t length,
	const char *why, uint64_t limit)
{
	size_t line_length;
	char *line = make_line(record, length, why, &line_length);
	int error, fd;

	if (!line)
		return -ENOMEM;
	fd = openat(directory, REJECT_FILE,
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	error = fd < 0 ? -errno : append(fd, line, line_length, limit);
	if (fd >= 0)
		close(fd);
	free(line);
	return error;
}
