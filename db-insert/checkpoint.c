/* A checkpoint by write, sync, rename, sync of the directory. */
#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define OLD "checkpoint"
#define NEW "checkpoint.new"

/* Bytes of its text. */
#define TEXT 64

int checkpoint_read(int directory, struct spool_position *position)
{
	int fd = openat(directory, OLD, O_RDONLY | O_CLOEXEC);
	struct spool_position result;
	char text[TEXT], newline = 0;
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n = read(fd, text, sizeof text - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	if (sscanf(text, "%" SCNu64 " %" SCNu64 "%c", &result.segment,
		    &result.offset, &newline) == 3 &&
		newline == '\n')
		*position = result;
	return 0;
}

static int write_new(
	int directory, const struct spool_position *position, bool durable)
{
	int fd = openat(
		directory, NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char text[TEXT];
	int length = snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64 "\n",
		position->segment, position->offset);
	int error = 0;

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
