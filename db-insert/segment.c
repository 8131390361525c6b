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

static void name_segment(char name[NAME_SIZE], uint64_t number)
{
	snprintf(name, NAME_SIZE, FORMAT, number);
}

/* The number in a name, 0 if it is not that of a segment. */
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
	fd = openat(directory, name, flags | O_CLOEXEC, 0600);
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

int segment_move(int directory, uint64_t number, int to, uint64_t new_number)
{
	char name[NAME_SIZE], new_name[NAME_SIZE];

	name_segment(name, number);
	name_segment(new_name, new_number);
	return renameat(directory, name, to, new_name) == 0 ? 0 : -errno;
}
