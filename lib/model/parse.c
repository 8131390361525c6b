/*
 * Reads a map's file and the files that it includes line by line, and checks
 * the map as a whole.
 *
 * A line is a field when it begins with a digit (parse-field.c), else it begins
 * with a keyword (parse-keyword.c).
 */
#include "model/parse-internal.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text-file.h"

#define FILE_MAX (256 * 1024) /* larger is no map */

/* Milliseconds to wait between selecting a pack and reading it, if the map has
 * no value (Patrick762/bluetti-bt-lib waits 3 s, bluetti_mqtt 10 s). */
#define SETTLE_DEFAULT 3000

/* The map takes ownership of the text, also after an error; text may be NULL.
 */
static char *keep(struct parser *p, char *text)
{
	char **more = NULL;

	if (text)
		more = parse_grow(
			p, p->map->texts, &p->map->text_count, sizeof *more);
	if (!more) {
		free(text);
		return NULL;
	}
	p->map->texts = more;
	more[p->map->text_count - 1] = text;
	return text;
}

static int read_line(struct parser *p, char *line)
{
	line[strcspn(line, "#")] = '\0';
	line += strspn(line, PARSE_BLANK);
	if (*line == '\0')
		return 0;
	if (isdigit((unsigned char)*line))
		return p->is_head ? 0 : parse_field(p, line);
	return parse_keyword(p, line);
}

static int read_included(struct parser *p, const char *name);

/* Reads the lines that a line includes before those behind it. */
static int read_lines(struct parser *p, struct text_file *file)
{
	char *line;

	while ((line = text_file_next(file))) {
		p->position.line = file->line;
		p->include = NULL;
		if (read_line(p, line) < 0 ||
			(p->include && read_included(p, p->include) < 0))
			return -BT_EMAP;
	}
	return 0;
}

/* The map keeps the text, also when a line is bad. */
static int read_opened(struct parser *p, struct text_file *file)
{
	char *text;

	if (text_file_read(file, FILE_MAX, p->failure) < 0)
		return p->failure->code = -BT_EMAP;
	p->position.file = keep(p, strdup(file->path));
	text = keep(p, file->text);
	file->text = NULL;
	if (!p->position.file || !text) {
		p->position.file = file->path;
		return parse_fail(p, "%s", strerror(ENOMEM));
	}
	return read_lines(p, file);
}

/* Reads all lines of the file; p->position is somewhere in it after that. */
static int read_file(struct parser *p, const char *path)
{
	struct text_file file;
	int error;

	if (text_file_open(&file, path, p->failure) < 0)
		error = p->failure->code = -BT_EMAP;
	else if (p->is_included && !S_ISREG(file.status.st_mode))
		error = failure_set_at(p->failure, -BT_EMAP, path, 0,
			"is included, but is not a regular file");
	else
		error = read_opened(p, &file);
	text_file_close(&file);
	return error;
}

/* Finds the file beside the including one, else in the directory of the maps:
 * so a map can be copied alone. */
static int find(
	char *path, size_t room, const struct parser *p, const char *name)
{
	const char *slash = strrchr(p->position.file, '/');
	int folder = slash ? (int)(slash + 1 - p->position.file) : 0;
	int n = snprintf(path, room, "%.*s%s", folder, p->position.file, name);

	if (n >= 0 && (size_t)n < room && access(path, R_OK) == 0)
		return 0;
	n = snprintf(path, room, "%s/%s", p->directory, name);
	return n >= 0 && (size_t)n < room ? access(path, R_OK) : -1;
}

static int read_included(struct parser *p, const char *name)
{
	struct parser included = *p;
	char path[PATH_MAX];

	if (p->is_included)
		return parse_fail(p, "an included file includes no other");
	if (strchr(name, '/'))
		return parse_fail(
			p, "include takes a file name without a path");
	if (find(path, sizeof path, p, name) < 0)
		return parse_fail(p,
			"cannot include %s: it is neither beside this map nor "
			"in %s",
			name, p->directory);
	included.position.line = 0;
	included.is_included = true;
	return read_file(&included, path);
}

/* --- the whole ----------------------------------------------------------- */

/* The first read of a pack must show whether the data are the pack's. */
static int first_shows(const struct map *map)
{
	const struct map_block *block = map->blocks;

	while (!block->is_pack)
		block++;
	return block->unit_id == 1 && block->address <= map->packs.shown &&
		map->packs.shown < block->address + block->count;
}

static int check_packs(struct parser *p)
{
	const struct map_packs *packs = &p->map->packs;
	int reads = 0, fields = 0;

	for (size_t i = 0; i < p->map->block_count; i++)
		reads += p->map->blocks[i].is_pack;
	for (size_t i = 0; i < p->map->field_count; i++)
		fields += p->map->fields[i].is_pack;
	if (packs->max == 0)
		return reads || fields || packs->count || packs->selector ||
				packs->shown
			? parse_fail(p,
				  "pack keywords or fields, but no \"packs\"")
			: 0;
	if (!packs->shown || reads == 0)
		return parse_fail(
			p, "packs need \"pack-shown\" and \"pack-read\"");
	if (!first_shows(p->map))
		return parse_fail(p,
			"the first \"pack-read\" must have register %u, which "
			"shows the pack of the data",
			packs->shown);
	if (packs->max > 1 && !packs->selector)
		return parse_fail(p, "several packs need \"pack-selector\"");
	return 0;
}

/* A poll that asks nothing would look like a silent station. */
static bool is_polled(const struct map *map)
{
	for (size_t i = 0; i < map->block_count; i++)
		if (!map->blocks[i].is_pack && map->blocks[i].class == MAP_POLL)
			return true;
	return false;
}

/* A read with registers of a secret field is secret as a whole. */
static void mark_secret_reads(struct map *map)
{
	for (size_t i = 0; i < map->block_count; i++)
		for (size_t k = 0; k < map->field_count; k++)
			map->blocks[i].is_secret |= map->fields[k].is_secret &&
				map_block_touches(
					&map->blocks[i], &map->fields[k]);
}

static int check_whole(struct parser *p)
{
	if (!p->map->protocol)
		return parse_fail(p, "has no line \"protocol\"");
	if (!is_polled(p->map))
		return parse_fail(p, "has no line \"read poll\"");
	if (p->map->field_count == 0)
		return parse_fail(p, "has no field");
	parse_apply_limits(p->map);
	mark_secret_reads(p->map);
	return check_packs(p);
}

/* --- the file ------------------------------------------------------------ */

static int read_map(struct parser *p, const char *path)
{
	p->position.file = path;
	if (read_file(p, path) < 0)
		return -BT_EMAP;
	p->map->path = p->position.file;
	p->position.line = 0;
	return p->map->model ? 0 : parse_fail(p, "has no line \"model\"");
}

int map_read(struct map *map, const char *path, const char *directory,
	struct failure *failure)
{
	struct parser p = {
		.map = map,
		.directory = directory,
		.failure = failure,
	};

	map->packs.settle = SETTLE_DEFAULT;
	return read_map(&p, path) < 0 ? -BT_EMAP : check_whole(&p);
}

int map_read_head(struct map *map, const char *path, struct failure *failure)
{
	struct parser p = { .map = map, .failure = failure, .is_head = true };

	return read_map(&p, path);
}
