/* Files, and how many lines went by before each. */
#include "input-position.h"

#include <errno.h>
#include <stdlib.h>

static int begin_file(struct input_positions *positions, const char *name)
{
	struct input_file *files = realloc(
		positions->files, (positions->count + 1) * sizeof *files);

	if (!files)
		return -ENOMEM;
	positions->files = files;
	files[positions->count++] =
		(struct input_file){ .name = name, .before = positions->lines };
	return 0;
}

int input_position_add(
	struct input_positions *positions, const char *file, bool is_cut)
{
	int error = 0;

	if (positions->count == 0 ||
		positions->files[positions->count - 1].name != file)
		error = begin_file(positions, file);
	if (error < 0)
		return error;
	positions->lines++;
	if (is_cut)
		positions->files[positions->count - 1].cut = positions->lines;
	return 0;
}

struct input_position input_position_find(
	const struct input_positions *positions, uint64_t number)
{
	const struct input_file *file = positions->files + positions->count - 1;

	while (file->before >= number)
		file--;
	return (struct input_position){ .file = file->name,
		.line = (unsigned long)(number - file->before),
		.is_cut = number == file->cut };
}

void input_position_release(struct input_positions *positions)
{
	free(positions->files);
	*positions = (struct input_positions){ 0 };
}
