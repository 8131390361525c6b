/*
 * Reads the text of a map, bt-map(5), into a struct map.
 */
#ifndef BT_MODEL_PARSE_H
#define BT_MODEL_PARSE_H

#include "base/failure.h"
#include "model/map.h"

/*
 * Reads a map file and the files that it includes, from beside it or from the
 * given directory. *map must be all zeros; release it with map_release() also
 * after an error. Returns 0; or -BT_EMAP with "FILE:LINE: reason" in *failure.
 */
int map_read(struct map *map, const char *path, const char *directory,
	struct failure *failure);

/* Reads only the head of a map: model, name, protocol, generic. Skips all other
 * lines. */
int map_read_head(struct map *map, const char *path, struct failure *failure);

/* Reads "FIRST+COUNT", for example "10+40", into address and count of *block.
 * Returns 0; -BT_EMAP if it is malformed or has too many registers for one
 * read. */
int map_block_parse(struct map_block *block, const char *text);

#endif
