/*
 * Reads the text of a map, bt-map(5), into a struct map.
 */
#ifndef BT_MODEL_PARSE_H
#define BT_MODEL_PARSE_H

#include "base/failure.h"
#include "model/map.h"

/*
 * Reads one map file, whole, and the files that it includes: those that do not
 * lie beside it from the directory given. *map is all zeros before, and is to
 * be released with map_release() whatever is returned: 0; or -BT_EMAP with
 * "FILE:LINE: reason" in *failure.
 */
int map_read(struct map *map, const char *path, const char *directory,
	struct failure *failure);

/* Reads of a map only what stations it is for: model, name, protocol, generic.
 * Lines of other kinds are not looked at. */
int map_read_head(struct map *map, const char *path, struct failure *failure);

/* Reads "FIRST+COUNT", for example "10+40", into address and count of *block.
 * Returns 0; -BT_EMAP if it is none or has more registers than a read can. */
int map_block_parse(struct map_block *block, const char *text);

#endif
