/* Where the maps are. */
#ifndef BT_MODEL_SEARCH_PATH_H
#define BT_MODEL_SEARCH_PATH_H

/*
 * The directory of the maps: option if it is not NULL; else $BT_MAPS; else
 * lib/maps of the source tree, if the program runs from a build folder of it;
 * else the installed one. A program with raised privileges ignores $BT_MAPS and
 * the tree. Valid until the end of the program.
 */
const char *maps_directory(const char *option);

#endif
