/*
 * Fuzz target: a spool directory as a power cut, or anybody, left it. The
 * input is the checkpoint and two segments, with zero bytes between.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../db-insert/checkpoint.h"
#include "../../db-insert/spool-reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "checkpoint", "0000000001.json",
	"0000000002.json" };
#define FILES (sizeof names / sizeof names[0])

static char path[] = "/tmp/bt-fuzz-spool.XXXXXX";
static int directory = -1;

/* A condition that no input may break. */
static void must(bool condition)
{
	if (!condition)
		abort();
}

static void remove_directory(void)
{
	for (size_t i = 0; i < FILES; i++)
		unlinkat(directory, names[i], 0);
	rmdir(path);
}

static void make_directory(void)
{
	must(mkdtemp(path) != NULL);
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(directory >= 0);
	atexit(remove_directory);
}

static void write_file(const char *name, const uint8_t *data, size_t size)
{
	int fd = openat(directory, name,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static void write_files(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < FILES; i++) {
		const uint8_t *zero =
			i + 1 < FILES ? memchr(data, 0, size) : NULL;
		size_t length = zero ? (size_t)(zero - data) : size;

		write_file(names[i], data, length);
		length += zero != NULL;
		data += length;
		size -= length;
	}
}

static bool is_before(
	const struct spool_position *a, const struct spool_position *b)
{
	return a->segment < b->segment ||
		(a->segment == b->segment && a->offset < b->offset);
}

static void check_line(const struct spool_line *line)
{
	char digits[8];

	must(!memchr(line->text, '\n', line->length));
	if (line->state != SPOOL_LINE_WHOLE)
		return;
	spool_checksum(digits, line->text, line->length);
	must(memcmp(line->text - SPOOL_LINE_HEAD, digits, sizeof digits) == 0);
}

/* Each line once, in order, up to the end. */
static void read_lines(struct spool_position at)
{
	static const struct spool_position end = { 3, 0 };
	struct spool_reader *reader;
	struct spool_line line;

	must(spool_reader_open(&reader, directory, &at) == 0);
	while (spool_reader_next(reader, &end, &line) == 1) {
		must(!is_before(&line.begin, &at));
		must(is_before(&line.begin, &line.end));
		check_line(&line);
		at = line.end;
	}
	spool_reader_close(reader);
}

/* What is written is read as the same. */
static void write_checkpoint(const struct spool_position *position)
{
	struct spool_position again = { 0 };
	uint64_t last = 0;

	must(checkpoint_write(directory, position, false) == 0);
	must(checkpoint_read(directory, &again, &last) == 0);
	must(last == position->segment && again.segment == last &&
		again.offset == position->offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spool_position position = { 0 };
	uint64_t last = 0;

	if (directory < 0)
		make_directory();
	write_files(data, size);
	must(checkpoint_read(directory, &position, &last) == 0);
	must(position.segment == 0 || position.segment == last);
	read_lines(position);
	if (position.segment > 0)
		write_checkpoint(&position);
	return 0;
}
