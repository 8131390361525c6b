/* Text files, whole and line by line. */
#include "base/text-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail_errno(const struct text_file *file, struct failure *failure)
{
	return failure_set_at(
		failure, -errno, file->path, 0, "%s", strerror(errno));
}

int text_file_open(
	struct text_file *file, const char *path, struct failure *failure)
{
	*file = (struct text_file){ .path = path };
	/* Without O_NONBLOCK a pipe would wait for its writer. */
	file->descriptor =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file->descriptor < 0 ||
		fstat(file->descriptor, &file->status) < 0 ||
		fcntl(file->descriptor, F_SETFL, 0) < 0)
		return fail_errno(file, failure);
	return 0;
}

int text_file_read(struct text_file *file, size_t max, struct failure *failure)
{
	size_t length = 0;
	ssize_t n;

	file->room = max + 1;
	file->text = malloc(file->room);
	if (!file->text)
		return fail_errno(file, failure);
	do {
		n = read(file->descriptor, file->text + length,
			file->room - length);
		if (n < 0 && errno != EINTR)
			return fail_errno(file, failure);
		length += n > 0 ? (size_t)n : 0;
	} while (n != 0 && length <= max);
	if (length > max)
		return failure_set_at(failure, -EFBIG, file->path, 0,
			"is larger than %zu bytes", max);
	if (memchr(file->text, '\0', length))
		return failure_set_at(
			failure, -EILSEQ, file->path, 0, "has a zero byte");
	file->text[length] = '\0';
	file->next = file->text;
	return 0;
}

char *text_file_next(struct text_file *file)
{
	char *line = strsep(&file->next, "\n");

	file->line = line ? file->line + 1 : 0;
	return line;
}

void text_file_close(struct text_file *file)
{
	if (file->descriptor >= 0)
		close(file->descriptor);
	if (file->text)
		explicit_bzero(file->text, file->room);
	free(file->text);
}
