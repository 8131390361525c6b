/* Files with numbers. */
#include "segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT "%010" PRIu64 ".json"
#define NAME_SIZE 32

/* Suffix of a file that is to replace a segment. */
#define NEW ".new"

#define COPY_BYTES 65536

static void name_segment(char name[NAME_SIZE], uint64_t number)
{
	snprintf(name, NAME_SIZE, FORMAT, number);
}

/* Returns the number in a name, or 0 if it does not name a segment. */
static uint64_t number_of(const char *name)
{
	char again[NAME_SIZE];
	uint64_t number = strtoull(name, NULL, 10);

	if (number > SEGMENT_MAX)
		return 0;
	name_segment(again, number);
	return strcmp(name, again) == 0 ? number : 0;
}

int segment_next(int directory, uint64_t above, uint64_t *next)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	uint64_t lowest = 0;
	int error;

	if (!entries) {
		error = -errno;
		if (copy >= 0)
			close(copy);
		return error;
	}
	errno = 0;
	while ((entry = readdir(entries))) {
		uint64_t number = number_of(entry->d_name);

		if (number > above && (lowest == 0 || number < lowest))
			lowest = number;
		errno = 0;
	}
	error = -errno;
	closedir(entries);
	*next = lowest;
	return error;
}

int segment_open(int directory, uint64_t number, int flags)
{
	char name[NAME_SIZE];
	int fd;

	name_segment(name, number);
	fd = openat(directory, name,
		flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	return fd < 0 ? -errno : fd;
}

int segment_size(int directory, uint64_t number, uint64_t *size)
{
	char name[NAME_SIZE];
	struct stat status;

	name_segment(name, number);
	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return -errno;
	*size = (uint64_t)status.st_size;
	return 0;
}

int segment_unlink(int directory, uint64_t number)
{
	char name[NAME_SIZE];

	name_segment(name, number);
	return unlinkat(directory, name, 0) == 0 || errno == ENOENT ? 0
								    : -errno;
}

static int write_all(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t n = write(fd, bytes, count);

		if (n < 0 && errno != EINTR)
			return -errno;
		bytes += n > 0 ? n : 0;
		count -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int copy(int from, int to)
{
	char bytes[COPY_BYTES];
	ssize_t n;
	int error = 0;

	while (error == 0 && (n = read(from, bytes, sizeof bytes)) != 0) {
		if (n > 0)
			error = write_all(to, bytes, (size_t)n);
		else if (errno != EINTR)
			error = -errno;
	}
	return error;
}

/* A synced copy of the file under another name. */
static int write_copy(int directory, int from, const char *name)
{
	int to = openat(
		directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int error;

	if (to < 0)
		return -errno;
	error = copy(from, to);
	if (error == 0 && fdatasync(to) != 0)
		error = -errno;
	close(to);
	return error;
}

int segment_rewrite(int directory, uint64_t number)
{
	char name[NAME_SIZE], new_name[NAME_SIZE + sizeof NEW];
	int from = segment_open(directory, number, O_RDONLY);
	int error;

	if (from < 0)
		return from;
	name_segment(name, number);
	snprintf(new_name, sizeof new_name, "%s" NEW, name);
	unlinkat(directory, new_name, 0);
	error = write_copy(directory, from, new_name);
	if (error == 0 && renameat(directory, new_name, directory, name) != 0)
		error = -errno;
	if (error < 0)
		unlinkat(directory, new_name, 0);
	close(from);
	return error;
}

int segment_move(int directory, uint64_t number, int to, uint64_t new_number)
{
	char name[NAME_SIZE], new_name[NAME_SIZE];

	name_segment(name, number);
	name_segment(new_name, new_number);
	return renameat(directory, name, to, new_name) == 0 ? 0 : -errno;
}
