/*
 * The life of segments, from the first byte to the unlink.
 *
 * Safety depends on the order of the steps: a checkpoint advances only after
 * the COMMIT of everything before it, and a segment is unlinked only when the
 * checkpoint, or nothing at all, lies behind it.
 */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "checkpoint.h"
#include "record.h"
#include "segment.h"
#include "spool-line.h"
#include "spool-reader.h"
#include "spool-sync.h"

/* Bytes between checkpoints: at most these are delivered again after a kill. */
#define CHECKPOINT_BYTES (1u << 20)

struct spool {
	int directory;
	uint64_t bytes;
	uint64_t first;		    /* no segment has a lower number */
	uint64_t last;		    /* a number that was used before */
	struct spool_position done; /* all before it is delivered */
	struct spool_position checkpoint;
	bool on_disk; /* some lines were synced */

	int fd; /* of the last segment; -1: the next line begins a new one */
	struct spool_position end;
	struct spool_sync sync;

	size_t pending, pending_lines;
	char waiting[SPOOL_CHUNK + SPOOL_LINE_HEAD + RECORD_MAX + 1];
};

/* --- opening ------------------------------------------------------------- */

static int unlink_segment(struct spool *spool, uint64_t number)
{
	uint64_t size;
	int error = segment_size(spool->directory, number, &size);

	if (error == 0)
		error = segment_unlink(spool->directory, number);
	if (error == 0)
		spool->bytes -= size < spool->bytes ? size : spool->bytes;
	return error;
}

/* Counts the bytes of the segments. Unlinks those before the checkpoint, and
 * empty ones, which a kill can leave: delivery would wait for their lines. */
static int read_segments(struct spool *spool)
{
	uint64_t number = 0, first = 0, size;
	int error;

	while ((error = segment_next(spool->directory, number, &number)) == 0 &&
		number != 0) {
		error = segment_size(spool->directory, number, &size);
		if (error < 0)
			return error;
		spool->bytes += size;
		if (size > 0 && number > spool->end.segment)
			spool->end = (struct spool_position){ number, size };
		if (size > 0 && first == 0 && number >= spool->done.segment)
			first = number;
		if (size == 0 || first == 0)
			error = unlink_segment(spool, number);
		if (error < 0)
			return error;
	}
	if (first != spool->done.segment)
		spool->done = (struct spool_position){ .segment = first };
	return error;
}

