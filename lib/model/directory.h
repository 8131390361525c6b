/*
 * The maps of a directory, and which of them is a station's.
 *
 * maps_load() reads every map, maps_free() ends them; a map found in between
 * is read only and lives as long as they do.
 */
#ifndef BT_MODEL_DIRECTORY_H
#define BT_MODEL_DIRECTORY_H

#include "model/map.h"

struct maps;

/*
 * Reads all *.map of the directory, in the order of their names; a file that
 * they include and that does not lie there comes from maps_directory(NULL).
 * Returns 0, or -BT_EMAP and says in *error where and why: a bad map anywhere
 * in the directory, two maps for one model, no map at all.
 */
int maps_load(
	struct maps **maps, const char *directory, struct map_error *error);
void maps_free(struct maps *maps);

/* One map after another, in the order of their files: the one after previous,
 * the first one after NULL; NULL after the last. */
const struct map *maps_next(
	const struct maps *maps, const struct map *previous);

/* The map of a model, or that of the stations whose names begin so; NULL if
 * there is none. */
const struct map *maps_by_model(const struct maps *maps, const char *model);

/* The generic map of a version of the protocol, NULL if there is none. */
const struct map *maps_generic(const struct maps *maps, int protocol);

/* The map for a station's own name (AC3002234000000000), NULL if none fits. */
const struct map *maps_by_name(const struct maps *maps, const char *name);

#endif
