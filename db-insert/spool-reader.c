/* Segments, from the first line to the last. */
#include "spool-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "segment.h"

struct spool_reader {
	int directory;
	int fd;				/* of the segment; -1: none yet */
	struct spool_position position; /* where the buffer ends */
	size_t head, tail;		/* what is left of the buffer */
	char buffer[SPOOL_LINE_HEAD + RECORD_MAX + 1];
};

int spool_reader_open(struct spool_reader **reader, int directory,
	const struct spool_position *begin)
{
	struct spool_reader *result = calloc(1, sizeof *result);

	if (!result)
		return -ENOMEM;
	result->directory = directory;
	result->fd = -1;
	result->position = *begin;
	*reader = result;
	return 0;
}

void spool_reader_close(struct spool_reader *reader)
{
	if (!reader)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	free(reader);
}

/* Bytes of the segment that may be read: those of one that nobody appends to
 * any more are all there. */
static uint64_t readable(
	const struct spool_reader *r, const struct spool_position *limit)
{
	if (r->position.segment < limit->segment)
		return UINT64_MAX;
	if (r->position.segment > limit->segment ||
		r->position.offset > limit->offset)
		return 0;
	return limit->offset - r->position.offset;
}

/* More of the segment into the buffer: how many bytes, or an errno. */
static ssize_t fill(struct spool_reader *r, uint64_t readable_bytes)
{
	size_t room;
	ssize_t n;

	if (r->fd < 0)
		return 0;
	r->tail -= r->head;
	memmove(r->buffer, r->buffer + r->head, r->tail);
	r->head = 0;
	room = sizeof r->buffer - r->tail;
	if (room > readable_bytes)
		room = readable_bytes;
	do
		n = pread(r->fd, r->buffer + r->tail, room,
			(off_t)r->position.offset);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	r->tail += (size_t)n;
	r->position.offset += (uint64_t)n;
	return n;
}

void spool_line_take(struct spool_line *line, const char *text, size_t length)
{
	size_t head;

	*line = (struct spool_line){ .state = spool_line_check(
					     text, length, &head) };
	line->text = text + head;
	line->length = length - head;
}

static int hand_out(struct spool_reader *r, struct spool_line *line,
	size_t length, size_t taken)
{
	spool_line_take(line, r->buffer + r->head, length);
	line->begin = line->end = r->position;
	line->begin.offset -= r->tail - r->head;
	line->end.offset = line->begin.offset + taken;
	line->is_cut = taken == length;
	r->head += taken;
	return 1;
}

/* Opens the segment of the position, or the one after it: 1; 0 if there is
 * none. */
static int open_next(struct spool_reader *r)
{
	uint64_t number = 0;
	bool is_first = r->fd < 0 && r->position.segment != 0;
	int error = segment_next(
		r->directory, r->position.segment - is_first, &number);

	if (error < 0 || number == 0)
		return error;
	if (number != r->position.segment)
		r->position.offset = 0;
	if (r->fd >= 0)
		close(r->fd);
	r->position.segment = number;
	r->fd = segment_open(r->directory, number, O_RDONLY);
	return r->fd < 0 ? r->fd : 1;
}

int spool_reader_next(struct spool_reader *r,
	const struct spool_position *limit, struct spool_line *line)
{
	for (;;) {
		const char *rest = r->buffer + r->head;
		size_t length = r->tail - r->head;
		const char *newline = memchr(rest, '\n', length);
		ssize_t n = 0;
		int opened;

		if (newline) {
			length = (size_t)(newline - rest);
			return hand_out(r, line, length, length + 1);
		}
		if (length < sizeof r->buffer)
			n = fill(r, readable(r, limit));
		if (n < 0)
			return (int)n;
		if (n > 0)
			continue;
		if (length > 0)
			return hand_out(r, line, length, length);
		if (r->position.segment >= limit->segment && r->fd >= 0)
			return 0;
		opened = open_next(r);
		if (opened <= 0)
			return opened;
	}
}
