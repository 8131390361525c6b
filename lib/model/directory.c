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

struct maps {
	struct map *list;
	size_t count;
};

static int is_map(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > strlen(SUFFIX) && entry->d_name[0] != '.' &&
		strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) == 0;
}

/* Some models call themselves otherwise in their registers: as their names
 * begin. */
static bool is_model(const struct map *map, const char *model)
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
		bool clash = is_model(m, added->model);

		for (size_t i = 0; i < added->prefix_count; i++)
			clash |= is_model(m, added->prefixes[i]);
		if (clash)
			return failure_set_at(failure, -BT_EMAP, added->path, 0,
				"has the model or a name of the map of %s",
				m->model);
	}
	return 0;
}

/* Reads one map more than there were. */
static int load_one(struct maps *maps, const char *directory, const char *name,
	struct failure *failure)
{
	struct map *map = &maps->list[maps->count++];
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/%s", directory, name);

	if (n < 0 || (size_t)n >= sizeof path)
		return failure_set_at(
			failure, -BT_EMAP, directory, 0, "path is too long");
	if (map_read(map, path, maps_directory(NULL), failure) < 0)
		return -BT_EMAP;
	return check_clash(maps, map, failure);
}

static int load_all(struct maps *maps, const char *directory,
	struct dirent **entries, int count, struct failure *failure)
{
	int error = 0;

	if (count == 0)
		return failure_set_at(
			failure, -BT_EMAP, directory, 0, "has no *.map files");
	maps->list = calloc((size_t)count, sizeof *maps->list);
	if (!maps->list)
		return failure_set_at(
			failure, -BT_EMAP, directory, 0, "%s", strerror(errno));
	for (int i = 0; error == 0 && i < count; i++)
		error = load_one(maps, directory, entries[i]->d_name, failure);
	return error;
}

int maps_load(struct maps **result, const char *option, struct failure *failure)
{
	const char *directory = maps_directory(option);
	struct maps *maps = calloc(1, sizeof *maps);
	struct dirent **entries;
	int count, error;

	if (!maps)
		return failure_set_at(
			failure, -BT_EMAP, directory, 0, "%s", strerror(errno));
	count = scandir(directory, &entries, is_map, alphasort);
	if (count < 0) {
		free(maps);
		return failure_set_at(failure, -BT_EMAP, directory, 0,
			"%s; --maps or $BT_MAPS names the directory of the "
			"maps",
			strerror(errno));
	}
	error = load_all(maps, directory, entries, count, failure);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);

	if (error < 0)
		maps_free(maps);
	else
		*result = maps;
	return error;
}

void maps_free(struct maps *maps)
{
	if (!maps)
		return;
	for (size_t i = 0; i < maps->count; i++)
		map_release(&maps->list[i]);
	free(maps->list);
	free(maps);
}

const struct map *maps_next(const struct maps *maps, const struct map *previous)
{
	const struct map *next = previous ? previous + 1 : maps->list;

	return next < maps->list + maps->count ? next : NULL;
}

const struct map *maps_by_model(const struct maps *maps, const char *model)
{
	for (size_t i = 0; i < maps->count; i++)
		if (is_model(&maps->list[i], model))
			return &maps->list[i];
	return NULL;
}

const struct map *maps_generic(const struct maps *maps, int protocol)
{
	for (size_t i = 0; i < maps->count; i++)
		if (maps->list[i].is_generic &&
			maps->list[i].protocol == protocol)
			return &maps->list[i];
	return NULL;
}

/* The prefix and then digits to the end, at least one: so EP500 does not
 * take the names of EP500P. */
static bool fits(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(name, prefix, length) != 0 || name[length] == '\0')
		return 0;
	for (name += length; *name; name++)
		if (!isdigit((unsigned char)*name))
			return 0;
	return 1;
}

const struct map *maps_by_name(const struct maps *maps, const char *name)
{
	const struct map *best = NULL;
	size_t longest = 0;

	/* The longest prefix wins: a model's name may end in digits. */
	for (size_t i = 0; i < maps->count; i++) {
		const struct map *map = &maps->list[i];

		for (size_t k = 0; k < map->prefix_count; k++) {
			size_t length = strlen(map->prefixes[k]);

			if (length > longest && fits(name, map->prefixes[k])) {
				best = map;
				longest = length;
			}
		}
	}
	return best;
}
