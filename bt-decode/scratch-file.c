/* Files without names: open(2), O_TMPFILE, or unlinked at once. */
#include "scratch-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/errors.h"

/* Where the file system does not know O_TMPFILE. */
static int open_unlinked(const char *folder)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof path, "%s/bt-decode.XXXXXX", folder) >=
		(int)sizeof path)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

FILE *scratch_file(struct failure *failure)
{
	const char *folder = getenv("TMPDIR");
	FILE *file = NULL;
	int fd;

	if (!folder || !*folder)
		folder = "/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
		fd = open_unlinked(folder);
	if (fd >= 0)
		file = fdopen(fd, "w+");
	if (file)
		return file;
	failure_set(failure, -errno, "cannot create a temporary file in %s: %s",
		folder, error_text(-errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}
