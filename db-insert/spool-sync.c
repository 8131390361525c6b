/* Syncing segments. */
#include "spool-sync.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "segment.h"

/* Milliseconds: half of the second after which a line is synced. */
#define PERIOD 500

void spool_sync_mark(struct spool_sync *sync, const struct spool_position *end)
{
	sync->mark = *end;
	sync->marked = clock_monotonic();
}

void spool_sync_add(struct spool_sync *sync, const struct spool_position *end)
{
	if (sync->has_lines)
		return;
	sync->has_lines = true;
	sync->first = end->segment;
	spool_sync_mark(sync, end);
}

int64_t spool_sync_next(const struct spool_sync *sync)
{
	return sync->has_lines ? sync->marked + PERIOD : INT64_MAX;
}

static int sync_segment(int directory, uint64_t number)
{
	int fd = segment_open(directory, number, O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	error = fdatasync(fd) == 0 ? 0 : -errno;
	close(fd);
	return error;
}

static int sync_segments(const struct spool_sync *sync, int directory,
	const struct spool_position *end)
{
	int error = 0;

	for (uint64_t n = sync->first; n <= end->segment && error == 0; n++) {
		error = sync->has_failed ? segment_rewrite(directory, n)
					 : sync_segment(directory, n);
		if (error == -ENOENT)
			error = 0;
	}
	return error;
}

int spool_sync_run(struct spool_sync *sync, int directory,
	const struct spool_position *end)
{
	int error = sync_segments(sync, directory, end);

	if (error == 0 && (sync->has_names || sync->has_failed) &&
		fsync(directory) != 0)
		error = -errno;
	if (error == 0) {
		*sync = (struct spool_sync){ 0 };
		return 0;
	}
	sync->has_failed = true;
	spool_sync_mark(sync, end);
	return error;
}
