/* A checkpoint by write, sync, rename, sync of the directory. */
#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "segment.h"
#include "spool-line.h"

#define OLD "checkpoint"
#define NEW "checkpoint.new"

/* Bytes of its text. */
#define TEXT 64

/* Digits of a checksum. */
#define SUM 8

/* The file's text; its length or a negative errno. */
static ssize_t read_file(int directory, char text[TEXT])
{
	int fd = openat(
		directory, OLD, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n = read(fd, text, TEXT - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n;
}

static bool parse(const char *text, struct spool_position *position)
{
	char sum[SUM + 2] = "", right[SUM];
	int length = 0;

	if (sscanf(text, "%" SCNu64 " %" SCNu64 "%n", &position->segment,
		    &position->offset, &length) != 2 ||
		position->segment == 0 || position->segment > SEGMENT_MAX / 2)
		return false;
	if (strcmp(text + length, "\n") == 0)
		return true;
	spool_checksum(right, text, (size_t)length);
	return sscanf(text + length, " %9s", sum) == 1 && strlen(sum) == SUM &&
		memcmp(sum, right, SUM) == 0;
}

/* Whether a line begins there: 1 or 0, or a negative errno. */
static int is_line(int directory, const struct spool_position *position)
{
	int fd = segment_open(directory, position->segment, O_RDONLY);
	char before = '\n';
	ssize_t n = 1;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	if (position->offset > 0)
		n = pread(fd, &before, 1, (off_t)(position->offset - 1));
	if (n < 0)
		n = errno == EINVAL ? 0 : -errno;
	close(fd);
	return n < 0 ? (int)n : n == 1 && before == '\n';
}

int checkpoint_read(
	int directory, struct spool_position *position, uint64_t *last)
{
	struct spool_position result;
	char text[TEXT];
	ssize_t n = read_file(directory, text);
	int there;

	if (n <= 0 || !parse(text, &result))
		return n < 0 ? (int)n : 0;
	*last = result.segment;
	there = is_line(directory, &result);
	if (there > 0)
		*position = result;
	return there < 0 ? there : 0;
}

static int write_new(
	int directory, const struct spool_position *position, bool durable)
{
	char text[TEXT], sum[SUM];
	int length = snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64,
		position->segment, position->offset);
	int fd, error = 0;

	spool_checksum(sum, text, (size_t)length);
	length += snprintf(text + length, sizeof text - (size_t)length,
		" %.*s\n", SUM, sum);
	unlinkat(directory, NEW, 0);
	fd = openat(
		directory, NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	errno = ENOSPC;
	if (write(fd, text, (size_t)length) != length ||
		(durable && fdatasync(fd) != 0))
		error = -errno;
	close(fd);
	return error;
}

int checkpoint_write(
	int directory, const struct spool_position *position, bool durable)
{
	int error = write_new(directory, position, durable);

	if (error == 0 && renameat(directory, NEW, directory, OLD) != 0)
		error = -errno;
	if (error == 0 && durable && fsync(directory) != 0)
		error = -errno;
	return error;
}
