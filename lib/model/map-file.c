/*
 * The text of a map: its file, and the files that it includes, line by line.
 *
 * A line is a field when it begins with a digit (map-field.c), else it begins
 * with a keyword (map-read.c).
 */
#include "model/map-text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "model/maps.h"

#define FILE_MAX (256 * 1024) /* larger is no map */

/* Milliseconds to wait between selecting a pack and reading it, where a map
 * does not tell (Patrick762/bluetti-bt-lib waits 3 s, bluetti_mqtt 10 s). */
#define SETTLE_DEFAULT 3000

/* The map takes the text over, also when this fails; NULL is none. */
static char *keep(struct map_reader *r, char *text)
{
	char **more = NULL;

	if (text)
		more = map_grow(
			r, r->map->texts, &r->map->text_count, sizeof *more);
	if (!more) {
		free(text);
		return NULL;
	}
	r->map->texts = more;
	more[r->map->text_count - 1] = text;
	return text;
}

/* Reads the file into text, FILE_MAX + 1 bytes, as a string. */
static int slurp(struct map_reader *r, FILE *file, char *text)
{
	size_t length = fread(text, 1, FILE_MAX + 1, file);

	if (ferror(file))
		return map_fail(r, "%s", strerror(errno));
	if (length > FILE_MAX)
		return map_fail(r, "is larger than %d bytes", FILE_MAX);
	if (memchr(text, '\0', length))
		return map_fail(r, "has a zero byte");
	text[length] = '\0';
	return 0;
}

static int read_line(struct map_reader *r, char *line)
{
	line[strcspn(line, "#")] = '\0';
	line += strspn(line, MAP_BLANK);
	if (*line == '\0')
		return 0;
	if (isdigit((unsigned char)*line))
		return map_read_field(r, line);
	return map_read_keyword(r, line);
}

static int read_lines(struct map_reader *r, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		r->place.line++;
		if (read_line(r, line) < 0)
			return -BT_EMAP;
	}
	return 0;
}

/* Reads all lines of the file; r->place is somewhere in it after that. */
static int read_file(struct map_reader *r, const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;
	int error;

	if (!file)
		return map_fail(r, "%s", strerror(errno));
	r->place.file = keep(r, strdup(path));
	text = keep(r, malloc(FILE_MAX + 1));
	error = r->place.file && text ? slurp(r, file, text)
				      : map_fail(r, "%s", strerror(ENOMEM));
	fclose(file);
	return error == 0 ? read_lines(r, text) : error;
}

/* The file beside the one that includes it, else among the maps that are used
 * without --maps: so that a map can be copied alone. */
static int find(
	char *path, size_t room, const struct map_reader *r, const char *name)
{
	const char *slash = strrchr(r->place.file, '/');
	int folder = slash ? (int)(slash + 1 - r->place.file) : 0;
	int n = snprintf(path, room, "%.*s%s", folder, r->place.file, name);

	if (n >= 0 && (size_t)n < room && access(path, R_OK) == 0)
		return 0;
	n = snprintf(path, room, "%s/%s", maps_directory(NULL), name);
	return n >= 0 && (size_t)n < room ? access(path, R_OK) : -1;
}

int map_include(struct map_reader *r, const char *name)
{
	struct map_reader included = *r;
	char path[sizeof r->error->file];

	if (r->is_included)
		return map_fail(r, "an included file includes no other");
	if (strchr(name, '/'))
		return map_fail(r,
			"an included file lies in the same "
			"directory: leave the path off");
	if (find(path, sizeof path, r, name) < 0)
		return map_fail(r,
			"cannot include %s: it is neither beside this map nor "
			"in %s",
			name, maps_directory(NULL));
	included.place.line = 0;
	included.is_included = true;
	return read_file(&included, path);
}

int map_read(struct map *map, const char *path, struct map_error *error)
{
	struct map_reader r = { .map = map, .error = error };

	snprintf(error->file, sizeof error->file, "%s", path);
	map->packs.settle = SETTLE_DEFAULT;
	if (read_file(&r, path) < 0)
		return -BT_EMAP;
	map->path = r.place.file;
	return map_check_whole(&r);
}
