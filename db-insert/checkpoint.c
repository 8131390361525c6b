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

void checkpoint_read(int directory, struct spool_position *place)
{
	int fd = openat(directory, OLD, O_RDONLY | O_CLOEXEC);
	struct spool_position read_place;
	char text[TEXT], newline = 0;
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	if (sscanf(text, "%" SCNu64 " %" SCNu64 "%c", &read_place.segment,
		    &read_place.offset, &newline) == 3 &&
		newline == '\n')
		*place = read_place;
}

static int write_new(int directory, const struct spool_position *place, int *fd)
{
	char text[TEXT];
	int length = snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64 "\n",
		place->segment, place->offset);
	ssize_t n;

	*fd = openat(
		directory, NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*fd < 0)
		return -errno;
	n = write(*fd, text, (size_t)length);
	if (n == length)
		return 0;
	return n < 0 ? -errno : -ENOSPC;
}

static int sync_new(int fd)
{
	return fdatasync(fd) == 0 ? 0 : -errno;
}

static int rename_new(int directory)
{
	return renameat(directory, NEW, directory, OLD) == 0 ? 0 : -errno;
}

static int sync_directory(int directory)
{
	return fsync(directory) == 0 ? 0 : -errno;
}

int checkpoint_write(
	int directory, const struct spool_position *place, bool durable)
{
	int fd;
	int error = write_new(directory, place, &fd);

	if (error == 0 && durable)
		error = sync_new(fd);
	if (fd >= 0)
		close(fd);
	if (error == 0)
		error = rename_new(directory);
	if (error == 0 && durable)
		error = sync_directory(directory);
	return error;
}
