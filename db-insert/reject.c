/* Records that the server refused, kept for people. */
#include "reject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

/* The line with its newline, for free(); NULL if there is no memory. */
static char *make_line(const struct refusal *refusal, size_t *length)
{
	json_t *reason = json_string(refusal->why);
	/* The server may cut its text in the middle of a character. */
	json_t *object = json_pack("{s:o, s:O}", "reason",
		reason ? reason : json_string("(not UTF-8)"), "record",
		refusal->object);
	char *text = object
		? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15))
		: NULL;
	char *line = NULL;

	json_decref(object);
	if (text) {
		*length = strlen(text) + 1;
		line = realloc(text, *length);
		if (line)
			line[*length - 1] = '\n';
		else
			free(text);
	}
	return line;
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

int reject_write(int directory, const struct refusal *refusal, uint64_t limit)
{
	size_t length;
	char *line = make_line(refusal, &length);
	int error, fd;

	if (!line)
		return -ENOMEM;
	fd = openat(directory, REJECT_FILE,
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	error = fd < 0 ? -errno : append(fd, line, length, limit);
	if (fd >= 0)
		close(fd);
	free(line);
	return error;
}
