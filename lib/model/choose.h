/* Chooses a map by the name of a model. */
#ifndef BT_MODEL_CHOOSE_H
#define BT_MODEL_CHOOSE_H

#include "model/directory.h"

/*
 * Sets *map to that of the model: by its name or the prefix of its stations'
 * names, in any case; for a model that is known to have no map, to the generic
 * map. option is that of maps_open(). Returns 0; -BT_EMAP with the reason and
 * the most similar name in *failure; or maps_error(), whose reason is in the
 * failure of maps_open().
 */
int maps_choose(const struct map **map, const struct maps *maps,
	const char *model, const char *option, struct failure *failure);

#endif
