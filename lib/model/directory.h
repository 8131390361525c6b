/*
 * The maps of a directory, and which of them is a station's.
 *
 * maps_open() or maps_load(); maps_free() ends them. A map found in between is
 * read only and lives as long as they do.
 */
#ifndef BT_MODEL_DIRECTORY_H
#define BT_MODEL_DIRECTORY_H

#include "base/failure.h"
#include "model/map.h"

struct maps;

/*
 * Opens a directory with *.map files: option or, if NULL, the default one
 * (search-path.h). Included files that are not there come from the default one.
 * Returns 0; or -BT_EMAP with the reason in *failure.
 *
 * The functions below read files on demand: the file named like the model, the
 * prefix of the station's name, or generic-1 and generic-2; if there is none,
 * the heads of all files. Two maps for one model are an error. For an invalid
 * map they return NULL and set *failure, whose code is 0 until then. *failure
 * must outlive the maps.
 */
int maps_open(struct maps **maps, const char *option, struct failure *failure);
int maps_error(const struct maps *maps); /* that code */

/* The same, and reads every map: *failure is also "FILE:LINE: reason" of a bad
 * map anywhere in the directory. The functions below do not fail then. */
int maps_load(struct maps **maps, const char *option, struct failure *failure);
void maps_free(struct maps *maps);

/* Iterates over the maps in the order of their files: returns the map after
 * previous, the first one after NULL; NULL after the last. After maps_load()
 * all maps are complete; after maps_by_model() has found none, they are heads.
 */
const struct map *maps_next(
	const struct maps *maps, const struct map *previous);

/* The map of a model or of a name prefix; NULL if there is none. */
const struct map *maps_by_model(const struct maps *maps, const char *model);

/* True if the station's own registers call this model so. */
bool map_has_model(const struct map *map, const char *model);

/* The generic map of a version of the protocol, NULL if there is none. */
const struct map *maps_generic(const struct maps *maps, int protocol);

/* The map for a station's own name (AC3002234000000000), NULL if none fits. */
const struct map *maps_by_name(const struct maps *maps, const char *name);

#endif
