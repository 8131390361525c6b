/* Records that the server refused, kept for people. */
#include "reject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

/* Bytes that are no JSON, as a JSON string, for free(): those beyond ASCII as
 * characters of the same number. */
static char *quote(const char *bytes, size_t length)
{
	char *text = malloc(6 * length + 3);
	size_t used = 0;

	if (!text)
		return NULL;
	text[used++] = '"';
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\')
			text[used++] = (char)byte;
		else
			used += (size_t)sprintf(text + used, "\\u%04x", byte);
	}
	text[used++] = '"';
	text[used] = '\0';
	return text;
}

/* The line with its newline, for free(); NULL if there is no memory. */
static char *make_line(const struct reject *reject, size_t *length)
{
	json_t *text = json_string(reject->why);
	/* The server may cut its text in the middle of a character. */
	json_t *reason = text ? text : json_string("(not UTF-8)");
	char *quoted = json_dumps(reason, JSON_ENCODE_ANY);
	char *other =
		reject->is_record ? NULL : quote(reject->text, reject->length);
	char *line = NULL;
	int n = -1;

	if (quoted && reject->is_record)
		n = asprintf(&line, "{\"reason\":%s,\"record\":%.*s}\n", quoted,
			(int)reject->length, reject->text);
	else if (quoted && other)
		n = asprintf(
			&line, "{\"reason\":%s,\"line\":%s}\n", quoted, other);
	json_decref(reason);
	free(quoted);
	free(other);
	*length = (size_t)n;
	return n < 0 ? NULL : line;
}

/* Of several processes one appends at a time: a line that is not whole is cut
 * off again. */
static int append(int fd, const char *line, size_t length, uint64_t limit)
{
	struct stat status;
	ssize_t n;

	if (flock(fd, LOCK_EX) != 0 || fstat(fd, &status) != 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
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

int reject_write(int directory, const struct reject *reject, uint64_t limit)
{
	size_t length;
	char *line = make_line(reject, &length);
	int error, fd;

	if (!line)
		return -ENOMEM;
	fd = openat(directory, REJECT_FILE,
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
			O_NONBLOCK,
		0600);
	error = fd < 0 ? -errno : append(fd, line, length, limit);
	if (fd >= 0)
		close(fd);
	free(line);
	return error;
}
