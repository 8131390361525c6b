/* Options about maps: --models, --fields, --check-map, and the names of maps in
 * other options. The functions report their failures. */
#ifndef BT_DECODE_MAP_COMMANDS_H
#define BT_DECODE_MAP_COMMANDS_H

#include <stdbool.h>

#include "decode-options.h"
#include "model/directory.h"

/* The map of the model named by an option; NULL if there is none. */
const struct map *maps_of_option(const struct maps *maps, const char *model,
	const struct options *options);

/* Return the exit status. */
int list_fields(const struct options *options);
int list_models(const struct options *options);
int check_maps(const struct options *options);

/* Whether some record can have each of the columns. All maps are loaded. */
bool check_columns(const struct columns *columns, const struct maps *maps);

#endif
