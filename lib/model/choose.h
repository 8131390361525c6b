/* The map that somebody asks for by the name of a model. */
#ifndef BT_MODEL_CHOOSE_H
#define BT_MODEL_CHOOSE_H

#include "model/directory.h"

/*
 * Sets *map to that of the model: of this name, or of what the names of its
 * stations begin with, in upper or lower case; or, for a model that is known to
 * have no map, the generic one. option is that of maps_open(). Returns 0; or
 * -BT_EMAP with the reason, and the most similar name, in *failure; or
 * maps_error(), the reason of which is where maps_open() has it.
 */
int maps_choose(const struct map **map, const struct maps *maps,
	const char *model, const char *option, struct failure *failure);

#endif
