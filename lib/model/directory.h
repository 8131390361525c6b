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
 * Opens a directory with *.map files: that of option or, if option is NULL, the
 * usual one (search-path.h). A file that they include and that does not lie
 * there comes from the usual one. Returns 0; or -BT_EMAP with the reason in
 * *failure.
 *
 * The functions below read what they need: the file that is called like the
 * model, the beginning of the name, or generic-1 and generic-2; if there is
 * none, the heads of all, with two maps for one model an error. If a map that
 * they need is bad they return NULL and set *failure, whose code is 0 until
 * then. It must outlive the maps.
 */
int maps_open(struct maps **maps, const char *option, struct failure *failure);
int maps_error(const struct maps *maps); /* that code */

/* The same, and reads every map: *failure is also "FILE:LINE: reason" of a bad
 * map anywhere in the directory. The functions below do not fail then. */
int maps_load(struct maps **maps, const char *option, struct failure *failure);
void maps_free(struct maps *maps);

/* One map after another, in the order of their files: the one after previous,
 * the first one after NULL; NULL after the last. After maps_load() all of them
 * are whole, after maps_by_model() has found none there are their heads. */
const struct map *maps_next(
	const struct maps *maps, const struct map *previous);

/* The map of a model, or that of the stations whose names begin so; NULL if
 * there is none. */
const struct map *maps_by_model(const struct maps *maps, const char *model);

/* True if the station's own registers call this model so. */
bool map_has_model(const struct map *map, const char *model);

/* The generic map of a version of the protocol, NULL if there is none. */
const struct map *maps_generic(const struct maps *maps, int protocol);

/* The map for a station's own name (AC3002234000000000), NULL if none fits. */
const struct map *maps_by_name(const struct maps *maps, const char *name);

#endif
