/* Files, and how many of their lines went by. */
#include "input-position.h"

#include <errno.h>
#include <stdlib.h>

static int begin_file(struct origins *origins, const char *name)
{
	struct origin_file *files =
		realloc(origins->files, (origins->count + 1) * sizeof *files);

	if (!files)
		return -ENOMEM;
	origins->files = files;
	files[origins->count++] =
		(struct origin_file){ .name = name, .before = origins->in };
	return 0;
}

int origin_in(struct origins *origins, const char *file, bool is_cut)
{
	struct origin_file *last;

	if (origins->count == 0 ||
		origins->files[origins->count - 1].name != file) {
		int error = begin_file(origins, file);

		if (error < 0)
			return error;
	}
	last = &origins->files[origins->count - 1];
	origins->in++;
	if (is_cut)
		last->last = (unsigned long)(origins->in - last->before);
	return 0;
}

struct origin origin_out(struct origins *origins)
{
	const struct origin_file *file = &origins->files[origins->current];
	unsigned long line;

	if (origins->current + 1 < origins->count &&
		origins->out == origins->files[origins->current + 1].before)
		file = &origins->files[++origins->current];
	line = (unsigned long)(++origins->out - file->before);
	return (struct origin){
		.file = file->name, .line = line, .is_cut = line == file->last
	};
}

void origin_release(struct origins *origins)
{
	free(origins->files);
	*origins = (struct origins){ 0 };
}
