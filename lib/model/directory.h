/*
 * The maps of a directory, and which of them is a station's.
 *
 * maps_load() reads every map, maps_free() ends them; a map found in between
 * is read only and lives as long as they do.
 */
#ifndef BT_MODEL_DIRECTORY_H
#define BT_MODEL_DIRECTORY_H

#include "base/failure.h"
#include "model/map.h"

struct maps;

/*
 * Reads all *.map of a directory, in the order of their names: that of option
 * or, if option is NULL, the usual one (search-path.h). A file that they
 * include and that does not lie there comes from the usual one. Returns 0; or
 * -BT_EMAP with "FILE:LINE: reason" in *failure: a bad map anywhere in the
 * directory, two maps for one model, no map at all.
 */
int maps_load(struct maps **maps, const char *option, struct failure *failure);
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
