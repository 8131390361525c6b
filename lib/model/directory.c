/* The maps of a directory, and how to find the right one. */
#include "model/directory.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "model/parse.h"
#include "model/search-path.h"

#define SUFFIX ".map"
#define DIGITS "0123456789"

/* How much of a file was read: a head has the names of the map alone. */
enum state { UNREAD, HEAD, WHOLE };

struct maps {
	const char *directory;
	struct failure *failure; /* of lookups */
	struct dirent **files;	 /* in the order of their names */
	size_t count;
	/* A member a file. */
	struct map *list;
	enum state *states;
};

static int is_map(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > strlen(SUFFIX) && entry->d_name[0] != '.' &&
		strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) == 0;
}

/* Some models are named like the prefix of their stations. */
bool map_has_model(const struct map *map, const char *model)
{
	bool is = strcmp(map->model, model) == 0;

	for (size_t i = 0; i < map->prefix_count; i++)
		is |= strcmp(map->prefixes[i], model) == 0;
	return is;
}

/* Two maps that claim the same model or the same names cannot both be meant. */
static int check_clash(const struct maps *maps, const struct map *added,
	struct failure *failure)
{
	for (const struct map *m = maps->list; m < added; m++) {
		bool clash = map_has_model(m, added->model);

		for (size_t i = 0; i < added->prefix_count; i++)
			clash |= map_has_model(m, added->prefixes[i]);
		if (clash)
			return failure_set_at(failure, -BT_EMAP, added->path, 0,
				"has the model or a name of the map of %s",
				m->model);
	}
	return 0;
}

/* --- reading ------------------------------------------------------------- */

/* Reads the map of file number i, unless that was done. */
static int read_map(const struct maps *maps, size_t i, enum state state,
	struct failure *failure)
{
	struct map *map = &maps->list[i];
	const char *name = maps->files[i]->d_name;
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/%s", maps->directory, name);
	int error;

	if (maps->states[i] >= state)
		return 0;
	if (n < 0 || (size_t)n >= sizeof path)
		return failure_set_at(failure, -BT_EMAP, maps->directory, 0,
			"path is too long");
	map_release(map);
	memset(map, 0, sizeof *map);
	maps->states[i] = UNREAD;
	error = state == HEAD
		? map_read_head(map, path, failure)
		: map_read(map, path, maps_directory(NULL), failure);
	if (error == 0)
		maps->states[i] = state;
	return error;
}

static int read_all(
	const struct maps *maps, enum state state, struct failure *failure)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < maps->count; i++) {
		if (maps->states[i] >= state)
			continue;
		error = read_map(maps, i, state, failure);
		if (error == 0)
			error = check_clash(maps, &maps->list[i], failure);
	}
	return error;
}

static const struct map *read_whole(const struct maps *maps, size_t i)
{
	return read_map(maps, i, WHOLE, maps->failure) < 0 ? NULL
							   : &maps->list[i];
}

static int list_files(struct maps *maps, struct failure *failure)
{
	int count = scandir(maps->directory, &maps->files, is_map, alphasort);

	if (count < 0)
		return failure_set_at(failure, -BT_EMAP, maps->directory, 0,
			"%s; set the directory of the maps with --maps or "
			"$BT_MAPS",
			strerror(errno));
	maps->count = (size_t)count;
	if (count == 0)
		return failure_set_at(failure, -BT_EMAP, maps->directory, 0,
			"has no *.map files");
	maps->list = calloc(maps->count, sizeof *maps->list);
	maps->states = calloc(maps->count, sizeof *maps->states);
	if (!maps->list || !maps->states)
		return failure_set_at(failure, -BT_EMAP, maps->directory, 0,
			"%s", strerror(errno));
	return 0;
}

int maps_open(struct maps **result, const char *option, struct failure *failure)
{
	const char *directory = maps_directory(option);
	struct maps *maps = calloc(1, sizeof *maps);

	if (!maps) {
		failure_set_at(
			failure, -BT_EMAP, directory, 0, "%s", strerror(errno));
		return -BT_EMAP;
	}
	maps->directory = directory;
	maps->failure = failure;
	failure->code = 0;
	if (list_files(maps, failure) < 0) {
		maps_free(maps);
		return -BT_EMAP;
	}
	*result = maps;
	return 0;
}

int maps_load(struct maps **result, const char *option, struct failure *failure)
{
	struct maps *maps;

	if (maps_open(&maps, option, failure) < 0)
		return -BT_EMAP;
	if (read_all(maps, WHOLE, failure) < 0) {
		maps_free(maps);
		return -BT_EMAP;
	}
	maps->failure = NULL;
	*result = maps;
	return 0;
}