int spool_open(struct spool **spool, int directory)
{
	struct spool *result = mmap(NULL, sizeof *result,
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int error;

	if (result == MAP_FAILED) {
		close(directory);
		return -ENOMEM;
	}
	result->directory = directory;
	result->fd = -1;
	error = checkpoint_read(directory, &result->done, &result->last);
	if (error == 0)
		error = read_segments(result);
	if (error < 0) {
		spool_close(result);
		return error;
	}
	result->on_disk = result->bytes > 0;
	*spool = result;
	return 0;
}

void spool_close(struct spool *spool)
{
	if (!spool)
		return;
	if (spool->fd >= 0)
		close(spool->fd);
	close(spool->directory);
	munmap(spool, sizeof *spool);
}

static uint64_t next_number(const struct spool *spool)
{
	uint64_t end = spool->end.segment;

	return (end > spool->last ? end : spool->last) + 1;
}

static int adopt_segment(struct spool *spool, int directory, uint64_t number)
{
	uint64_t new_number = next_number(spool), size;
	int error = segment_size(directory, number, &size);

	if (error == 0 && size == 0)
		return segment_unlink(directory, number);
	if (error == 0)
		error = segment_move(
			directory, number, spool->directory, new_number);
	if (error < 0)
		return error;
	spool->end = (struct spool_position){ new_number, size };
	spool->bytes += size;
	spool->on_disk = true;
	return 0;
}

int spool_adopt(struct spool *spool, int directory)
{
	uint64_t number = 0;
	int error;

	while ((error = segment_next(directory, number, &number)) == 0 &&
		number != 0) {
		error = adopt_segment(spool, directory, number);
		if (error < 0)
			break;
	}
	return error;
}

/* --- writing ------------------------------------------------------------- */

void spool_append(struct spool *spool, const char *text, size_t length)
{
	char *line = spool->waiting + spool->pending;

	spool_checksum(line, text, length);
	line[SPOOL_LINE_HEAD - 1] = ' ';
	memcpy(line + SPOOL_LINE_HEAD, text, length);
	line[SPOOL_LINE_HEAD + length] = '\n';
	spool->pending += SPOOL_LINE_HEAD + length + 1;
	spool->pending_lines++;
}

size_t spool_pending(const struct spool *spool)
{
	return spool->pending;
}

size_t spool_pending_lines(const struct spool *spool)
{
	return spool->pending_lines;
}

struct spool_position spool_end(const struct spool *spool)
{
	return spool->end;
}

const char *spool_waiting(const struct spool *spool)
{
	return spool->waiting;
}

void spool_drop_waiting(struct spool *spool, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		spool->pending_lines -= spool->waiting[i] == '\n';
	spool->pending -= bytes;
	memmove(spool->waiting, spool->waiting + bytes, spool->pending);
}

/* Begins the next segment. */
static int begin_segment(struct spool *spool)
{
	uint64_t number = next_number(spool);
	int fd = segment_open(
		spool->directory, number, O_WRONLY | O_CREAT | O_EXCL);

	if (fd < 0)
		return fd;
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = fd;
	spool->end = (struct spool_position){ .segment = number };
	spool->sync.has_names = true;
	return 0;
}

static int write_lines(const struct spool *spool)
{
	size_t done = 0;

	while (done < spool->pending) {
		ssize_t n = pwrite(spool->fd, spool->waiting + done,
			spool->pending - done,
			(off_t)(spool->end.offset + done));

		if (n < 0 && errno != EINTR) {
			int error = -errno;

			/* Remove a partial line. */
			(void)!ftruncate(spool->fd, (off_t)spool->end.offset);
			return error;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int spool_flush(struct spool *spool)
{
	int error = 0;

	if (spool->pending == 0)
		return 0;
	if (spool->fd < 0 || spool->end.offset >= SPOOL_SEGMENT)
		error = begin_segment(spool);
	if (error == 0)
		error = write_lines(spool);
	if (error < 0)
		return error;
	spool->end.offset += spool->pending;
	spool->bytes += spool->pending;
	spool->pending = spool->pending_lines = 0;
	spool_sync_add(&spool->sync, &spool->end);
	return 0;
}

/* --- syncing ------------------------------------------------------------- */

int64_t spool_sync_due(const struct spool *spool)
{
	return spool_sync_next(&spool->sync);
}

/* Ends writing to the last segment. */
static void end_segment(struct spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
}

/*
 * A mark follows each line within half a second and is checked half a second
 * later. So no line waits longer than a second, and lines that the server
 * acknowledges within half a second are never synced.
 */
int spool_sync(struct spool *spool)
{
	struct spool_sync *sync = &spool->sync;
	int error;

	if (spool_position_compare(&sync->mark, &spool->done) <= 0) {
		spool_sync_mark(sync, &spool->end);
		return 0;
	}
	if (sync->has_failed)
		end_segment(spool);
	error = spool_sync_run(sync, spool->directory, &spool->end);
	if (error == 0)
		spool->on_disk = true;
	return error;
}

int spool_sync_all(struct spool *spool)
{
	spool->sync.mark = spool->end;
	return spool->sync.has_lines ? spool_sync(spool) : 0;
}

/* --- done ---------------------------------------------------------------- */

/* Does not sync: a segment that a power cut brings back is sent again. */
static int unlink_below(struct spool *spool, uint64_t limit)
{
	uint64_t number = 0;
	int error;

	while ((error = segment_next(spool->directory, number, &number)) == 0 &&
		number != 0 && number < limit) {
		error = unlink_segment(spool, number);
		if (error < 0)
			return error;
	}
	if (error == 0)
		spool->first = limit;
	return error;
}

/* The checkpoint is synced only if lines were: a power cut takes both or none.
 */
static int advance_checkpoint(struct spool *spool)
{
	int error = checkpoint_write(
		spool->directory, &spool->done, spool->on_disk);

	if (error == 0)
		spool->checkpoint = spool->done;
	return error;
}

static bool is_checkpoint_due(const struct spool *spool)
{
	return spool->done.segment != spool->checkpoint.segment ||
		spool->done.offset >=
		spool->checkpoint.offset + CHECKPOINT_BYTES;
}

/* The last segment is delivered and not written to again. */
static void leave_segment(struct spool *spool)
{
	end_segment(spool);
	spool->sync = (struct spool_sync){ 0 };
}

int spool_acknowledge(
	struct spool *spool, const struct spool_position *position)
{
	bool is_all = spool_position_compare(position, &spool->end) >= 0;
	uint64_t limit = position->segment + is_all;
	int error = 0;

	spool->done = *position;
	if (!is_all && is_checkpoint_due(spool))
		error = advance_checkpoint(spool);
	if (error == 0 && limit > spool->first)
		error = unlink_below(spool, limit);
	if (is_all)
		leave_segment(spool);
	if (spool->bytes == 0)
		spool->on_disk = false;
	return error;
}

struct spool_position spool_done(const struct spool *spool)
{
	return spool->done;
}

bool spool_is_delivered(const struct spool *spool)
{
	return spool->bytes == 0 ||
		spool_position_compare(&spool->done, &spool->end) >= 0;
}

int spool_directory(const struct spool *spool)
{
	return spool->directory;
}

uint64_t spool_bytes(const struct spool *spool)
{
	return spool->bytes;
}

int64_t spool_count(const struct spool *spool)
{
	struct spool_reader *reader;
	struct spool_line line;
	int64_t count = 0;
	int more = spool_reader_open(&reader, spool->directory, &spool->done);

	if (more < 0)
		return more;
	while ((more = spool_reader_next(reader, &spool->end, &line)) > 0)
		count++;
	spool_reader_close(reader);
	return more < 0 ? more : count;
}