int maps_error(const struct maps *maps)
{
	return maps->failure ? maps->failure->code : 0;
}

void maps_free(struct maps *maps)
{
	if (!maps)
		return;
	for (size_t i = 0; i < maps->count; i++) {
		if (maps->list)
			map_release(&maps->list[i]);
		free(maps->files[i]);
	}
	free(maps->files);
	free(maps->list);
	free(maps->states);
	free(maps);
}

/* --- finding ------------------------------------------------------------- */

const struct map *maps_next(const struct maps *maps, const struct map *previous)
{
	const struct map *next = previous ? previous + 1 : maps->list;

	return next < maps->list + maps->count ? next : NULL;
}

static bool is_all_read(const struct maps *maps)
{
	size_t i = 0;

	while (i < maps->count && maps->states[i] != UNREAD)
		i++;
	return i == maps->count;
}

/* Not if the file that was needed is bad: that is to be reported. */
static int read_heads(const struct maps *maps)
{
	int error = maps_error(maps);

	return error < 0 ? error : read_all(maps, HEAD, maps->failure);
}

/* The map in the file of this name, unless all heads were read: this avoids
 * reading the other files. */
static const struct map *by_file(
	const struct maps *maps, const char *stem, size_t length)
{
	for (size_t i = 0; i < maps->count; i++) {
		const char *name = maps->files[i]->d_name;

		if (strncmp(name, stem, length) == 0 &&
			strcmp(name + length, SUFFIX) == 0)
			return read_whole(maps, i);
	}
	return NULL;
}

const struct map *maps_by_model(const struct maps *maps, const char *model)
{
	const struct map *map = NULL;

	if (*model == '\0')
		return NULL;
	if (!is_all_read(maps))
		map = by_file(maps, model, strlen(model));
	if (map && map_has_model(map, model))
		return map;
	if (read_heads(maps) < 0)
		return NULL;
	for (size_t i = 0; i < maps->count; i++)
		if (map_has_model(&maps->list[i], model))
			return read_whole(maps, i);
	return NULL;
}

static bool is_generic(const struct map *map, int protocol)
{
	return map->is_generic && map->protocol == protocol;
}

const struct map *maps_generic(const struct maps *maps, int protocol)
{
	const char *stem = protocol == 1 ? "generic-1" : "generic-2";
	const struct map *map = NULL;

	if (!is_all_read(maps))
		map = by_file(maps, stem, strlen(stem));
	if (map && is_generic(map, protocol))
		return map;
	if (read_heads(maps) < 0)
		return NULL;
	for (size_t i = 0; i < maps->count; i++)
		if (is_generic(&maps->list[i], protocol))
			return read_whole(maps, i);
	return NULL;
}

/* The length of the map's longest prefix of the name; 0: none. At least one
 * digit and only digits follow, so EP500 does not match names of EP500P. */
static size_t fitting_prefix(const struct map *map, const char *name)
{
	size_t longest = 0;

	for (size_t i = 0; i < map->prefix_count; i++) {
		size_t length = strlen(map->prefixes[i]);

		if (length > longest &&
			strncmp(name, map->prefixes[i], length) == 0 &&
			name[length] &&
			name[length + strspn(name + length, DIGITS)] == '\0')
			longest = length;
	}
	return longest;
}

/* The longest part of the name that a file is called by, before digits. */
static const struct map *by_file_of_name(
	const struct maps *maps, const char *name)
{
	const struct map *map = NULL;
	size_t length = strlen(name);

	while (!map && length > 1 && isdigit((unsigned char)name[length - 1]))
		map = by_file(maps, name, --length);
	return map && fitting_prefix(map, name) == length ? map : NULL;
}

const struct map *maps_by_name(const struct maps *maps, const char *name)
{
	const struct map *map = NULL;
	size_t longest = 0, best = 0;

	if (*name == '\0')
		return NULL;
	if (!is_all_read(maps))
		map = by_file_of_name(maps, name);
	if (map || read_heads(maps) < 0)
		return map;
	/* The longest prefix wins: a model's name may end in digits. */
	for (size_t i = 0; i < maps->count; i++) {
		size_t length = fitting_prefix(&maps->list[i], name);

		if (length > longest) {
			best = i;
			longest = length;
		}
	}
	return longest > 0 ? read_whole(maps, best) : NULL;
}
